from django.db import migrations

# What a case stands on is written by who did it, when it was done, and then stays.
GUARDS = r"""
-- Terms, and what is relied on, are written together with their proposal: what the
-- decision-maker has read is all there is.
create or replace function lockbox_terms_guard() returns trigger language plpgsql
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
create trigger lockbox_guard before insert on requests_app_standingreliance
  for each row execute function lockbox_terms_guard();

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
create trigger lockbox_guard before insert or update on requests_app_harmtest
  for each row execute function lockbox_assessment_guard();

-- A question stays as it was put, and an opinion as it was given by who was asked.
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
create trigger lockbox_guard before insert on requests_app_service
  for each row execute function lockbox_service_guard();

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

-- Who made it writes in it, until another confirms it.
create function lockbox_maker_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  later text[] := '{confirmed_by_id,confirmed_at,revoked_by_id,revoked_at,revoked_reason,version}';
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - later = to_jsonb(old) - later then
    return new;
  end if;
  if lockbox_is_not_actor(new.made_by_id) then
    perform lockbox_refuse('a standing assessment is made in one''s own name');
  end if;
  return new;
end $f$;
create trigger lockbox_maker_guard before insert or update on requests_app_standingassessment
  for each row execute function lockbox_maker_guard();

-- The argument is the column that names who did it.
create function lockbox_own_name() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_is_not_actor((to_jsonb(new)->>tg_argv[0])::bigint) then
    perform lockbox_refuse(tg_table_name || ' is written in one''s own name');
  end if;
  return new;
end $f$;

create function lockbox_kept() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform lockbox_refuse(tg_table_name || ' is kept');
  return null;
end $f$;
"""

# Written by whom, and when.
IN_OWN_NAME = (
    ("assessmentanswer", "answered_by_id", "insert or update"),
    ("attachment", "added_by_id", "insert"),
    ("conditionfollowup", "noted_by_id", "insert"),
    ("consultation", "asked_by_id", "insert"),
    ("filenote", "noted_by_id", "insert"),
    ("harmtest", "answered_by_id", "insert or update"),
    ("proposal", "proposed_by_id", "insert"),
    ("service", "recorded_by_id", "insert"),
)
KEPT = (
    "assessmentanswer",
    "consultation",
    "harmtest",
    "proposal",
    "standingassessment",
)
OWN = (
    *((table, "lockbox_own_name") for table, _column, _when in IN_OWN_NAME),
    *((table, "lockbox_kept") for table in KEPT),
    ("assessmentanswer", "lockbox_guard"),
    ("conditionfollowup", "lockbox_guard"),
    ("consultation", "lockbox_guard"),
    ("harmtest", "lockbox_guard"),
    ("service", "lockbox_guard"),
    ("standingassessment", "lockbox_maker_guard"),
    ("standingreliance", "lockbox_guard"),
    ("standingreliance", "lockbox_reliance_guard"),
)
TRIGGERS = "".join(
    f"create trigger lockbox_own_name before {when} on requests_app_{table}"
    f" for each row execute function lockbox_own_name('{column}');"
    for table, column, when in IN_OWN_NAME
) + "".join(
    f"create trigger lockbox_kept before delete on requests_app_{table}"
    f" for each row execute function lockbox_kept();"
    for table in KEPT
)
ALWAYS = "".join(
    f"alter table requests_app_{table} enable always trigger {trigger};"
    for table, trigger in OWN
)

BACK = (
    "".join(f"drop trigger {trigger} on requests_app_{table};" for table, trigger in OWN)
    + r"""
drop function lockbox_kept();
drop function lockbox_own_name();
drop function lockbox_maker_guard();
drop function lockbox_follow_up_guard();
drop function lockbox_service_guard();
drop function lockbox_consultation_guard();
drop function lockbox_assessment_guard();
drop function lockbox_reliance_guard();
create or replace function lockbox_terms_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_proposal p
                 where p.id = new.proposal_id and p.review_id = new.review_id
                   and p.status = 'open') then
    perform lockbox_refuse('conditions and reservations belong to an open proposal');
  end if;
  return new;
end $f$;
"""
)


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0006_text_search")]
    operations = [migrations.RunSQL(GUARDS + TRIGGERS + ALWAYS, BACK)]
