-- Has the one who acts confirmed, in this transaction, that another's proposal about
-- this row comes true?
create or replace function lockbox_confirmed(
  about text, id bigint, act text, was jsonb, becomes jsonb
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_registerchange c
    join audit_app_ledgerentry e on e.object_type = 'requests_app_registerchange'
      and e.object_id = c.id::text and e.kind = 'change'
      and e.xid = pg_current_xact_id()
    where c.row_table = about and c.row_id is not distinct from $2 and c.act = $3
      and c.confirmed_by_id <> c.proposed_by_id
      and c.confirmed_by_id::text = current_setting('lockbox.actor_id', true)
      and c.old_values @> was and c.new_values @> becomes)
$f$;

-- Nobody alone changes these columns of a row of a guarded register. Argument: the
-- columns.
create or replace function lockbox_two_persons() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  guarded text[] := tg_argv[0]::text[];
  before jsonb := to_jsonb(old);
  after jsonb := to_jsonb(new);
  was jsonb;
  becomes jsonb;
begin
  if tg_op = 'INSERT' then
    if not lockbox_confirmed(tg_table_name, null, 'add', '{}', after - 'id') then
      perform lockbox_refuse('a row of ' || tg_table_name || ' is added by two persons');
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if not lockbox_confirmed(tg_table_name, old.id, 'remove', before - 'id', '{}')
       and not lockbox_left_unconfirmed(tg_table_name, old.id) then
      perform lockbox_refuse('a row of ' || tg_table_name || ' is removed by two persons');
    end if;
    return old;
  end if;
  select jsonb_object_agg(col, before->col), jsonb_object_agg(col, after->col)
    into was, becomes
    from unnest(guarded) col where before->col is distinct from after->col;
  -- What is run for a municipality that leaves ends with it, and agreements of an
  -- authority where it moves: the owner's login does both.
  if was is not null
     and not (lockbox_delivers() and (
       was = '{"is_active": true}'
       or before->'municipality_id' is distinct from after->'municipality_id'))
     and not lockbox_confirmed(tg_table_name, old.id, 'change', was, becomes) then
    perform lockbox_refuse(tg_table_name || ' is changed by two persons');
  end if;
  return new;
end $f$;

-- Which registers a confirmer is the second person of: those that managers keep.
-- `permissions.guarded_registers` says the same.
create or replace function lockbox_confirmers_settle(about text) returns boolean
  language sql immutable as $f$
  select about = any ('{requests_app_authority,requests_app_cloudobject,'
    'requests_app_cloudobjectinformationset,requests_app_connection,requests_app_mailrule,'
    'requests_app_noticeladder,requests_app_processingpaper,requests_app_provider,'
    'requests_app_providerlog,requests_app_providerproduct,requests_app_publisher,'
    'requests_app_readinglimit,requests_app_reconciliationrule,requests_app_registerpage,'
    'requests_app_retentionrule,requests_app_secrecybranch}'::text[])
$f$;

-- Has the person a role at the authority, or at any where none is named; and is the role
-- another than to confirm?
create or replace function lockbox_works_at(
  person bigint, authority bigint, proposes boolean
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_roleassignment r
    where r.person_id = person and r.authority_id = coalesce(authority, r.authority_id)
      and not (proposes and r.role = 'confirmer')
      and lockbox_holds_role(person, r.role, r.authority_id, r.branch_id, clock_timestamp()))
$f$;

-- A change of a register is proposed and settled in one's own name, by people, and then
-- left as it is; nobody proposes or confirms what they are named in. Who only confirms
-- proposes nothing, and settles what managers keep, where they work.
create or replace function lockbox_registerchange_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  settles text[] := '{confirmed_by_id,confirmed_at,refused_by_id,refused_at,refusal_reason,version}';
  actor text := current_setting('lockbox.actor_id', true);
  named text := coalesce(new.new_values->>'person_id', '');
begin
  if tg_op = 'INSERT' then
    if new.proposed_by_id::text is distinct from actor or new.proposed_by_id::text = named
       or num_nonnulls(new.confirmed_by_id, new.confirmed_at, new.refused_by_id, new.refused_at) > 0 then
      perform lockbox_refuse('a change is proposed in one''s own name, and not for oneself');
    end if;
    if lockbox_works_at(new.proposed_by_id, new.authority_id, false)
       and not lockbox_works_at(new.proposed_by_id, new.authority_id, true) then
      perform lockbox_refuse('who only confirms proposes nothing');
    end if;
    return new;
  end if;
  if to_jsonb(new) - settles <> to_jsonb(old) - settles
     or old.confirmed_at is not null or old.refused_at is not null then
    perform lockbox_refuse('a proposed change is only settled, and once');
  end if;
  if num_nonnulls(new.confirmed_by_id, new.confirmed_at) = 1
     or num_nonnulls(new.refused_by_id, new.refused_at) = 1
     or coalesce(new.confirmed_by_id, new.refused_by_id)::text is distinct from actor
     or new.confirmed_by_id::text = named
     or exists (select from lockbox_site_user u
                where u.id::text = actor and u.is_machine) then
    perform lockbox_refuse('a change is settled by a person in their own name');
  end if;
  if new.confirmed_by_id is not null
     and not lockbox_works_at(new.confirmed_by_id, new.authority_id,
                              not lockbox_confirmers_settle(new.row_table)) then
    perform lockbox_refuse('a change is settled by who works at the authority, as more than a confirmer');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_registerchange
  for each row execute function lockbox_registerchange_guard();

-- Does the information set put what holds it on a named list?
create or replace function lockbox_is_listed(id bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from requests_app_informationset s
                 where s.id = $1 and s.is_named_list)
$f$;

-- Does the classification say less than the one it comes after?
create or replace function lockbox_lowers(
  about bigint, starts date, level integer
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(level < (
    select c.confidentiality from requests_app_securityclassification c
    where c.information_set_id = about and c.valid_from < starts
    order by c.valid_from desc limit 1), false)
$f$;

-- Whoever puts a review on a list stands for it; another confirms it, or opens it again.
create or replace function lockbox_list_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor text := current_setting('lockbox.actor_id', true);
begin
  if old.is_named_list and not new.is_named_list and (
       old.listed_by_id is null or old.list_confirmed_by_id is not null
       or old.listed_by_id::text = actor) then
    perform lockbox_refuse('a review leaves a named list by another than put it there');
  end if;
  if new.listed_by_id is distinct from old.listed_by_id
     and new.listed_by_id::text is distinct from actor
     and (new.listed_by_id is not null or new.is_named_list)
     or new.list_confirmed_by_id is distinct from old.list_confirmed_by_id
     and (new.list_confirmed_by_id::text is distinct from actor
          or old.list_confirmed_by_id is not null) then
    perform lockbox_refuse('a review is put on a named list in one''s own name');
  end if;
  return new;
end $f$;

create trigger lockbox_list_guard before update on requests_app_secrecyreview
  for each row when (old.is_named_list is distinct from new.is_named_list
    or old.listed_by_id is distinct from new.listed_by_id
    or old.list_confirmed_by_id is distinct from new.list_confirmed_by_id)
  execute function lockbox_list_guard();

-- An information set is not put on a named list as it is made.
create or replace function lockbox_set_begins_open() returns trigger
  language plpgsql as $f$
begin
  perform lockbox_refuse('a set is put on a named list by two persons');
  return null;
end $f$;

create trigger lockbox_begins_open before insert on requests_app_informationset
  for each row when (new.is_named_list) execute function lockbox_set_begins_open();

-- A link between an object and a set stays, but where they have come to belong to
-- different authorities: then the object has moved, and the set has not.
create or replace function lockbox_link_kept() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (
       select from requests_app_cloudobject o
       join requests_app_informationset s on s.authority_id = o.authority_id
       where o.id = old.cloud_object_id and s.id = old.information_set_id) then
    perform lockbox_refuse(tg_table_name || ' is kept');
  end if;
  return old;
end $f$;

create trigger lockbox_kept before delete on requests_app_cloudobjectinformationset
  for each row execute function lockbox_link_kept();
