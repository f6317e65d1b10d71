-- Is an item of delegation confirmed and within its days, and so what it comes from?
-- What is delegated on comes from a head of administration (KL 7:6); how a company
-- shares out its powers, another act governs.
create or replace function lockbox_rule_in_force(rule bigint, day date) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_delegationrule r
    left join requests_app_delegationrule p on p.id = r.parent_id
    join requests_app_authority a on a.id = r.authority_id
    where r.id = rule and r.confirmed_at is not null
      and day between r.valid_from and coalesce(r.valid_to, day)
      and (p.id is null or (p.confirmed_at is not null and p.may_subdelegate
           and (p.is_head or a.kind = 'company')
           and day between p.valid_from and coalesce(p.valid_to, day))))
$f$;

-- An item is confirmed in one's own name, within what it comes from, and then only
-- ended: another wording is another item.
create or replace function lockbox_delegation_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
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

-- Only a head of administration delegates on (KL 7:6).
create or replace function lockbox_subdelegation_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.parent_id is not null and new.confirmed_at is not null
     and (tg_op = 'INSERT' or old.confirmed_at is null)
     and not exists (select from requests_app_delegationrule p
                     join requests_app_authority a on a.id = p.authority_id
                     where p.id = new.parent_id and (p.is_head or a.kind = 'company')) then
    perform lockbox_refuse('only a head of administration delegates on');
  end if;
  return new;
end $f$;

create trigger lockbox_subdelegation_guard before insert or update on requests_app_delegationrule
  for each row execute function lockbox_subdelegation_guard();
