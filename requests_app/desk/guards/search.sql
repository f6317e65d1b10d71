-- A text as kept; what is not UTF-8 has no words.
create or replace function lockbox_text(body bytea) returns text
  language plpgsql immutable strict as $f$
begin
  return pg_catalog.convert_from(body, 'UTF8');
exception when others then
  return '';
end $f$;

-- A kept text as it is searched: in small letters, also where the database knows only
-- those of ASCII.
create or replace function lockbox_folded(body bytea) returns text
  language sql immutable strict as $f$
  select pg_catalog.translate(pg_catalog.lower(public.lockbox_text(body)), 'ÅÄÖÉÜÆØ', 'åäöéüæø')
$f$;

-- The parts of three letters that a text must hold to hold this part of a word: those of
-- pg_trgm, without its own for where a word begins and ends.
create or replace function lockbox_parts(part text) returns text[]
  language sql immutable strict as $f$
  select coalesce(array_agg(distinct three), '{}')
  from pg_catalog.regexp_split_to_table(part, '[^[:alnum:]]+') piece
    cross join lateral pg_catalog.unnest(public.show_trgm(piece)) three
  where pg_catalog.length(piece) >= 3
    and three <> all (public.show_trgm(pg_catalog.left(piece, 2)))
    and three <> all (public.show_trgm(pg_catalog.right(piece, 2)))
$f$;

-- How many words a kept text and another one have in common, whatever their endings.
create or replace function lockbox_shared_words(body bytea, other text) returns integer
  language sql immutable strict as $f$
  select count(*)::integer
  from unnest(pg_catalog.tsvector_to_array(pg_catalog.to_tsvector(
         'pg_catalog.swedish', pg_catalog.left(public.lockbox_folded(body), 20000)))) word
  where word = any (pg_catalog.tsvector_to_array(pg_catalog.to_tsvector(
         'pg_catalog.swedish', public.lockbox_folded(pg_catalog.convert_to(other, 'UTF8')))))
$f$;

-- A name as it is sorted: å, ä and ö end the alphabet, é is an e and ü a y.
create or replace function lockbox_swedish(name text) returns text
  language sql immutable parallel safe strict as $f$
  select pg_catalog.translate(pg_catalog.lower(name), 'ÅåÄäÖöÉéÜü', '{{||}}eeyy')
$f$;

-- What is searched: kept texts, no payloads; the longest a form takes, in bytes.
create index content_words on requests_app_content
  using gin (to_tsvector('pg_catalog.swedish', lockbox_folded(body)))
  where media_type = 'text/plain' and size <= 80000;

create index content_threes on requests_app_content
  using gin (show_trgm(lockbox_folded(body)))
  where media_type = 'text/plain' and size <= 80000;

create index cloudobject_swedish on requests_app_cloudobject
  (lockbox_swedish(designation) collate "C");

create index requestedobject_parts on requests_app_requestedobject
  using gin (upper(external_id::text) gin_trgm_ops);

create index accessrequest_number_parts on requests_app_accessrequest
  using gin (upper(external_id::text) gin_trgm_ops);

create index accessrequest_support_parts on requests_app_accessrequest
  using gin (upper(support_case::text) gin_trgm_ops);
create index accessrequest_audit_id_parts on requests_app_accessrequest
  using gin (upper(audit_id::text) gin_trgm_ops);

create index secrecyreview_diary_parts on requests_app_secrecyreview
  using gin (upper(diary_number::text) gin_trgm_ops);

create index historicalsecrecyreview_lapsed on requests_app_historicalsecrecyreview
  (history_date desc, history_id desc) where status = 'lapsed';
