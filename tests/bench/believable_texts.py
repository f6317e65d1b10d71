"""A text of its own for each copy: its pattern's, and words of the statutes' language,
some common and some rare. Its digest is right, so that searching takes it."""

from typing import Any


def prepare(cursor: Any) -> None:
    """A function for the body of a pattern's copy of number g."""
    cursor.execute(WORDS)
    cursor.execute("select count(*) from bench_word")
    words = cursor.fetchone()[0]
    cursor.execute(TEXTS.format(words=words))


def copy(cursor: Any, numbers: str, earlier: str) -> None:
    """What copies point at, each with words of its own; the table bench_copy tells its
    digest by pattern and number. `numbers`: SQL for the numbers g of a pattern t;
    `earlier`: for how much earlier copy g lies."""
    cursor.execute(COPIES.format(numbers=numbers, earlier=earlier))


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
"""
COPIES = r"""
create unlogged table bench_copy as
  select t.digest as old, t.number, b.body, t.kept_at,
    encode(sha256(t.salt || b.body), 'hex') as digest
  from (select t.*, g as number, c.kept_at - {earlier} as kept_at
    from bench_text t join requests_app_content c using (digest) {numbers}) t
  cross join lateral (select bench_body(t.body, t.number)) b (body);
analyze bench_copy;
insert into requests_app_content
    (digest, salt, body, media_type, file_name, size, kept_at)
  select b.digest, c.salt, b.body, c.media_type, c.file_name, octet_length(b.body),
    b.kept_at
  from bench_copy b join requests_app_content c on c.digest = b.old
  on conflict do nothing;
alter table bench_copy drop column body;
"""
