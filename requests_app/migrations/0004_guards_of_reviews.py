"""Guards of the review: what a case stands on is written by whoever did it, when it
was done, and then stays."""

from django.db import migrations

ASSESSMENTS = r"""
-- The assessment is written while it is made, and then only in another round of it.
create function lockbox_assessment_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and new.review_id <> old.review_id
     or not exists (select from requests_app_secrecyreview
                    where id = new.review_id
                      and status in ('assigned', 'in_assessment')) then
    perform lockbox_refuse('the assessment is not open');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_assessmentanswer
  for each row execute function lockbox_assessment_guard();
alter table requests_app_assessmentanswer enable always trigger lockbox_guard;

create trigger lockbox_guard before insert or update on requests_app_harmtest
  for each row execute function lockbox_assessment_guard();
alter table requests_app_harmtest enable always trigger lockbox_guard;
"""

CONSULTATIONS = r"""
-- A question stays as it was put, and an opinion as it was given by whoever was asked.
create function lockbox_consultation_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  answers text[] := '{opinion_id,answered_at,status,version}';
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.opinion_id is not null then
      perform lockbox_refuse('a consultation begins without an opinion');
    end if;
    return new;
  end if;
  if old.status <> 'open' or to_jsonb(new) - answers <> to_jsonb(old) - answers
     or (new.status = 'answered') <> (new.opinion_id is not null) then
    perform lockbox_refuse('a consultation is not rewritten');
  end if;
  if new.status = 'answered' and lockbox_is_not_actor(new.person_id) then
    perform lockbox_refuse('the opinion of a consultation is the asked person''s own');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_consultation
  for each row execute function lockbox_consultation_guard();
alter table requests_app_consultation enable always trigger lockbox_guard;
"""

PROPOSALS = r"""
-- What was proposed stays as it was proposed; only what becomes of it is written.
create function lockbox_proposal_guard() returns trigger language plpgsql as $f$
begin
  if to_jsonb(new) - '{status,returned_comment_id}'::text[]
       <> to_jsonb(old) - '{status,returned_comment_id}'::text[]
     or (old.status <> 'open' and new.status <> old.status) then
    perform lockbox_refuse('a proposal is not rewritten');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before update on requests_app_proposal
  for each row execute function lockbox_proposal_guard();
alter table requests_app_proposal enable always trigger lockbox_guard;

-- Terms, and what is relied on, are written together with their proposal: what the
-- decision-maker has read is all there is.
create function lockbox_terms_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_proposal p
                 join requests_app_historicalproposal h on h.id = p.id
                 where p.id = new.proposal_id and p.review_id = new.review_id
                   and p.status = 'open' and h.history_type = '+'
                   and h.history_xid = pg_current_xact_id()) then
    perform lockbox_refuse('terms are written together with an open proposal');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_condition
  for each row execute function lockbox_terms_guard();
alter table requests_app_condition enable always trigger lockbox_guard;

create trigger lockbox_guard before insert on requests_app_reservation
  for each row execute function lockbox_terms_guard();
alter table requests_app_reservation enable always trigger lockbox_guard;

create trigger lockbox_guard before insert on requests_app_standingreliance
  for each row execute function lockbox_terms_guard();
alter table requests_app_standingreliance enable always trigger lockbox_guard;

-- What is relied on concerns the review's own authority and the provider that asks.
create function lockbox_reliance_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_standingassessment s
                 join requests_app_secrecyreview v on v.authority_id = s.authority_id
                 join requests_app_accessrequest r on r.id = v.access_request_id
                 join requests_app_connection c on c.id = r.connection_id
                 join requests_app_providerproduct p
                   on p.id = c.product_id and p.provider_id = s.provider_id
                 where s.id = new.standing_assessment_id and v.id = new.review_id) then
    perform lockbox_refuse('the standing assessment is of another authority or provider');
  end if;
  return new;
end $f$;

create trigger lockbox_reliance_guard before insert on requests_app_standingreliance
  for each row execute function lockbox_reliance_guard();
alter table requests_app_standingreliance enable always trigger lockbox_reliance_guard;
"""

REVIEWS = r"""
-- A suspicion is not taken back here, and a decision goes away by a new one only.
create function lockbox_review_guard() returns trigger language plpgsql as $f$
begin
  if old.security_protection in ('suspected', 'yes')
     and new.security_protection not in ('suspected', 'yes') then
    perform lockbox_refuse('a stop for security protection is not undone here');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before update on requests_app_secrecyreview
  for each row execute function lockbox_review_guard();
alter table requests_app_secrecyreview enable always trigger lockbox_guard;
"""

AFTER_DECISION = r"""
create function lockbox_service_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_decision
                 where id = new.decision_id and review_id = new.review_id
                   and decided_at <= new.served_at) then
    perform lockbox_refuse('a service is of the review''s own decision, once it is made');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_serviceofdecision
  for each row execute function lockbox_service_guard();
alter table requests_app_serviceofdecision enable always trigger lockbox_guard;

create function lockbox_follow_up_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_condition c
                 join requests_app_proposal p on p.id = c.proposal_id
                 where c.id = new.condition_id and c.review_id = new.review_id
                   and p.status = 'decided') then
    perform lockbox_refuse('a condition is followed up once it is decided');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_conditionfollowup
  for each row execute function lockbox_follow_up_guard();
alter table requests_app_conditionfollowup enable always trigger lockbox_guard;
"""

OWN_NAME = r"""
-- The argument is the column that names who did it.
create function lockbox_own_name() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_is_not_actor((to_jsonb(new)->>tg_argv[0])::bigint) then
    perform lockbox_refuse(tg_table_name || ' is written in one''s own name');
  end if;
  return new;
end $f$;
"""

# Written in whose name, and when.
IN_OWN_NAME = (
    ("requests_app_assessmentanswer", "answered_by_id", "insert or update"),
    ("requests_app_attachment", "added_by_id", "insert"),
    ("requests_app_conditionfollowup", "noted_by_id", "insert"),
    ("requests_app_consultation", "asked_by_id", "insert"),
    ("requests_app_filenote", "noted_by_id", "insert"),
    ("requests_app_harmtest", "answered_by_id", "insert or update"),
    ("requests_app_proposal", "proposed_by_id", "insert"),
    ("requests_app_serviceofdecision", "recorded_by_id", "insert"),
)
# Rows that change, but never go away.
KEPT = (
    "requests_app_assessmentanswer",
    "requests_app_consultation",
    "requests_app_harmtest",
    "requests_app_proposal",
)


def in_own_name(table, column, event):
    return migrations.RunSQL(
        f"""
        create trigger lockbox_own_name before {event} on {table}
          for each row execute function lockbox_own_name('{column}');
        alter table {table} enable always trigger lockbox_own_name;
        """,
        f"drop trigger lockbox_own_name on {table};",
    )


def kept(table):
    return migrations.RunSQL(
        f"""
        create trigger lockbox_kept before delete on {table}
          for each row execute function lockbox_kept();
        alter table {table} enable always trigger lockbox_kept;
        """,
        f"drop trigger lockbox_kept on {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0003_guards_of_roles")]
    operations = [
        migrations.RunSQL(
            ASSESSMENTS,
            """
            drop trigger lockbox_guard on requests_app_harmtest;
            drop trigger lockbox_guard on requests_app_assessmentanswer;
            drop function lockbox_assessment_guard;
            """,
        ),
        migrations.RunSQL(
            CONSULTATIONS,
            """
            drop trigger lockbox_guard on requests_app_consultation;
            drop function lockbox_consultation_guard;
            """,
        ),
        migrations.RunSQL(
            PROPOSALS,
            """
            drop trigger lockbox_reliance_guard on requests_app_standingreliance;
            drop trigger lockbox_guard on requests_app_standingreliance;
            drop trigger lockbox_guard on requests_app_reservation;
            drop trigger lockbox_guard on requests_app_condition;
            drop trigger lockbox_guard on requests_app_proposal;
            drop function lockbox_reliance_guard;
            drop function lockbox_terms_guard;
            drop function lockbox_proposal_guard;
            """,
        ),
        migrations.RunSQL(
            REVIEWS,
            """
            drop trigger lockbox_guard on requests_app_secrecyreview;
            drop function lockbox_review_guard;
            """,
        ),
        migrations.RunSQL(
            AFTER_DECISION,
            """
            drop trigger lockbox_guard on requests_app_conditionfollowup;
            drop trigger lockbox_guard on requests_app_serviceofdecision;
            drop function lockbox_follow_up_guard;
            drop function lockbox_service_guard;
            """,
        ),
        migrations.RunSQL(OWN_NAME, "drop function lockbox_own_name;"),
        *(in_own_name(*row) for row in IN_OWN_NAME),
        *(kept(table) for table in KEPT),
    ]
