"""Words and parts of words in what is kept about cases, within what a person may read.

One query finds the texts and asks whose they are and who may read them: what a person
may not read takes no place in a list that ends somewhere.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from requests_app import permissions
from requests_app.models import SecrecyReview
from requests_app.models.content import IS_INTACT
from requests_app.selectors.search.text_sources import SOURCES

SHOWN = 50
# The texts of the newest reviews are ranked among each other.
RANKED = 500
# Words in more texts than this are sought from the newest reviews on.
FEW = 2000
MOST_WORDS = 8
# A shorter part of a word would be in every text.
PART = 3
# What the database puts round a match: signs that no alphabet has.
BEGIN, END = "\ue000", "\ue001"


class Narrowing(NamedTuple):
    """What the hits are narrowed by; the year is that of the text."""

    outcome: str = ""
    authority: int | None = None
    begins: datetime | None = None
    ends: datetime | None = None


EVERYTHING = Narrowing()


class Hit(NamedTuple):
    review: SecrecyReview
    kind: str | Promise
    at: datetime
    excerpt: SafeString


class Hits(NamedTuple):
    hits: list[Hit]
    # Are there more than are shown, of what the person may read?
    more: bool


class Word(NamedTuple):
    """A word sought, and the stem that its forms and compounds have in common."""

    word: str
    stem: str


def search(user: Any, text: str, narrowing: Narrowing = EVERYTHING) -> Hits:
    """Texts with all these words, or words that hold them: the best first."""
    words = _words(text)
    if not words:
        return Hits([], more=False)
    rows = _rows(user, words, narrowing)
    reviews = SecrecyReview.objects.select_related("authority").in_bulk(
        {row[1] for row in rows}
    )
    hits = [
        Hit(
            reviews[review], SOURCES[source].kind, at, _excerpt(headline, around, words)
        )
        for source, review, at, headline, around in rows[:SHOWN]
    ]
    return Hits(hits, more=len(rows) > SHOWN)


def _words(text: str) -> list[Word]:
    """The words that tell something; "och" and its like do not."""
    words = list(dict.fromkeys(re.findall(r"\w+", text.lower())))[:MOST_WORDS]
    with connection.cursor() as cursor:
        cursor.execute(
            "select word, (ts_lexize('pg_catalog.swedish_stem', word))[1]"
            " from unnest(%s::text[]) with ordinality as given(word, place)"
            " order by place",
            [words],
        )
        return [Word(word, stem) for word, stem in cursor.fetchall() if stem]


def _rows(user: Any, words: list[Word], narrowing: Narrowing) -> list[tuple]:
    """The best hits, found from the texts or, where many hold the words, from the
    newest reviews on: the same hits either way."""
    conditions = [_matches(word) for word in words]
    matches = " and ".join(condition for condition, _parameter in conditions)
    parameters = [parameter for _condition, parameter in conditions]
    narrower, by = _narrower(narrowing)
    readable = permissions.readable_by(user).values("pk", "authority")
    query = " || ".join(["plainto_tsquery('pg_catalog.swedish', %s)"] * len(words))
    sought = [*(word.word for word in words), words[0].stem]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COUNT.format(matches=matches, most=FEW + 1), parameters)
        is_few = cursor.fetchone()[0] <= FEW
        order = [] if is_few else ["-pk"]
        reviews, reader = readable.order_by(*order).query.sql_with_params()
        sql = (FROM_TEXTS if is_few else FROM_REVIEWS).format(
            matches=matches,
            hits=" union all ".join(_branches(from_texts=is_few)),
            readable=reviews,
            narrower=narrower,
            ranked=RANKED,
        )
        parameters = [*parameters, *reader] if is_few else [*reader, *parameters]
        best = BEST.format(
            query=query, intact=IS_INTACT, shown=SHOWN + 1, headline=HEADLINE
        )
        cursor.execute(sql + best, [*parameters, *by, *sought])
        return cursor.fetchall()


# Kept texts, as the indexes have them (migrations/0006).
KEPT = "media_type = 'text/plain' and size <= 80000 and {matches}"
COUNT = f"""
select count(*) from (
  select from requests_app_content where {KEPT} limit {{most}}) few
"""  # noqa: S608 — our own names
NEWEST = "order by r.id desc, h.source, h.digest limit {ranked}"
FROM_TEXTS = f"""
with found as materialized (
  select digest from requests_app_content where {KEPT}
), newest as materialized (
  select h.* from ({{hits}}) h join ({{readable}}) r (id, authority_id)
    on r.id = h.review_id
  where true {{narrower}} {NEWEST}
)"""  # noqa: S608 — our own names
FROM_REVIEWS = f"""
with newest as materialized (
  select h.source, r.id as review_id, h.digest, h.at
  from ({{readable}}) r (id, authority_id) cross join lateral ({{hits}}) h
    join requests_app_content c on c.digest = h.digest and {KEPT}
  where true {{narrower}} {NEWEST}
)"""  # noqa: S608 — our own names
BEST = """, once as (
  select distinct on (digest) * from newest order by digest, source, review_id desc
), best as (
  select once.*, body, query, ts_rank(
    to_tsvector('pg_catalog.swedish', lockbox_folded(body)), query) as rank
  from once join requests_app_content using (digest), (select {query}) q (query)
  where {intact}
  order by rank desc, at desc, review_id desc, source limit {shown}
)
select source, review_id, at,
  ts_headline('pg_catalog.swedish', lockbox_text(body), query, '{headline}'),
  substring(lockbox_text(body)
    from greatest(1, strpos(lockbox_folded(body), %s) - 90) for 240)
from best order by rank desc, at desc, review_id desc, source
"""
HEADLINE = (
    'MaxFragments=2,MinWords=12,MaxWords=28,FragmentDelimiter=" … ",'
    f"StartSel={BEGIN},StopSel={END}"
)


def _matches(word: Word) -> tuple[str, str]:
    """A part long enough holds the whole word too: its forms begin by the stem."""
    if len(word.stem) < PART:
        return (
            "to_tsvector('pg_catalog.swedish', lockbox_folded(body))"
            " @@ plainto_tsquery('pg_catalog.swedish', %s)"
        ), word.word
    escaped = re.sub(r"([%_\\])", r"\\\1", word.stem)
    return "lockbox_folded(body) like %s", f"%{escaped}%"


def _branches(*, from_texts: bool) -> Iterator[str]:
    """Every source, asked for the texts found, or for those of one review."""
    for number, source in enumerate(SOURCES):
        at = source.at if "." in source.at else f"t.{source.at}"
        columns = f"select {number} as source, t.{source.content} as digest, {at} as at"
        table = f"requests_app_{source.table} t"
        if from_texts:
            yield (
                f"{columns}, {source.review} as review_id from found f"
                f" join {table} on t.{source.content} = f.digest {source.join}"
            )
        else:
            yield f"{columns} from {table} {source.join} where {source.review} = r.id"


def _narrower(narrowing: Narrowing) -> tuple[str, list[Any]]:
    sql = ""
    parameters: list[Any] = []
    if narrowing.outcome:
        sql += (
            " and exists (select from requests_app_decision d where d.review_id = r.id"
            " and d.outcome = %s and not exists (select from requests_app_decision s"
            " where s.supersedes_id = d.id))"
        )
        parameters.append(narrowing.outcome)
    if narrowing.authority is not None:
        sql += " and r.authority_id = %s"
        parameters.append(narrowing.authority)
    if narrowing.begins is not None:
        sql += " and h.at >= %s and h.at < %s"
        parameters += [narrowing.begins, narrowing.ends]
    return sql, parameters


def _excerpt(headline: str, around: str, words: Iterable[Word]) -> SafeString:
    """The text round a match, which is marked; everything else is text and no more."""
    if BEGIN not in headline:
        either = "|".join(re.escape(part) for word in words for part in word)
        headline = re.sub(
            f"({either})", rf"{BEGIN}\1{END}", around, flags=re.IGNORECASE
        )
    parts = re.split(f"{BEGIN}(.*?){END}", headline, flags=re.DOTALL)
    marked = [
        format_html("<mark>{}</mark>" if number % 2 else "{}", part)
        for number, part in enumerate(parts)
    ]
    return format_html_join("", "{}", ((part,) for part in marked))
