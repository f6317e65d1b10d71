"""A text of its own for each copy: its pattern's, and words of the statutes' language,
some common and some rare. Its digest is right, so that searching takes it."""

from typing import Any


def prepare(cursor: Any, full: int) -> None:
    """Functions for a body and its digest, by pattern and number g.

    The table bench_text holds the patterns; what is not light is copied once in `full`.
    """
    cursor.execute(WORDS)
    cursor.execute("select count(*) from bench_word")
    words = cursor.fetchone()[0]
    cursor.execute(TEXTS.format(words=words, full=full))


WORDS = r"""
create table bench_word as
  select row_number() over (order by md5(word)) as n, word from (
    select distinct lower(word) as word
    from requests_app_statuteparagraph p,
      regexp_split_to_table(p.text, '[^[:alpha:]]+') word
    where length(word) > 4) w;
create unique index on bench_word (n);
"""
TEXTS = r"""
create function bench_body(body bytea, g bigint) returns bytea
  language sql stable as $f$
  select body || convert_to(E'\n' || (
    select string_agg(word, ' ') from bench_word where n = any (array(
      select 1 + (hashint8extended(g, i) & 1048575) % {words}
      from generate_series(1, 6) i))
    ) || ' nr' || g, 'UTF8')
$f$;
create function bench_digest(old text, g bigint) returns text
  language sql stable as $f$
  select coalesce((
    select encode(sha256(t.salt || bench_body(t.body, g)), 'hex') from bench_text t
    where t.digest = old and (t.is_light or g % {full} = 0)), old)
$f$;
"""
