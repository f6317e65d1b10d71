-- The freezes that stop an approval of the request at this time. What is not known is
-- taken for what is stopped: a country that nobody has told, an object on no map.
create or replace function lockbox_freezes(
  request bigint, at timestamptz
) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select f.id
  from requests_app_freeze f
  join requests_app_accessrequest r on r.id = request
  join requests_app_connection c on c.id = r.connection_id
  join requests_app_providerproduct p on p.id = c.product_id
  where f.lifted_at is null and f.begins_at <= at
    and coalesce(f.ends_at, 'infinity') > at
    and not lockbox_hands_out_documents(r.id)
    and ((f.covers_all and f.authority_id = c.authority_id)
         or exists (select from requests_app_secrecyreview v
                    where v.access_request_id = r.id
                      and v.authority_id = f.authority_id
                      and v.status not in ('rerouted', 'merged', 'dropped')))
    and (f.provider_id = p.provider_id or f.product_id = p.id
         or f.country <> '' and r.engineer_country in ('', f.country)
         or f.information_set_id is not null and exists (
              select from requests_app_requestedobject o
              left join requests_app_cloudobjectinformationset l
                on l.cloud_object_id = o.cloud_object_id
              where o.access_request_id = r.id and o.removed_in_revision is null
                and coalesce(l.information_set_id, f.information_set_id) = f.information_set_id))
$f$;

-- Is an approval of the request stopped by a freeze at this time?
create or replace function lockbox_frozen(
  request bigint, at timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select lockbox_freezes(request, at))
$f$;

-- Waits for whoever is stopping approvals: whoever decides, orders or confirms one asks
-- this first, so that none slips in beside a freeze that is being set.
create or replace function lockbox_keep_freezes_out() returns void
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select pg_advisory_xact_lock_shared(hashtextextended('lockbox freeze', 0))
$f$;

-- A freeze stays as it was set; who asks and who lifts say so in their own name.
create or replace function lockbox_freeze_guard() returns trigger
  language plpgsql as $f$
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

-- Whoever takes away what approvals rest on waits for those who approve.
create or replace function lockbox_freeze_waits() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform pg_advisory_xact_lock(hashtextextended('lockbox freeze', 0));
  return new;
end $f$;

create trigger lockbox_waits before update on requests_app_standingassessment
  for each row when (new.revoked_at is distinct from old.revoked_at)
  execute function lockbox_freeze_waits();

create trigger lockbox_waits before update on requests_app_consent
  for each row when (new.withdrawn_at is distinct from old.withdrawn_at)
  execute function lockbox_freeze_waits();

create trigger lockbox_waits before insert on requests_app_freeze
  for each row execute function lockbox_freeze_waits();
