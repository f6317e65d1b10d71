-- The rule by which an authority's cases of a matter are kept, as of a day.
create or replace function lockbox_disposal_rule(
  in_authority bigint, in_matter text, in_day date
) returns bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select id from requests_app_disposalrule
  where authority_id = in_authority and matter = in_matter and valid_from <= in_day
  order by valid_from desc limit 1
$f$;

-- Is a case over, so that it has a date of disposal?
create or replace function lockbox_is_over(in_status text) returns boolean
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select in_status in ('closed', 'rerouted', 'merged', 'dropped')
$f$;

-- The day on which a case that is over was closed; what was moved to another has the day
-- of that.
create or replace function lockbox_closed_on(in_review bigint) returns date
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_day(coalesce(review.closed_at, (
      select max(version.history_date) from requests_app_historicalsecrecyreview version
      where version.id = review.id and version.status = review.status
        and not exists (
          select from requests_app_historicalsecrecyreview before
          where before.id = version.id and before.status = version.status
            and before.history_id < version.history_id)), audit_now()))
  from requests_app_secrecyreview review where review.id = in_review
$f$;

-- The last day on which something of the case was decided, served or tried by a court, or
-- null where nothing was.
create or replace function lockbox_last_decided(in_review bigint) returns date
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select max(day) from (
    select lockbox_day(decided_at) from requests_app_decision where review_id = in_review
    union all
    select lockbox_day(served_at) from requests_app_serviceofdecision where review_id = in_review
    union all
    select lockbox_day(greatest(decided_at, served_at)) from requests_app_revocation
    where review_id = in_review
    union all
    select coalesce(decided_on, lockbox_day(received_at)) from requests_app_incomingappeal
    where review_id = in_review) told(day)
$f$;

-- The day that a rule counts from, in a case; null while that has not happened. What is
-- decided is final three weeks and some days after it was served, or tried.
create or replace function lockbox_disposal_since(in_review bigint, in_event text) returns date
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case in_event
    when 'final' then greatest(lockbox_closed_on(in_review), lockbox_last_decided(in_review) + 28)
    when 'access' then (
      select case when bool_or(given.ended_at is null) then null
        else coalesce(max(lockbox_day(given.ended_at)), lockbox_closed_on(in_review)) end
      from requests_app_accessgrant given join requests_app_secrecyreview review
        on review.access_request_id = given.access_request_id
      where review.id = in_review)
    else lockbox_closed_on(in_review) end
$f$;

-- Reckons anew when these cases may be disposed of, and by which rule: whole calendar
-- years after that in which it happened, and not before the day until which somebody has
-- retained them. Returns how many have become another. No login but the owner's writes
-- these rows, and whoever may call it changes nothing by it that is not so.
create or replace function lockbox_disposal_reckon(in_reviews bigint[]) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  changed bigint;
begin
  with known as (
    select review.id, rule.id as rule_id, make_date(
        extract(year from lockbox_disposal_since(review.id, rule.counts_from))::integer
          + rule.years + 1, 1, 1) as day, (
      select max(answer.until) from requests_app_disposalanswer answer
      join requests_app_disposalitem item on item.id = answer.item_id
      where item.case_key = review.id and answer.answer = 'retain') as until
    from requests_app_secrecyreview review
    left join requests_app_disposalrule rule on rule.id = lockbox_disposal_rule(
      review.authority_id, review.matter, lockbox_day(audit_now()))
    where review.id = any (in_reviews) and lockbox_is_over(review.status)
  )
  insert into requests_app_disposaldate as told (review_id, rule_id, due_on, reckoned_at)
  select id, rule_id, case when day is not null then greatest(day, until) end, audit_now()
  from known order by id
  on conflict (review_id) do update set rule_id = excluded.rule_id, due_on = excluded.due_on,
    reckoned_at = excluded.reckoned_at,
    was_due_on = case when told.due_on is distinct from excluded.due_on then told.due_on
      else told.was_due_on end
  where (told.rule_id, told.due_on) is distinct from (excluded.rule_id, excluded.due_on);
  get diagnostics changed = row_count;
  return changed;
end $f$;

-- The cases that are over, of an authority or of all: so many after one.
create or replace function lockbox_cases_over(
  in_authority bigint, in_after bigint, in_most integer
) returns bigint[]
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select array(
    select id from requests_app_secrecyreview
    where id > in_after and (in_authority is null or authority_id = in_authority)
      and lockbox_is_over(status)
    order by id limit in_most)
$f$;

-- A case that is over has a date of disposal, and one that is opened again has none.
create or replace function lockbox_disposal_dated() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_is_over(new.status) then
    perform lockbox_disposal_reckon(array[new.id]);
  else
    delete from requests_app_disposaldate where review_id = new.id;
  end if;
  return null;
end $f$;

create trigger lockbox_dated after insert or update of status, closed_at, matter
  on requests_app_secrecyreview
  for each row execute function lockbox_disposal_dated();

-- A rule that is new, or another, is so for the cases that are over too. Of more than a
-- page may wait for, the sweep reckons the rest, or whoever draws up a list.
create or replace function lockbox_disposal_ruled() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform lockbox_disposal_reckon(lockbox_cases_over(new.authority_id, 0, 1000));
  return null;
end $f$;

create trigger lockbox_dated after insert or update on requests_app_disposalrule
  for each row execute function lockbox_disposal_ruled();

-- Why a case is not disposed of beyond its time; empty where nothing holds it. What holds
-- what is told of it holds it too (`lockbox_reviews_hold`: an appeal, reasons, a deviation,
-- that its documents are being handed out, that it is open), and what holds all of its
-- authority (`lockbox_authority_holds`: somebody waits for official documents).
create or replace function lockbox_case_hold(in_review bigint) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(nullif(lockbox_reviews_hold(array[in_review]), ''), case
    when lockbox_last_decided(in_review) + 60 > lockbox_day(audit_now()) then 'appealable'
    end, nullif(lockbox_authority_holds(review.authority_id), ''), case
    when exists (select from requests_app_datasubjectrequest
                 where authority_id = review.authority_id and status = 'open') then 'data_subject'
    when request.status not in ('closed', 'merged', 'answered', 'access_ended', 'lapsed',
                                'withdrawn', 'elsewhere') then 'request'
    when exists (select from requests_app_sampledcase sampled join requests_app_savedaudit audit
                   on audit.id = sampled.audit_id
                 where sampled.review_id = in_review and audit.ended_at is null) then 'audit'
    when review.is_named_list then 'listed'
    else '' end)
  from requests_app_secrecyreview review
  join requests_app_accessrequest request on request.id = review.access_request_id
  where review.id = in_review
$f$;

-- Has a rule of the authority become another since the list was drawn up, or the case
-- another date by one that has come to hold?
create or replace function lockbox_disposal_outdated(in_disposal bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
      select from requests_app_historicaldisposalrule rule
      join requests_app_disposal list on list.authority_id = rule.authority_id
      where list.id = in_disposal and rule.history_date > list.drawn_at)
    or exists (
      select from requests_app_disposalitem item
      join requests_app_disposaldate dated on dated.review_id = item.case_key
      where item.disposal_id = in_disposal and dated.rule_id is distinct from item.rule_id)
$f$;

-- Why the case of an item can not be destroyed; empty where it can. That somebody has
-- answered that it is to be retained wins over all who answered otherwise.
create or replace function lockbox_item_obstacle(in_item bigint) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(case
    when exists (select from requests_app_disposalanswer
                 where item_id = in_item and answer = 'retain') then 'retain'
    when dated.id is null then 'open'
    when dated.due_on is null or dated.due_on > lockbox_day(audit_now()) then 'not_due'
    end, nullif(lockbox_case_hold(item.case_key), ''), case
    when last.answer is null then 'no_answer'
    when last.answer = 'transfer' and item.receipt = '' then 'no_receipt'
    else '' end)
  from requests_app_disposalitem item
  left join requests_app_disposaldate dated on dated.review_id = item.case_key
  left join lateral (select answer from requests_app_disposalanswer
                     where item_id = item.id order by id desc limit 1) last on true
  where item.id = in_item
$f$;

-- Do they work with disposal at the authority?
create or replace function lockbox_disposes(in_person bigint, in_authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from unnest('{registrar,legal_reviewer,decision_maker}'::text[]) role
    where lockbox_holds_role(in_person, role, in_authority, null, clock_timestamp()))
$f$;

-- A list is drawn up, proposed when each of its cases is answered, confirmed by another
-- person while its rules stand, and ended when it has been carried out; or withdrawn
-- while nothing of it is.
create or replace function lockbox_disposal_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'drawn_up' or lockbox_is_not_actor(new.drawn_by_id)
       or num_nonnulls(new.proposed_by_id, new.confirmed_by_id, new.ended_at) > 0
       or not lockbox_is_now(new.drawn_at)
       or not lockbox_disposes(new.drawn_by_id, new.authority_id) then
      perform lockbox_refuse('a list to dispose of begins with nothing proposed');
    end if;
    return new;
  end if;
  if old.status in ('ended', 'withdrawn')
     or (old.status, new.status) not in (('drawn_up', 'proposed'), ('proposed', 'confirmed'),
       ('confirmed', 'ended')) and new.status not in (old.status, 'withdrawn')
     or (new.proposed_by_id, new.proposed_at) is distinct from (old.proposed_by_id, old.proposed_at)
       and (old.status, new.status) <> ('drawn_up', 'proposed')
     or (new.confirmed_by_id, new.confirmed_at) is distinct from (old.confirmed_by_id, old.confirmed_at)
       and (old.status, new.status) <> ('proposed', 'confirmed') then
    perform lockbox_refuse('a list to dispose of goes from step to step');
  end if;
  if new.status = old.status then
    return new;
  end if;
  if new.status = 'proposed' and (
       lockbox_is_not_actor(new.proposed_by_id)
       or not lockbox_disposes(new.proposed_by_id, new.authority_id)
       or not exists (select from requests_app_disposalitem where disposal_id = new.id)
       or exists (select from requests_app_disposalitem item where item.disposal_id = new.id
                  and not exists (select from requests_app_disposalanswer where item_id = item.id))) then
    perform lockbox_refuse('a list to dispose of is proposed when each case is answered');
  end if;
  if new.status = 'confirmed' and (
       lockbox_is_not_actor(new.confirmed_by_id) or new.confirmed_by_id = old.proposed_by_id
       or not lockbox_disposes(new.confirmed_by_id, new.authority_id)) then
    perform lockbox_refuse('a list to dispose of is confirmed by another than proposed it');
  end if;
  if new.status = 'confirmed' and lockbox_disposal_outdated(new.id) then
    perform lockbox_refuse('a rule has changed since: the list is drawn up anew');
  end if;
  if new.status = 'withdrawn' and exists (
       select from requests_app_disposedcase gone join requests_app_disposalitem item
         on item.id = gone.item_id where item.disposal_id = new.id) then
    perform lockbox_refuse('what is carried out in part is not withdrawn');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_disposal
  for each row execute function lockbox_disposal_guard();

-- A case comes on a list while that is drawn up, as it stands, when its day has come. What
-- is transferred has the archive's receipt, until the list has ended; why a case stays is
-- said then.
create or replace function lockbox_disposalitem_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  list requests_app_disposal;
begin
  select * into list from requests_app_disposal where id = new.disposal_id for share;
  if tg_op = 'INSERT' then
    if list.status <> 'drawn_up' or new.receipt <> '' or new.kept_because <> ''
       or not exists (
         select from requests_app_disposaldate dated
         join requests_app_secrecyreview review on review.id = dated.review_id
         where dated.review_id = new.case_key and review.authority_id = list.authority_id
           and (review.diary_number, dated.rule_id, dated.due_on, lockbox_closed_on(review.id))
             = (new.diary_number, new.rule_id, new.due_on, new.closed_on)
           and not review.is_named_list
           and dated.due_on <= lockbox_day(audit_now())) then
      perform lockbox_refuse('a case comes on a list as it stands, when its day has come');
    end if;
    return new;
  end if;
  if list.status in ('ended', 'withdrawn') or exists (
       select from requests_app_disposedcase where item_id = new.id) then
    perform lockbox_refuse('what has been carried out stays so');
  end if;
  if new.receipt <> old.receipt and (old.receipt <> '' or not exists (
       select from requests_app_disposalanswer where item_id = new.id and answer = 'transfer')) then
    perform lockbox_refuse('what is transferred has one receipt');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_disposalitem
  for each row execute function lockbox_disposalitem_guard();

-- What is to be destroyed or transferred is answered while the list is drawn up, and not
-- where something holds the case or somebody retains it. That it is retained can be
-- answered until it is gone: whoever disposes of it waits for us, or we for them.
create or replace function lockbox_disposalanswer_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  item requests_app_disposalitem;
  list requests_app_disposal;
begin
  select * into item from requests_app_disposalitem where id = new.item_id for share;
  select * into list from requests_app_disposal where id = item.disposal_id for share;
  if not lockbox_is_now(new.answered_at)
     or not lockbox_disposes(new.answered_by_id, list.authority_id)
        and (new.answer <> 'retain' or not lockbox_holds_role(
          new.answered_by_id, 'dpo', list.authority_id, null, clock_timestamp())) then
    perform lockbox_refuse('who works with disposal answers what becomes of a case');
  end if;
  if exists (select from requests_app_disposedcase where item_id = new.item_id) then
    perform lockbox_refuse('the case has been disposed of');
  end if;
  if new.answer = 'retain' then
    if list.status in ('ended', 'withdrawn') or new.until <= lockbox_day(audit_now()) then
      perform lockbox_refuse('a case is retained until a day to come, by a list that stands');
    end if;
    return new;
  end if;
  if list.status <> 'drawn_up' or lockbox_case_hold(item.case_key) <> '' or exists (
       select from requests_app_disposalanswer where item_id = new.item_id and answer = 'retain') then
    perform lockbox_refuse('a case that is held or retained is not destroyed');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_disposalanswer
  for each row execute function lockbox_disposalanswer_guard();

-- Who is retained until another day has it as their date.
create or replace function lockbox_disposal_retained() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform lockbox_disposal_reckon(array(
    select case_key from requests_app_disposalitem where id = new.item_id));
  return null;
end $f$;

create trigger lockbox_dated after insert on requests_app_disposalanswer
  for each row when (new.answer = 'retain') execute function lockbox_disposal_retained();
