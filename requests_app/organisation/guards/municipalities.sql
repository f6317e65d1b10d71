-- Is the person of another municipality than the authority?
create or replace function lockbox_is_lent(person bigint, authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from lockbox_site_user u, requests_app_authority a
    where u.id = person and a.id = authority and u.municipality_id <> a.municipality_id)
$f$;

-- Is the person a system administrator of an authority of the municipality?
create or replace function lockbox_administers(person bigint, municipality bigint) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_roleassignment r
    join requests_app_authority a on a.id = r.authority_id and a.municipality_id = municipality
    where r.person_id = person and r.role = 'system_administrator'
      and lockbox_holds_role(person, r.role, a.id, r.branch_id, clock_timestamp()))
$f$;

-- May the first lend the second to that authority: do they manage where the second
-- belongs, and is that elsewhere?
create or replace function lockbox_lends(
  manager bigint, person bigint, authority bigint
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select manager <> person and lockbox_is_lent(person, authority) and exists (
    select from requests_app_roleassignment r
    join requests_app_authority manages on manages.id = r.authority_id
    join lockbox_site_user u on u.id = person and u.municipality_id = manages.municipality_id
    where r.person_id = manager and r.role = 'it_manager' and r.branch_id is null
      and lockbox_holds_role(manager, 'it_manager', manages.id, null, clock_timestamp()))
$f$;

-- Of which municipality an authority or an account is, and which municipalities there
-- are, the owner of the tables alone says anew; a system administrator adds authorities
-- to their own.
create or replace function lockbox_municipality_stays() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' and tg_table_name = 'requests_app_authority'
     and lockbox_administers(audit_actor(), (to_jsonb(new)->>'municipality_id')::bigint) then
    return new;
  end if;
  if not pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage') then
    perform lockbox_refuse(case tg_table_name
      when 'requests_app_authority' then 'an authority is made by its municipality, and stays there'
      when 'lockbox_site_user' then 'an account stays in its municipality'
      when 'requests_app_provider' then 'a provider stays in its municipality'
      else 'a municipality is entered by whoever runs the system' end);
  end if;
  return new;
end $f$;

create trigger lockbox_municipality_stays before update on requests_app_authority
  for each row when (new.municipality_id is distinct from old.municipality_id)
  execute function lockbox_municipality_stays();

create trigger lockbox_municipality_made before insert on requests_app_authority
  for each row execute function lockbox_municipality_stays();

create trigger lockbox_municipality_stays before update on lockbox_site_user
  for each row when (new.municipality_id is distinct from old.municipality_id)
  execute function lockbox_municipality_stays();

create trigger lockbox_municipality_stays before update on requests_app_provider
  for each row when (new.municipality_id is distinct from old.municipality_id)
  execute function lockbox_municipality_stays();

create trigger lockbox_municipality_stays before insert or update on requests_app_municipality
  for each row execute function lockbox_municipality_stays();

-- May what the authority keeps lie in the connection: is that run in its municipality, or
-- by one that an agreement on record names?
create or replace function lockbox_is_served(authority bigint, connection bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_authority a, requests_app_connection c
    join requests_app_authority runs on runs.id = c.authority_id
    where a.id = authority and c.id = connection
      and runs.municipality_id in (a.municipality_id, a.managers_from_id))
$f$;

-- No case and no object of the map goes to an authority beyond the boundary.
create or replace function lockbox_stays_within() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_served(new.authority_id, case tg_table_name
      when 'requests_app_cloudobject' then (
        select s.connection_id from requests_app_cloudsystem s
        where s.id = (to_jsonb(new)->>'system_id')::bigint)
      else (
        select r.connection_id from requests_app_accessrequest r
        where r.id = (to_jsonb(new)->>'access_request_id')::bigint) end) then
    perform lockbox_refuse('the authority belongs to another municipality than who runs the connection');
  end if;
  return new;
end $f$;

create trigger lockbox_stays_within before insert on requests_app_secrecyreview
  for each row execute function lockbox_stays_within();

create trigger lockbox_stays_within before insert or update of authority_id, system_id
  on requests_app_cloudobject for each row execute function lockbox_stays_within();

-- Whoever runs a connection does so by terms of their own municipality's.
create or replace function lockbox_runs_own_product() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from requests_app_providerproduct p
       join requests_app_provider v on v.id = p.provider_id
       join requests_app_authority a on a.municipality_id = v.municipality_id
       where p.id = new.product_id and a.id = new.authority_id) then
    perform lockbox_refuse('the product is another municipality''s');
  end if;
  return new;
end $f$;

create trigger lockbox_runs_own_product before insert or update of product_id, authority_id
  on requests_app_connection for each row execute function lockbox_runs_own_product();

-- Nobody works a case, or sees it by name, but people of its municipality and who is lent
-- to it.
create or replace function lockbox_works_within() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  works bigint := coalesce(to_jsonb(new)->>'person_id', to_jsonb(new)->>'user_id')::bigint;
  case_id bigint := coalesce(to_jsonb(new)->>'review_id', to_jsonb(new)->>'content_object_id')::bigint;
begin
  if not exists (
       select from requests_app_secrecyreview s
       join requests_app_authority a on a.id = s.authority_id
       where s.id = case_id and (
         exists (select from lockbox_site_user u
                 where u.id = works and u.municipality_id = a.municipality_id)
         or exists (select from requests_app_roleassignment r
                    join requests_app_authority here on here.id = r.authority_id
                    where r.person_id = works and here.municipality_id = a.municipality_id))) then
    perform lockbox_refuse('the person is of another municipality than the case');
  end if;
  return new;
end $f$;

create trigger lockbox_works_within before insert on requests_app_assignment
  for each row execute function lockbox_works_within();

create trigger lockbox_works_within before insert on requests_app_reviewuserpermission
  for each row execute function lockbox_works_within();

-- Of a municipality that has left nobody signs in and no machine asks; nobody of another
-- works for it. What it had stays, and whoever owns the tables says that it has left.
create or replace function lockbox_has_left() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (
       select from requests_app_municipality m
       where m.left_at is not null and m.id = coalesce(
         (to_jsonb(new)->>'municipality_id')::bigint,
         (select a.municipality_id from requests_app_authority a
          where a.id = (to_jsonb(new)->>'authority_id')::bigint))) then
    perform lockbox_refuse('the municipality has left');
  end if;
  return new;
end $f$;

create trigger lockbox_has_left before insert or update on lockbox_site_user
  for each row when (new.is_active) execute function lockbox_has_left();

create trigger lockbox_has_left before insert or update on lockbox_site_scimtoken
  for each row when (new.ended_at is null) execute function lockbox_has_left();

create trigger lockbox_has_left before insert or update on requests_app_connection
  for each row when (new.is_active) execute function lockbox_has_left();

create trigger lockbox_has_left before insert or update on requests_app_roleassignment
  for each row when (new.ended_at is null) execute function lockbox_has_left();

create trigger lockbox_has_left before insert on requests_app_authority
  for each row execute function lockbox_has_left();
