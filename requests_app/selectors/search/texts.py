"""Words and parts of words in what is kept about cases, within what a person may read.

One query finds the texts and asks whose they are and who may read them: what a person
may not read takes no place in a list that ends somewhere.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from requests_app.models import SecrecyReview
from requests_app.models.content import IS_INTACT
from requests_app.permissions.visibility import readable_by
from requests_app.selectors.search.text_sources import SOURCES
from requests_app.selectors.search.text_statements import (
    BEGIN,
    BEST,
    CAN_HOLD,
    END,
    FROM_REVIEWS,
    FROM_TEXTS,
    HAS_PARTS,
    HAS_WORD,
    HEADLINE,
)

SHOWN = 25
# The texts of the newest reviews are ranked among each other.
RANKED = 75
# Words in more texts than this are sought from the newest reviews on.
FEW = 1500
# So many reviews are looked through at most.
WALKED = 1_500
MOST_WORDS = 8
# A shorter part of a word would be in every text.
PART = 3


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
    # Does the person read more cases than WALKED, and may older ones hold the words?
    is_cut: bool = False


class Word(NamedTuple):
    """A word sought, and the stem that its forms and compounds have in common."""

    word: str
    stem: str


def search(user: Any, text: str, narrowing: Narrowing = EVERYTHING) -> Hits:
    """Texts with all these words, or words that hold them: the best first."""
    words = _words(text)
    if not words:
        return Hits([], more=False)
    rows, is_cut = _rows(user, words, narrowing)
    reviews = SecrecyReview.objects.select_related(
        "authority", "access_request"
    ).in_bulk({row[1] for row in rows})
    hits = [
        Hit(
            reviews[review], SOURCES[source].kind, at, _excerpt(headline, around, words)
        )
        for source, review, at, headline, around in rows[:SHOWN]
    ]
    return Hits(hits, len(rows) > SHOWN, is_cut)


def _words(text: str) -> list[Word]:
    """The words that tell something; "och" and its like do not."""
    words = list(dict.fromkeys(re.findall(r"[^\W_]+", text.lower())))[:MOST_WORDS]
    with connection.cursor() as cursor:
        cursor.execute(
            "select word, (ts_lexize('pg_catalog.swedish_stem', word))[1]"
            " from unnest(%s::text[]) with ordinality as given(word, place)"
            " order by place",
            [words],
        )
        return [Word(word, stem) for word, stem in cursor.fetchall() if stem]


def _rows(
    user: Any, words: list[Word], narrowing: Narrowing
) -> tuple[list[tuple], bool]:
    """The best hits, found from the texts or, where many hold the words, from the
    newest reviews on; and whether the person reads more than it looks through."""
    narrower, by = _narrower(narrowing)
    matches, parameters = _matches(words)
    query = " || ".join(["plainto_tsquery('pg_catalog.swedish', %s)"] * len(words))
    sought = [*(word.word for word in words), words[0].stem]
    with connection.cursor() as cursor:
        digests = _texts_with(cursor, words)
        newest = _readable(user, narrowing)
        is_few = len(digests) <= FEW
        readable = readable_by(user).order_by() if is_few else newest
        reviews, reader = readable.values("pk", "authority").query.sql_with_params()
        sql = (FROM_TEXTS if is_few else FROM_REVIEWS).format(
            matches=matches,
            hits=" union all ".join(_branches(from_texts=is_few)),
            readable=reviews,
            narrower=narrower,
            ranked=RANKED,
            walked=WALKED,
        )
        given = [*reader, *parameters, *by]
        if is_few:
            given = [digests, *reader, *by, *parameters]
        best = BEST.format(
            query=query, intact=IS_INTACT, shown=SHOWN + 1, headline=HEADLINE
        )
        cursor.execute(sql + best, [*given, *sought])
        rows = cursor.fetchall()
    # Whatever others' texts hold: what is not read here is not told of by a notice.
    return rows, len(rows) <= SHOWN and _exceeds(newest)


def _exceeds(readable: QuerySet[Any]) -> bool:
    """Are there more than are looked through?"""
    return readable[WALKED : WALKED + 1].exists()


def _readable(user: Any, narrowing: Narrowing) -> QuerySet[Any]:
    """From the newest on; those of a year begin where it ends."""
    rows = readable_by(user)
    if narrowing.authority is not None:
        rows = rows.filter(authority=narrowing.authority)
    if narrowing.ends is not None:
        rows = rows.filter(access_request__received_at__lt=narrowing.ends)
    return rows.order_by("-pk")


def _texts_with(cursor: Any, words: list[Word]) -> list[str]:
    """The texts that can hold the words, where they are few: by the index alone."""
    holds = " and ".join(
        HAS_WORD if len(word.stem) < PART else HAS_PARTS for word in words
    )
    patterns = [word.word if len(word.stem) < PART else word.stem for word in words]
    cursor.execute(f"{CAN_HOLD} and {holds} limit {FEW + 1}", patterns)
    return [digest for (digest,) in cursor.fetchall()]


def _matches(words: list[Word]) -> tuple[str, list[str]]:
    """A part long enough holds the whole word too: its forms begin by the stem."""
    conditions, parameters = [], []
    for word in words:
        is_part = len(word.stem) >= PART
        conditions.append("lockbox_folded(body) like %s" if is_part else HAS_WORD)
        escaped = re.sub(r"([%_\\])", r"\\\1", word.stem)
        parameters.append(f"%{escaped}%" if is_part else word.word)
    return " and ".join(conditions), parameters


def _branches(*, from_texts: bool) -> Iterator[str]:
    """Every source, asked for a text, or for those of one review."""
    for number, source in enumerate(SOURCES):
        at = source.at if "." in source.at else f"t.{source.at}"
        columns = f"select {number} as source, t.{source.content} as digest, {at} as at"
        table = f"from requests_app_{source.table} t {source.join}"
        own = f" and t.{source.content} <> t.{source.other}" if source.other else ""
        if from_texts:
            columns += f", {source.review} as review_id"
            yield f"{columns} {table} where t.{source.content} = f.digest{own}"
        else:
            yield f"{columns} {table} where {source.review} = r.id{own}"


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
