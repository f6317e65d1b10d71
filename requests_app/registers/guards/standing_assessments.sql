-- A standing assessment is confirmed by another in their own name, and then only
-- revoked: a change is a new one.
create or replace function lockbox_standing_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
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

-- Whoever made a standing assessment writes in it, until somebody else confirms it
-- under an item.
create or replace function lockbox_maker_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  later text[] := '{confirmed_by_id,confirmed_at,delegation_rule_id,delegation_snapshot,revoked_by_id,revoked_at,revoked_reason,version}';
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

-- The recipients of a standing assessment are named, rewritten and taken out by whoever
-- makes it, until it is confirmed.
create or replace function lockbox_recipient_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  assessments bigint[] := '{}';
begin
  if tg_op <> 'INSERT' then
    assessments := assessments || old.standing_assessment_id;
  end if;
  if tg_op <> 'DELETE' then
    assessments := assessments || new.standing_assessment_id;
  end if;
  if exists (select from requests_app_standingassessment s
             where s.id = any(assessments)
               and (s.confirmed_at is not null or s.revoked_at is not null
                    or lockbox_is_not_actor(s.made_by_id))) then
    perform lockbox_refuse('the recipients of a standing assessment are those it was confirmed with');
  end if;
  return coalesce(new, old);
end $f$;

create trigger lockbox_guard before insert or update or delete on requests_app_standingrecipient
  for each row execute function lockbox_recipient_guard();

-- A standing assessment is confirmed under the scheme of delegation, by an item for
-- just that.
create or replace function lockbox_settles_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  rule requests_app_delegationrule;
begin
  if new.confirmed_at is null or tg_op = 'UPDATE' and old.confirmed_at is not null then
    return new;
  end if;
  select * into rule from requests_app_delegationrule where id = new.delegation_rule_id;
  if rule.id is null or rule.decision_type <> 'standing' or rule.product_id is not null
     or rule.authority_id <> new.authority_id
     or not lockbox_rule_in_force(rule.id, lockbox_day(audit_now())) then
    perform lockbox_refuse('the delegation rule does not cover a standing assessment');
  end if;
  if not lockbox_is_delegated(
       new.confirmed_by_id, rule.person_id, rule.role, new.authority_id, null, audit_now()) then
    perform lockbox_refuse('whoever confirms does not hold the delegated role');
  end if;
  if new.delegation_snapshot->>'item_no' is distinct from rule.item_no
     or new.delegation_snapshot->>'board_decision' is distinct from rule.board_decision then
    perform lockbox_refuse('the copy of the delegation is not the rule');
  end if;
  return new;
end $f$;

create trigger lockbox_settles_guard before insert or update on requests_app_standingassessment
  for each row execute function lockbox_settles_guard();

-- What is relied on concerns the review's own authority and the provider that asks.
create or replace function lockbox_reliance_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
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
