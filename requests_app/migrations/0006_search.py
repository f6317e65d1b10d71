from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

WORDS = r"""
-- A text as kept; what is not UTF-8 has no words.
create function lockbox_text(body bytea) returns text language plpgsql immutable strict as $f$
begin
  return pg_catalog.convert_from(body, 'UTF8');
exception when others then
  return '';
end $f$;

-- As it is searched: in small letters, also where the database knows only those of ASCII.
create function lockbox_folded(body bytea) returns text language sql immutable strict as $f$
  select pg_catalog.translate(pg_catalog.lower(public.lockbox_text(body)), 'ÅÄÖÉÜÆØ', 'åäöéüæø')
$f$;

-- How many words a kept text and another one have in common, whatever their endings.
create function lockbox_shared_words(body bytea, other text) returns integer
  language sql immutable strict as $f$
  select count(*)::integer
  from unnest(pg_catalog.tsvector_to_array(pg_catalog.to_tsvector(
         'pg_catalog.swedish', pg_catalog.left(public.lockbox_folded(body), 20000)))) word
  where word = any (pg_catalog.tsvector_to_array(pg_catalog.to_tsvector(
         'pg_catalog.swedish', public.lockbox_folded(pg_catalog.convert_to(other, 'UTF8')))))
$f$;

-- What is searched: kept texts, no payloads; the longest a form takes, in bytes.
create index content_words on requests_app_content
  using gin (to_tsvector('pg_catalog.swedish', lockbox_folded(body)))
  where media_type = 'text/plain' and size <= 80000;

create index content_parts on requests_app_content
  using gin (lockbox_folded(body) gin_trgm_ops)
  where media_type = 'text/plain' and size <= 80000;
"""

ORDER = r"""
-- A name as it is sorted: å, ä and ö end the alphabet, é is an e and ü a y.
create function lockbox_swedish(name text) returns text language sql immutable strict parallel safe as $f$
  select pg_catalog.translate(pg_catalog.lower(name), 'ÅåÄäÖöÉéÜü', '{{||}}eeyy')
$f$;

create index cloudobject_swedish on requests_app_cloudobject
  (lockbox_swedish(designation) collate "C");
"""


class Migration(migrations.Migration):
    """Words and parts of words are found where the texts lie, without a second copy;
    names stand in Swedish order."""

    dependencies = [("requests_app", "0005_guards_of_decisions")]
    operations = [
        TrigramExtension(),
        migrations.RunSQL(
            WORDS,
            """
            drop index content_parts, content_words;
            drop function lockbox_shared_words;
            drop function lockbox_folded;
            drop function lockbox_text;
            """,
        ),
        migrations.RunSQL(
            ORDER,
            """
            drop index cloudobject_swedish;
            drop function lockbox_swedish;
            """,
        ),
    ]
