"""Words and parts of words in what is kept about cases, within what a person may read.

One query finds the texts and asks whose they are and who may read them: what a person
may not read takes no place in a list that ends somewhere.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from requests_app import permissions
from requests_app.models import SecrecyReview

SHOWN = 50
# The newest texts are ranked among each other.
RANKED = 500
MOST_WORDS = 8
# A shorter part of a word would be in every text.
PART = 3
# What the database puts round a match: signs that no alphabet has.
BEGIN, END = "\ue000", "\ue001"


class Source(NamedTuple):
    """A kind of text: its table, the column that points at it, and when it was said.

    `review` is the column of its review, or the join that leads there."""

    kind: str | Promise
    table: str
    content: str
    at: str
    review: str = "t.review_id"
    join: str = ""


OF_REQUEST = "join requests_app_secrecyreview v on v.access_request_id = t"
OF_DECISION = "join requests_app_decision d on d.id = t.decision_id"
# One text in several places is told as what stands first here.
SOURCES = (
    Source(_("Decision"), "decision", "motivation_internal_id", "decided_at"),
    Source(
        _("Decision, for the recipient"),
        "decision",
        "motivation_for_recipient_id",
        "decided_at",
    ),
    Source(
        _("Correction"),
        "correction",
        "text_id",
        "corrected_at",
        "d.review_id",
        OF_DECISION,
    ),
    Source(_("Proposal"), "proposal", "motivation_internal_id", "proposed_at"),
    Source(
        _("Proposal, for the recipient"),
        "proposal",
        "motivation_for_recipient_id",
        "proposed_at",
    ),
    Source(_("Returned"), "proposal", "returned_comment_id", "proposed_at"),
    Source(
        _("Condition"),
        "condition",
        "text_id",
        "p.proposed_at",
        join="join requests_app_proposal p on p.id = t.proposal_id",
    ),
    Source(
        _("Reservation"),
        "reservation",
        "prohibition_id",
        "p.proposed_at",
        join="join requests_app_proposal p on p.id = t.proposal_id",
    ),
    Source(_("Follow-up"), "conditionfollowup", "note_id", "noted_at"),
    Source(_("Answer"), "assessmentanswer", "motivation_id", "answered_at"),
    Source(_("Harm test"), "harmtest", "motivation_id", "answered_at"),
    Source(_("Facts for secrecy"), "harmtest", "facts_for_id", "answered_at"),
    Source(_("Facts against secrecy"), "harmtest", "facts_against_id", "answered_at"),
    Source(_("Question to a colleague"), "consultation", "question_id", "asked_at"),
    Source(_("Opinion"), "consultation", "opinion_id", "answered_at"),
    Source(_("File note"), "filenote", "text_id", "happened_at"),
    Source(_("Message"), "message", "text_id", "said_at"),
    Source(
        _("Message"),
        "message",
        "text_id",
        "said_at",
        "v.id",
        f"{OF_REQUEST}.access_request_id and t.review_id is null",
    ),
    Source(
        _("Protected subject"),
        "secrecyreview",
        "protected_subject_id",
        "registered_at",
        "t.id",
    ),
    Source(
        _("Justification"),
        "accessrequest",
        "justification_id",
        "received_at",
        "v.id",
        f"{OF_REQUEST}.id",
    ),
    Source(
        _("Why it was recorded afterwards"),
        "accessrequest",
        "recorded_afterwards_id",
        "recorded_at",
        "v.id",
        f"{OF_REQUEST}.id",
    ),
)


class Narrowed(NamedTuple):
    """What the hits are narrowed by; the year is that of the text."""

    outcome: str = ""
    authority: int | None = None
    begins: datetime | None = None
    ends: datetime | None = None


EVERYTHING = Narrowed()


class Hit(NamedTuple):
    review: SecrecyReview
    kind: str | Promise
    at: datetime
    excerpt: SafeString


class Found(NamedTuple):
    hits: list[Hit]
    # Are there more than are shown, of what the person may read?
    more: bool


class Word(NamedTuple):
    """A word sought, and the stem that its forms and compounds have in common."""

    word: str
    stem: str


def search(user: Any, text: str, narrowed: Narrowed = EVERYTHING) -> Found:
    """Texts with all these words, or words that hold them: the best first."""
    words = _words(text)
    if not words:
        return Found([], more=False)
    rows = _rows(user, words, narrowed)
    reviews = SecrecyReview.objects.select_related("authority").in_bulk(
        {row[1] for row in rows}
    )
    hits = [
        Hit(reviews[review], SOURCES[source].kind, at, _excerpt(told, around, words))
        for source, review, at, told, around in rows[:SHOWN]
    ]
    return Found(hits, more=len(rows) > SHOWN)


def _words(text: str) -> list[Word]:
    """The words that tell something; "och" and its like do not."""
    given = list(dict.fromkeys(re.findall(r"\w+", text.lower())))[:MOST_WORDS]
    with connection.cursor() as cursor:
        cursor.execute(
            "select word, (ts_lexize('pg_catalog.swedish_stem', word))[1]"
            " from unnest(%s::text[]) with ordinality as given(word, place)"
            " order by place",
            [given],
        )
        return [Word(word, stem) for word, stem in cursor.fetchall() if stem]


def _rows(user: Any, words: list[Word], narrowed: Narrowed) -> list[tuple]:
    wanted: list[str] = []
    told: list[Any] = []
    for word in words:
        condition, parameter = _matches(word)
        wanted.append(condition)
        told.append(parameter)
    readable, who = permissions.readable_by(user).values("pk").query.sql_with_params()
    narrower, by = _narrower(narrowed)
    query = " || ".join(["plainto_tsquery('pg_catalog.swedish', %s)"] * len(words))
    sought = [word.word for word in words]
    sql = STATEMENT.format(
        matches=" and ".join(wanted),
        hits=" union all ".join(_branch(n, row) for n, row in enumerate(SOURCES)),
        readable=readable,
        narrower=narrower,
        query=query,
        ranked=RANKED,
        shown=SHOWN + 1,
        headline=HEADLINE,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*told, *who, *by, *sought, words[0].stem])
        return cursor.fetchall()


# Kept texts, as the indexes have them (migrations/0006).
STATEMENT = """
with found as materialized (
  select digest from requests_app_content
  where media_type = 'text/plain' and size <= 80000 and {matches}
), hit as (
  {hits}
), readable as (
  select distinct on (h.digest) h.digest, h.source, h.review_id, h.at
  from hit h join requests_app_secrecyreview r on r.id = h.review_id
  where r.id in ({readable}) {narrower}
  order by h.digest, h.source, h.review_id desc
), newest as (
  select * from readable order by at desc, review_id desc, source limit {ranked}
), best as (
  select newest.*, body, query, ts_rank(
    to_tsvector('pg_catalog.swedish', lockbox_folded(body)), query) as rank
  from newest join requests_app_content using (digest), (select {query}) q (query)
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


def _branch(number: int, source: Source) -> str:
    at = source.at if "." in source.at else f"t.{source.at}"
    return (
        f"select {number} as source, {source.review} as review_id, f.digest, {at} as at"  # noqa: S608 — our own names
        f" from found f join requests_app_{source.table} t"
        f" on t.{source.content} = f.digest {source.join}"
    )


def _narrower(narrowed: Narrowed) -> tuple[str, list[Any]]:
    sql = ""
    told: list[Any] = []
    if narrowed.outcome:
        sql += (
            " and exists (select from requests_app_decision d where d.review_id = r.id"
            " and d.outcome = %s and not exists (select from requests_app_decision s"
            " where s.supersedes_id = d.id))"
        )
        told.append(narrowed.outcome)
    if narrowed.authority is not None:
        sql += " and r.authority_id = %s"
        told.append(narrowed.authority)
    if narrowed.begins is not None:
        sql += " and h.at >= %s and h.at < %s"
        told += [narrowed.begins, narrowed.ends]
    return sql, told


def _excerpt(told: str, around: str, words: Iterable[Word]) -> SafeString:
    """The text round a match, which is marked; everything else is text and no more."""
    if BEGIN not in told:
        either = "|".join(re.escape(part) for word in words for part in word)
        told = re.sub(f"({either})", rf"{BEGIN}\1{END}", around, flags=re.IGNORECASE)
    parts = re.split(f"{BEGIN}(.*?){END}", told, flags=re.DOTALL)
    marked = [
        format_html("<mark>{}</mark>" if number % 2 else "{}", part)
        for number, part in enumerate(parts)
    ]
    return format_html_join("", "{}", ((part,) for part in marked))
