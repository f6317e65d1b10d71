-- An audit is ended once, in one's own name, and then left as it is.
create or replace function lockbox_savedaudit_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' and new.ended_at is not null
     or tg_op = 'UPDATE' and old.ended_at is not null then
    perform lockbox_refuse('an audit that has ended stays as it is');
  end if;
  if tg_op = 'UPDATE' and lockbox_is_not_actor(new.ended_by_id) then
    perform lockbox_refuse('an audit is ended in one''s own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_savedaudit
  for each row execute function lockbox_savedaudit_guard();

-- A sample of an audit is what its seed draws from its population.
create or replace function lockbox_sample_drawn() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  made requests_app_savedaudit;
  numbers text[];
  wanted text;
  sampled text;
begin
  select * into made from requests_app_savedaudit where id = new.id;
  select string_to_array(convert_from(body, 'UTF8'), E'\n') into numbers
    from requests_app_content where digest = made.population_id;
  select string_agg(number, E'\n' order by place) into wanted from (
    select number, row_number() over (order by sha256(convert_to(made.seed || number, 'UTF8'))) as place
      from unnest(numbers) number) drawn where place <= made.size;
  select string_agg(review.diary_number, E'\n' order by position) into sampled
    from requests_app_sampledcase one
    join requests_app_secrecyreview review on review.id = one.review_id
   where one.audit_id = made.id and review.authority_id = made.authority_id;
  if (select count(distinct number) from unnest(numbers) number) <> made.population_size
     or cardinality(numbers) <> made.population_size
     or sampled is distinct from wanted then
    perform lockbox_refuse('a sample is what its seed draws');
  end if;
  return null;
end $f$;

create constraint trigger lockbox_drawn after insert on requests_app_savedaudit
  deferrable initially deferred for each row execute function lockbox_sample_drawn();

-- Each place of a sample is taken when it is drawn, and there are no others.
create or replace function lockbox_sampledcase_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.position not between 1 and (select size from requests_app_savedaudit
                                      where id = new.audit_id) then
    perform lockbox_refuse('a sample has its size');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_sampledcase
  for each row execute function lockbox_sampledcase_guard();

-- A finding is of a case of the sample, written until the audit ends.
create or replace function lockbox_auditfinding_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  -- Whoever ends it waits for us, or we for them.
  perform from requests_app_savedaudit where id = new.audit_id and ended_at is null
    for share;
  if not found then
    perform lockbox_refuse('an audit that has ended stays as it is');
  end if;
  if not exists (select from requests_app_sampledcase
                  where audit_id = new.audit_id and review_id = new.review_id) then
    perform lockbox_refuse('a finding is of a case of the sample');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_auditfinding
  for each row execute function lockbox_auditfinding_guard();
