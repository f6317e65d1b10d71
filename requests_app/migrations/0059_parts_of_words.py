"""Parts of words are found by an index that is sure of them: no text is read again."""

from django.db import migrations

PARTS = r"""
-- The parts of three letters that a text must hold to hold this part of a word: those of
-- pg_trgm, without its own for where a word begins and ends.
create function lockbox_parts(part text) returns text[] language sql immutable strict as $f$
  select coalesce(array_agg(distinct three), '{}')
  from pg_catalog.regexp_split_to_table(part, '[^[:alnum:]]+') piece
    cross join lateral pg_catalog.unnest(public.show_trgm(piece)) three
  where pg_catalog.length(piece) >= 3
    and three <> all (public.show_trgm(pg_catalog.left(piece, 2)))
    and three <> all (public.show_trgm(pg_catalog.right(piece, 2)))
$f$;

create index content_threes on requests_app_content
  using gin (show_trgm(lockbox_folded(body)))
  where media_type = 'text/plain' and size <= 80000;

drop index content_parts;
"""
BACK = """
create index content_parts on requests_app_content
  using gin (lockbox_folded(body) gin_trgm_ops)
  where media_type = 'text/plain' and size <= 80000;
drop index content_threes;
drop function lockbox_parts;
"""


class Migration(migrations.Migration):

    dependencies = [('requests_app', '0057_compared_after_restores')]

    operations = [migrations.RunSQL(PARTS, BACK)]
