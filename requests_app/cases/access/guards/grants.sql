-- Access follows from an approval that was given in time, and is no longer than it; more
-- of an access begins when that ends.
create or replace function lockbox_grant_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
    select from requests_app_delivery d
    where d.id = new.delivery_id and d.access_request_id = new.access_request_id
      and d.answer = 'approve' and d.status = 'confirmed'
      and new.opens_at >= d.given_at
      and new.ends_at <= new.opens_at + make_interval(mins => d.minutes)) then
    perform lockbox_refuse('access without a given approval, or longer than it');
  end if;
  if tg_op = 'INSERT' and exists (
       select from requests_app_accessrequest r
       join requests_app_delivery d on d.id = new.delivery_id
       where r.id = new.access_request_id and lockbox_answer_by(r) < d.given_at) then
    perform lockbox_refuse('the time to answer had run out');
  end if;
  if tg_op = 'INSERT' and new.opens_at > (
       select d.given_at from requests_app_delivery d where d.id = new.delivery_id)
     and new.opens_at <> (
       select max(g.ends_at) from requests_app_accessgrant g
       where g.access_request_id = any(array(
               select lockbox_matters(array[new.access_request_id])))) then
    perform lockbox_refuse('access opens when it is approved, or where that which it extends ends');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_accessgrant
  for each row execute function lockbox_grant_guard();

-- Is the access of the request revoked?
create or replace function lockbox_is_revoked(request bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from requests_app_accessrequest
                 where id = any(array(select lockbox_extended(request)))
                   and revoked_at is not null)
$f$;

-- A request is revoked together with the revocation of its grant, and stays so.
create or replace function lockbox_revoked_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' and new.revoked_at is not null
     or tg_op = 'UPDATE' and old.revoked_at is not null
        and new.revoked_at is distinct from old.revoked_at then
    perform lockbox_refuse('what has been revoked stays so');
  end if;
  if tg_op = 'UPDATE' and old.revoked_at is null and new.revoked_at is not null
     and not lockbox_is_now(new.revoked_at) then
    perform lockbox_refuse('a revocation is dated when it is made');
  end if;
  return new;
end $f$;

create trigger lockbox_revoked_guard before insert or update on requests_app_accessrequest
  for each row execute function lockbox_revoked_guard();

-- A revocation is decided by a person entitled to it, in their own name, of a grant that
-- stands.
create or replace function lockbox_revocation_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  review requests_app_secrecyreview;
  rule requests_app_delegationrule;
  product bigint;
begin
  if tg_op = 'UPDATE' then
    if old.served_at is not null or new.served_at is null
       or new.served_at not between old.decided_at and audit_now() + interval '5 minutes'
       or lockbox_is_not_actor(new.served_recorded_by_id) then
      perform lockbox_refuse('the service of a revocation is recorded once, in one''s own name');
    end if;
    return new;
  end if;
  select * into review from requests_app_secrecyreview where id = new.review_id;
  select * into rule from requests_app_delegationrule where id = new.delegation_rule_id;
  select c.product_id into product from requests_app_accessrequest r
    join requests_app_connection c on c.id = r.connection_id
    where r.id = review.access_request_id;
  if not lockbox_is_now(new.decided_at) or new.served_at is not null then
    perform lockbox_refuse('a revocation is dated when it is made, and served later');
  end if;
  if lockbox_is_not_actor(new.decided_by_id) or not exists (
       select from lockbox_site_user
       where id = new.decided_by_id and is_active and not is_machine)
     or position(audit_name_of(new.decided_by_id) in new.decided_by_name) = 0 then
    perform lockbox_refuse('only a person revokes, in their own name');
  end if;
  if not exists (select from requests_app_decision d
                 where d.id = new.decision_id and d.review_id = new.review_id and d.answer = 'approve'
                   and not exists (select from requests_app_decision l where l.supersedes_id = d.id)) then
    perform lockbox_refuse('what is revoked is a grant of the review, that stands');
  end if;
  if rule.decision_type <> 'answer' or rule.authority_id <> review.authority_id
     or not ('refused' = any(rule.outcomes)) or rule.product_id <> product
     or not lockbox_rule_in_force(rule.id, lockbox_day(audit_now())) then
    perform lockbox_refuse('the delegation rule does not cover this revocation');
  end if;
  if not lockbox_is_delegated(
       new.decided_by_id, rule.person_id, rule.role, review.authority_id, review.branch_id, audit_now()) then
    perform lockbox_refuse('whoever revokes does not hold the delegated role');
  end if;
  if new.delegation_snapshot->>'item_no' is distinct from rule.item_no
     or new.delegation_snapshot->>'board_decision' is distinct from rule.board_decision then
    perform lockbox_refuse('the copy of the delegation is not the rule');
  end if;
  if new.regime <> (select regime from requests_app_authority where id = review.authority_id) then
    perform lockbox_refuse('the regime on the revocation is not the authority''s');
  end if;
  if review.access_request_id = any(array(select lockbox_conflicts_of(new.decided_by_id)))
     or not exists (select from requests_app_conflictdeclaration c
                    where c.review_id = new.review_id and c.stage = 'decision'
                      and c.person_id = new.decided_by_id and not c.has_conflict) then
    perform lockbox_refuse('whoever revokes has a conflict of interest, or has not declared');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_revocation
  for each row execute function lockbox_revocation_guard();

-- A revocation that takes nothing back is none.
create or replace function lockbox_revokes() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (select from requests_app_secrecyreview v
             join requests_app_accessrequest r on r.id = v.access_request_id
             where v.id = new.review_id and r.revoked_at is null) then
    perform lockbox_refuse('access is not taken back by this revocation');
  end if;
  return null;
end $f$;

create constraint trigger lockbox_revokes after insert on requests_app_revocation
  deferrable initially deferred for each row execute function lockbox_revokes();
