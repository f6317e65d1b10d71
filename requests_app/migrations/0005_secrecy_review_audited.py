from django.db import migrations

from audit_app.db import append_only, audited

# How the authority of a row is found, for tables that do not name it ($1 = the row).
OF_REVIEW = (
    "select authority_id from requests_app_secrecyreview"
    " where id = ($1->>'review_id')::bigint"
)
OF_DECISION = (
    "select r.authority_id from requests_app_decision d"
    " join requests_app_secrecyreview r on r.id = d.review_id"
    " where d.id = ($1->>'decision_id')::bigint"
)
AUDITED = {
    "attachment": OF_REVIEW,
    "condition": OF_REVIEW,
    "conditionfollowup": OF_REVIEW,
    "consultation": OF_REVIEW,
    "decisiondocument": OF_DECISION,
    "filenote": OF_REVIEW,
    "reservation": OF_REVIEW,
    "service": OF_REVIEW,
    "standingassessment": "",
    "standingreliance": OF_REVIEW,
}
# What was said, noted or drawn up stays as it was: more is said beside it.
APPEND_ONLY = (
    "attachment",
    "condition",
    "conditionfollowup",
    "decisiondocument",
    "filenote",
    "reservation",
    "service",
    "standingreliance",
)

GUARDS = r"""
-- The ground is signed with the rest; conditions are rows beside the proposal now.
do $d$ begin
  execute replace(pg_get_functiondef('lockbox_decision_guard()'::regprocedure),
                  'conditions_id', 'ground');
end $d$;

-- Terms are written together with their proposal, before anybody has decided on it.
create function lockbox_terms_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_proposal p
                 where p.id = new.proposal_id and p.review_id = new.review_id
                   and p.status = 'open') then
    perform lockbox_refuse('conditions and reservations belong to an open proposal');
  end if;
  return new;
end $f$;
create trigger lockbox_guard before insert on requests_app_condition
  for each row execute function lockbox_terms_guard();
create trigger lockbox_guard before insert on requests_app_reservation
  for each row execute function lockbox_terms_guard();

-- Confirmed by another in their own name; then only revoked: a change is a new one.
create function lockbox_standing_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  revokes text[] := '{revoked_by_id,revoked_at,revoked_reason,version}';
begin
  if tg_op = 'UPDATE' and old.confirmed_at is not null then
    if to_jsonb(new) - revokes <> to_jsonb(old) - revokes
       or old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at then
      perform lockbox_refuse('a confirmed standing assessment is only revoked');
    end if;
    return new;
  end if;
  if new.confirmed_at is not null and lockbox_is_not_actor(new.confirmed_by_id) then
    perform lockbox_refuse('a standing assessment is confirmed in one''s own name');
  end if;
  return new;
end $f$;
create trigger lockbox_guard before insert or update on requests_app_standingassessment
  for each row execute function lockbox_standing_guard();

-- Beside what lockbox_guard asks of a decision: its terms, and what it relies on.
create function lockbox_decision_terms_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  day date := (new.decided_at at time zone 'Europe/Stockholm')::date;
begin
  if new.outcome not in ('granted', 'granted_with_reservation', 'partially_granted') then
    return new;
  end if;
  if (new.outcome = 'granted_with_reservation') <> exists (
       select from requests_app_reservation where proposal_id = new.proposal_id)
     or (new.outcome = 'granted_with_reservation') <> (new.ground = 'osl-10-14') then
    perform lockbox_refuse('granting with reservation needs a reservation, and only that does');
  end if;
  if exists (select from requests_app_harmtest t
             where t.review_id = new.review_id and t.outcome = 'applies')
     and new.ground not in ('osl-10-2a', 'osl-10-2', 'osl-12-2') then
    perform lockbox_refuse('secrecy applies and the ground does not break it');
  end if;
  if exists (select from requests_app_harmtest t
             where t.review_id = new.review_id and t.outcome = 'applies_unless_reserved')
     and new.ground = 'not_secret' then
    perform lockbox_refuse('the risk of harm is not taken away');
  end if;
  if not exists (select from requests_app_standingreliance
                 where proposal_id = new.proposal_id)
     or exists (select from requests_app_standingreliance l
                join requests_app_standingassessment s on s.id = l.standing_assessment_id
                where l.proposal_id = new.proposal_id
                  and (s.confirmed_at is null or s.revoked_at is not null
                       or day not between s.valid_from and s.review_due)) then
    perform lockbox_refuse('the standing assessment relied on is not in force');
  end if;
  return new;
end $f$;
create trigger lockbox_terms_guard before insert on requests_app_decision
  for each row execute function lockbox_decision_terms_guard();

-- A reservation binds from when it is served: no access is approved before.
create function lockbox_served_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.answer = 'approve' and new.status in ('open', 'confirmed') and exists (
       select from requests_app_decision d
       join requests_app_secrecyreview r on r.id = d.review_id
       where r.access_request_id = new.access_request_id
         and r.status not in ('rerouted', 'merged', 'dropped')
         and d.outcome = 'granted_with_reservation'
         and not exists (select from requests_app_decision l where l.supersedes_id = d.id)
         and not exists (select from requests_app_service s where s.decision_id = d.id)) then
    perform lockbox_refuse('the reservation has not been served');
  end if;
  return new;
end $f$;
create trigger lockbox_served_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_served_guard();
"""

ALWAYS = "".join(
    f"alter table requests_app_{table} enable always trigger {trigger};"
    for table, trigger in (
        ("condition", "lockbox_guard"),
        ("reservation", "lockbox_guard"),
        ("standingassessment", "lockbox_guard"),
        ("decision", "lockbox_terms_guard"),
        ("delivery", "lockbox_served_guard"),
    )
)

BACK = """
drop trigger lockbox_served_guard on requests_app_delivery;
drop function lockbox_served_guard();
drop trigger lockbox_terms_guard on requests_app_decision;
drop trigger lockbox_guard on requests_app_standingassessment;
drop trigger lockbox_guard on requests_app_reservation;
drop trigger lockbox_guard on requests_app_condition;
drop function lockbox_decision_terms_guard();
drop function lockbox_standing_guard();
drop function lockbox_terms_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0004_secrecy_review"),
    ]
    operations = [
        *(
            operation
            for name, authority in AUDITED.items()
            for operation in audited(
                f"requests_app_{name}",
                f"requests_app_historical{name}",
                authority=authority,
            )
        ),
        *(append_only(f"requests_app_{name}") for name in APPEND_ONLY),
        migrations.RunSQL(GUARDS + ALWAYS, BACK),
    ]
