-- What the request is more of, and what has been merged into any of it.
create or replace function lockbox_extended(request bigint) returns setof bigint
  language sql stable rows 5 set search_path = pg_catalog, public, pg_temp as $f$
  with recursive part(id) as (
    select request
    union
    select link.id from part p cross join lateral (
      select r.extends_id from requests_app_accessrequest r where r.id = p.id
      union all
      select r.id from requests_app_accessrequest r where r.merged_into_id = p.id
    ) link(id) where link.id is not null)
  select id from part
$f$;

-- What more of this access is: what extends it, and what extends that.
create or replace function lockbox_extensions(request bigint) returns setof bigint
  language sql stable rows 5 set search_path = pg_catalog, public, pg_temp as $f$
  with recursive more(id) as (
    select request
    union
    select r.id from more m join requests_app_accessrequest r on r.extends_id = m.id)
  select id from more
$f$;

-- What is one matter with these requests: what they extend or were merged into, and
-- what extends them or was merged into them.
create or replace function lockbox_matters(requests bigint[]) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  with recursive matter(id) as (
    select unnest(requests)
    union
    select link.id from matter m cross join lateral (
      select r.extends_id from requests_app_accessrequest r where r.id = m.id
      union all
      select r.merged_into_id from requests_app_accessrequest r where r.id = m.id
      union all
      select r.id from requests_app_accessrequest r where r.extends_id = m.id
      union all
      select r.id from requests_app_accessrequest r where r.merged_into_id = m.id
    ) link(id) where link.id is not null)
  select id from matter
$f$;

-- The requests that a person has nothing to do with, for a conflict of interest.
create or replace function lockbox_conflicts_of(person bigint) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_matters(array(
    select v.access_request_id from requests_app_conflictdeclaration c
    join requests_app_secrecyreview v on v.id = c.review_id
    where c.person_id = person and c.has_conflict))
$f$;

-- Is the review held to be of official documents? The rule is that of law/case.py.
create or replace function lockbox_asks_for_documents(review bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from requests_app_assessmentanswer
                 where review_id = review and node = 'N0.tf' and answer = 'yes')
$f$;

-- Has every authority concerned by the request registered it as one for documents? An
-- answer in an assessment opens no way past a freeze.
create or replace function lockbox_hands_out_documents(request bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(bool_and(v.matter = 'documents'), false)
  from requests_app_secrecyreview v
  where v.access_request_id = request
    and v.status not in ('rerouted', 'merged', 'dropped')
$f$;

-- Number and arrival of a request are corrected only where it was typed by hand, and
-- until it is decided.
create or replace function lockbox_entry_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if (new.external_id, new.received_at) is distinct from (old.external_id, old.received_at)
     and (old.received_by <> 'manual' or new.revision <> old.revision + 1
          or old.status not in ('in_review', 'to_answer')
          or exists (select from requests_app_decision d
                     join requests_app_secrecyreview r on r.id = d.review_id
                     where r.access_request_id = old.id)) then
    perform lockbox_refuse('only what was typed is corrected, until it is decided');
  end if;
  return new;
end $f$;

create trigger lockbox_entry_guard before update on requests_app_accessrequest
  for each row execute function lockbox_entry_guard();

-- A request is moved to another connection only where it was typed by hand, and until
-- it is assessed.
create or replace function lockbox_moved_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.connection_id = old.connection_id then
    return new;
  end if;
  if old.received_by <> 'manual' or old.status <> 'in_review' or new.status <> 'in_review'
     or exists (select from requests_app_secrecyreview r
                where r.access_request_id = old.id
                  and (exists (select from requests_app_assessmentanswer a
                               where a.review_id = r.id)
                       or exists (select from requests_app_decision d
                                  where d.review_id = r.id)))
     or exists (select from requests_app_delivery where access_request_id = old.id) then
    perform lockbox_refuse('only what was typed is moved, until it is assessed');
  end if;
  return new;
end $f$;

create trigger lockbox_moved_guard before update on requests_app_accessrequest
  for each row execute function lockbox_moved_guard();

-- An object that the request names lies in no dropped review.
create or replace function lockbox_object_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.removed_in_revision is null and exists (
       select from requests_app_secrecyreview review
       where review.id = new.review_id and review.status = 'dropped') then
    perform lockbox_refuse('an object that the request names has no review');
  end if;
  return new;
end $f$;

create trigger lockbox_object_guard before insert or update on requests_app_requestedobject
  for each row execute function lockbox_object_guard();

-- A review is dropped only when the request names none of its objects any more.
create or replace function lockbox_dropped_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (select from requests_app_requestedobject object
             where object.review_id = new.id and object.removed_in_revision is null) then
    perform lockbox_refuse('an object that the request names has no review');
  end if;
  return new;
end $f$;

create trigger lockbox_dropped_guard before update on requests_app_secrecyreview
  for each row when (new.status = 'dropped' and old.status <> 'dropped')
  execute function lockbox_dropped_guard();
