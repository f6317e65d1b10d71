-- The highest confidentiality of what a review's objects hold. What nobody has
-- classified may be as sensitive as anything that can be granted: 3.
create or replace function lockbox_class(review bigint, day date) returns integer
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(max(coalesce((
      select c.confidentiality from requests_app_securityclassification c
      where c.information_set_id = l.information_set_id and c.valid_from <= day
      order by c.valid_from desc, c.id desc limit 1), 3)), 3)::integer
  from requests_app_requestedobject o
  left join requests_app_cloudobjectinformationset l on l.cloud_object_id = o.cloud_object_id
  where o.review_id = review and o.removed_in_revision is null
$f$;

-- The highest confidentiality of what a review's objects hold, by what had been
-- recorded at the moment: what was done before the class was raised is told as it was,
-- and taken back.
create or replace function lockbox_class_known(
  review bigint, moment timestamptz
) returns integer
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(max(coalesce((
      select c.confidentiality from (
        select distinct on (h.id) h.id, h.valid_from, h.confidentiality, h.history_type
        from requests_app_historicalsecurityclassification h
        where h.information_set_id = l.information_set_id and h.history_date <= moment
        order by h.id, h.history_id desc) c
      where c.history_type <> '-' and c.valid_from <= lockbox_day(moment)
      order by c.valid_from desc, c.id desc limit 1), 3)), 3)::integer
  from requests_app_requestedobject o
  left join requests_app_cloudobjectinformationset l on l.cloud_object_id = o.cloud_object_id
  where o.review_id = review and o.removed_in_revision is null
$f$;

-- A review is decided together with its decision, in one transaction; or it was closed since,
-- and is opened again. A stop for security protection is not undone in the review.
create or replace function lockbox_review_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.status = 'decided' and (tg_op = 'INSERT' or old.status <> 'decided') and not exists (
       select from requests_app_decision d join requests_app_historicaldecision h on h.id = d.id
       where d.review_id = new.id and h.history_type = '+'
         and (old.status = 'closed' or h.history_xid = pg_current_xact_id())) then
    perform lockbox_refuse('a review is decided by its decision');
  end if;
  if tg_op = 'INSERT' then
    return new;
  end if;
  if old.security_protection in ('suspected', 'yes')
     and new.security_protection not in ('suspected', 'yes') then
    perform lockbox_refuse('a stop for security protection is not undone here');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_secrecyreview
  for each row execute function lockbox_review_guard();

-- The assessment is written while it is made, and then only in another round of it.
create or replace function lockbox_assessment_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and new.review_id <> old.review_id
     or not exists (select from requests_app_secrecyreview
                    where id = new.review_id
                      and status in ('assigned', 'in_assessment')) then
    perform lockbox_refuse('the assessment is not open');
  end if;
  return new;
end $f$;

-- A part lies in an object of its review.
create or replace function lockbox_part_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.requested_object_id is not null and not exists (
       select from requests_app_requestedobject
       where id = new.requested_object_id and review_id = new.review_id) then
    perform lockbox_refuse('a part lies in an object of its review');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_part
  for each row execute function lockbox_assessment_guard();

create trigger lockbox_part_guard before insert or update on requests_app_part
  for each row execute function lockbox_part_guard();

-- The test of a part is of a part of its review.
create or replace function lockbox_tested_part_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.part_id is not null and not exists (
       select from requests_app_part where id = new.part_id and review_id = new.review_id) then
    perform lockbox_refuse('the part belongs to another review');
  end if;
  return new;
end $f$;

create trigger lockbox_part_guard before insert or update on requests_app_harmtest
  for each row execute function lockbox_tested_part_guard();

create trigger lockbox_guard before insert or update on requests_app_harmtest
  for each row execute function lockbox_assessment_guard();

create trigger lockbox_guard before insert or update on requests_app_assessmentanswer
  for each row execute function lockbox_assessment_guard();

-- A question stays as it was put, and an opinion as it was given by whoever was asked.
create or replace function lockbox_consultation_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
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

-- A consent is recorded while the assessment is made, in one's own name; then only
-- withdrawn, once.
create or replace function lockbox_consent_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  withdraws text[] := '{withdrawn_at,withdrawal_id,withdrawal_recorded_by_id,withdrawal_recorded_at,version}';
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(new) - withdraws <> to_jsonb(old) - withdraws
       or old.withdrawn_at is not null or new.withdrawn_at is null then
      perform lockbox_refuse('a consent is only withdrawn');
    end if;
    if lockbox_is_not_actor(new.withdrawal_recorded_by_id) then
      perform lockbox_refuse('a withdrawal is recorded in one''s own name');
    end if;
    return new;
  end if;
  if new.withdrawn_at is not null or lockbox_is_not_actor(new.recorded_by_id) then
    perform lockbox_refuse('a consent is recorded in one''s own name');
  end if;
  if not exists (select from requests_app_secrecyreview
                 where id = new.review_id and status in ('assigned', 'in_assessment')) then
    perform lockbox_refuse('the assessment is not open');
  end if;
  if not exists (select from requests_app_provision
                 where id = new.provision_id and 'osl-12-2' = any(lifted_by)) then
    perform lockbox_refuse('nobody''s consent lifts this secrecy');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_consent
  for each row execute function lockbox_consent_guard();

-- A condition is followed up once it is decided.
create or replace function lockbox_follow_up_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
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
