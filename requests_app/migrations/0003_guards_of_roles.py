"""Guards of what people act by: roles, delegation, freezes, standing assessments."""

from django.db import migrations

BASE = r"""
create function lockbox_refuse(what text) returns void language plpgsql as $f$
begin
  raise exception '%', what using errcode = 'integrity_constraint_violation';
end $f$;

-- Is it anybody but the one who acts? The system enters what it is delivered with.
create function lockbox_is_not_actor(person bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select person is not null
    and person::text is distinct from current_setting('lockbox.actor_id', true)
    and not exists (select from lockbox_site_user u
                    where u.id::text = current_setting('lockbox.actor_id', true)
                      and u.is_machine)
$f$;

-- For before delete: the row stays.
create function lockbox_kept() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform lockbox_refuse(tg_table_name || ' is kept');
  return null;
end $f$;
"""

ROLES = r"""
-- Nobody gives themselves a role; what is changed is looked at again, by whoever says so.
create function lockbox_roleassignment_guard() returns trigger language plpgsql as $f$
declare
  seen text[] := '{seen_by_id,seen_at,version}';
  changed boolean := true;
  given boolean := true;
begin
  if tg_op = 'UPDATE' then
    changed := to_jsonb(new) - seen <> to_jsonb(old) - seen;
    given := new.given_by_id <> old.given_by_id;
  end if;
  if changed and new.person_id::text = current_setting('lockbox.actor_id', true) then
    perform lockbox_refuse('nobody gives themselves a role');
  end if;
  if changed and new.seen_at is not null then
    perform lockbox_refuse('a role that is changed has to be looked at again');
  end if;
  if given and lockbox_is_not_actor(new.given_by_id)
     or new.seen_by_id is not null and lockbox_is_not_actor(new.seen_by_id) then
    perform lockbox_refuse('a role is given and looked at in one''s own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_roleassignment
  for each row execute function lockbox_roleassignment_guard();
alter table requests_app_roleassignment enable always trigger lockbox_guard;
"""

DELEGATION = r"""
-- Confirmed by a second person and within its days, and so is what it comes from.
create function lockbox_rule_in_force(rule bigint, day date) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_delegationrule r
    left join requests_app_delegationrule p on p.id = r.parent_id
    where r.id = rule and r.confirmed_at is not null
      and day between r.valid_from and coalesce(r.valid_to, day)
      and (p.id is null or (p.confirmed_at is not null and p.may_subdelegate
           and day between p.valid_from and coalesce(p.valid_to, day))))
$f$;

-- An item is confirmed in one's own name, within what it comes from, and then only
-- ended: another wording is another item.
create function lockbox_delegation_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  parent requests_app_delegationrule;
  ends text[] := '{valid_to,version}';
begin
  if tg_op = 'UPDATE' and old.confirmed_at is not null then
    if to_jsonb(new) - ends <> to_jsonb(old) - ends
       or coalesce(new.valid_to, 'infinity') > coalesce(old.valid_to, 'infinity') then
      perform lockbox_refuse('a confirmed item of delegation is only ended');
    end if;
    return new;
  end if;
  if new.confirmed_at is null then
    return new;
  end if;
  if lockbox_is_not_actor(new.confirmed_by_id) or new.confirmed_by_id = new.person_id then
    perform lockbox_refuse('an item is confirmed by another than who gains by it');
  end if;
  select * into parent from requests_app_delegationrule where id = new.parent_id;
  if new.parent_id is not null and (
       parent.confirmed_at is null or not parent.may_subdelegate
       or parent.authority_id <> new.authority_id
       or parent.decision_type <> new.decision_type
       or not new.outcomes <@ parent.outcomes
       or parent.product_id is not null
          and parent.product_id is distinct from new.product_id
       or coalesce(new.max_minutes, 2147483647) > parent.max_minutes
       or coalesce(new.max_confidentiality, 32767) > parent.max_confidentiality) then
    perform lockbox_refuse('an item gives more than the item it comes from');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_delegationrule
  for each row execute function lockbox_delegation_guard();
alter table requests_app_delegationrule enable always trigger lockbox_guard;
"""

FREEZES = r"""
-- Is an approval of the request stopped by a freeze at this time?
create function lockbox_frozen(request bigint, at timestamptz) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_freeze f
    join requests_app_accessrequest r on r.id = request
    join requests_app_connection c on c.id = r.connection_id
    join requests_app_providerproduct p on p.id = c.product_id
    where f.lifted_at is null and f.begins_at <= at
      and coalesce(f.ends_at, 'infinity') > at
      and ((f.covers_all and f.authority_id = c.authority_id)
           or exists (select from requests_app_secrecyreview v
                      where v.access_request_id = r.id
                        and v.authority_id = f.authority_id
                        and v.status not in ('rerouted', 'merged', 'dropped')))
      and (f.provider_id = p.provider_id or f.product_id = p.id
           or f.country = nullif(r.engineer_country, '')
           or f.information_set_id in (
                select l.information_set_id
                from requests_app_requestedobject o
                join requests_app_cloudobjectinformationset l
                  on l.cloud_object_id = o.cloud_object_id
                where o.access_request_id = r.id and o.removed_in_revision is null)))
$f$;

-- A freeze stays as it was set; who asks and who lifts say so in their own name.
create function lockbox_freeze_guard() returns trigger language plpgsql as $f$
declare
  lifts text[] := '{lift_asked_by_id,lift_asked_at,lift_reason,lifted_by_id,lifted_at,version}';
begin
  if to_jsonb(new) - lifts <> to_jsonb(old) - lifts
     or old.lifted_at is not null and new.lifted_at is distinct from old.lifted_at then
    perform lockbox_refuse('a freeze is not rewritten');
  end if;
  if new.lift_asked_by_id is distinct from old.lift_asked_by_id
       and lockbox_is_not_actor(new.lift_asked_by_id)
     or new.lifted_by_id is distinct from old.lifted_by_id
       and lockbox_is_not_actor(new.lifted_by_id) then
    perform lockbox_refuse('a freeze is lifted in one''s own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before update on requests_app_freeze
  for each row execute function lockbox_freeze_guard();
alter table requests_app_freeze enable always trigger lockbox_guard;
"""

STANDING_ASSESSMENTS = r"""
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
alter table requests_app_standingassessment enable always trigger lockbox_guard;

-- Whoever made it writes in it, until somebody else confirms it.
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
alter table requests_app_standingassessment enable always trigger lockbox_maker_guard;

create trigger lockbox_kept before delete on requests_app_standingassessment
  for each row execute function lockbox_kept();
alter table requests_app_standingassessment enable always trigger lockbox_kept;
"""


class Migration(migrations.Migration):
    """What must always hold, where a constraint on one row cannot say it."""

    dependencies = [("requests_app", "0002_history_and_ledger")]
    operations = [
        migrations.RunSQL(
            BASE,
            """
            drop function lockbox_kept;
            drop function lockbox_is_not_actor;
            drop function lockbox_refuse;
            """,
        ),
        migrations.RunSQL(
            ROLES,
            """
            drop trigger lockbox_guard on requests_app_roleassignment;
            drop function lockbox_roleassignment_guard;
            """,
        ),
        migrations.RunSQL(
            DELEGATION,
            """
            drop trigger lockbox_guard on requests_app_delegationrule;
            drop function lockbox_delegation_guard;
            drop function lockbox_rule_in_force;
            """,
        ),
        migrations.RunSQL(
            FREEZES,
            """
            drop trigger lockbox_guard on requests_app_freeze;
            drop function lockbox_freeze_guard;
            drop function lockbox_frozen;
            """,
        ),
        migrations.RunSQL(
            STANDING_ASSESSMENTS,
            """
            drop trigger lockbox_kept on requests_app_standingassessment;
            drop trigger lockbox_maker_guard on requests_app_standingassessment;
            drop trigger lockbox_guard on requests_app_standingassessment;
            drop function lockbox_maker_guard;
            drop function lockbox_standing_guard;
            """,
        ),
    ]
