"""Search: cases, text sources, text statements and texts."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from requests_app.cases.intake.models.request import AccessRequest, RequestedObject
from requests_app.cases.intake.models.review import Assignment, SecrecyReview
from requests_app.cases.intake.rights import readable_by, visible_to
from requests_app.cases.review.models.decision import Decision, Proposal
from requests_app.cases.review.selectors import (
    DIARY,
    NAME,
    OBJECT,
    PERSON,
    REQUEST,
    as_number,
    has_diary_number,
    has_request_number,
    matches_of,
    requests_among,
    reviews_among,
)
from requests_app.cases.review.selectors import PART as SHORTEST_PART
from requests_app.core.models import IS_INTACT

# Finding cases by what people know them by: a number, an object, a person.

SHOWN = 20
# What a case was found by, the nearest first.
WHY = (_("number"), _("object"), _("person"))
NUMBER, OBJECT_NAMED, WORKER = range(3)


class CaseMatch(NamedTuple):
    review: SecrecyReview
    why: str | Promise


def case_matches(user: Any, text: str) -> list[CaseMatch]:
    """The newest first, within what the person may see; each once. Three queries."""
    first, *rest = (
        rows.order_by("-pk")
        .annotate(why=Value(why, IntegerField()))
        .values_list("pk", "why")[:SHOWN]
        for why, rows in _ways(user, text)
    )
    nearest: dict[int, int] = {}
    for pk, why in first.union(*rest):
        nearest[pk] = min(why, nearest.get(pk, why))
    newest = sorted(nearest, reverse=True)[:SHOWN]
    related = SecrecyReview.objects.select_related("authority", "access_request")
    reviews = related.in_bulk(newest)
    return [CaseMatch(reviews[pk], WHY[nearest[pk]]) for pk in newest]


def _ways(user: Any, text: str) -> list[tuple[int, QuerySet[SecrecyReview]]]:
    is_part = len(text) >= SHORTEST_PART
    kinds = (REQUEST, DIARY, NAME, *((OBJECT, PERSON) if is_part else ()))
    matches = matches_of(text, *kinds)
    visible = visible_to(user)
    number = as_number(text)
    ways: list[tuple[int, Any, Any]] = [
        (NUMBER, visible, reviews_among(matches[DIARY]) or has_diary_number(text)),
        (NUMBER, visible, _of_requests(matches[REQUEST], text)),
        (OBJECT_NAMED, visible, reviews_among(matches[NAME]) or _names_object(text)),
    ]
    if number is not None:
        ways.append((NUMBER, visible, Q(pk=number)))
    if is_part:
        readable = readable_by(user)
        in_full = reviews_among(matches[OBJECT]) or _names_object_in_full(text)
        ways.append((OBJECT_NAMED, readable, in_full))
        if people := matches[PERSON]:
            ways += [(WORKER, visible, way) for way in _worked_by(people)]
            ways += [(WORKER, readable, way) for way in _decided_by(people)]
    return [(why, rows.filter(way)) for why, rows, way in ways]


def _of_requests(keys: list[int] | None, text: str) -> Q:
    if condition := requests_among(keys, "access_request"):
        return condition
    rows = AccessRequest.objects.filter(
        has_request_number(text), pk=OuterRef("access_request")
    )
    return Q(Exists(rows))


def _names_object(text: str) -> Q:
    """By our own designation, which reveals nothing."""
    return Q(Exists(_objects(cloud_object__designation__iexact=text)))


def _names_object_in_full(text: str) -> Q:
    """In a query: does the text name an object in full, as the provider writes it, or
    as much of that?"""
    return Q(Exists(_objects(external_id__icontains=text)))


def _objects(**terms: str) -> QuerySet[RequestedObject]:
    return RequestedObject.objects.filter(review=OuterRef("pk"), **terms)


def _worked_by(people: list[int]) -> Iterator[Q]:
    yield Q(case_officer__in=people)
    assigned = Assignment.objects.filter(person__in=people)
    yield Q(pk__in=assigned.values("review"))


def _decided_by(people: list[int]) -> Iterator[Q]:
    yield Q(pk__in=Decision.objects.filter(decided_by__in=people).values("review"))
    yield Q(pk__in=Proposal.objects.filter(proposed_by__in=people).values("review"))


# The texts that are searched: where each kind stands, and whose it is.


class Source(NamedTuple):
    """A kind of text: its table, the column that points at it, and when it was said.

    `review` is the column of its review, or the join that leads there; `other` a column
    that holds the same text where there is none of its own."""

    kind: str | Promise
    table: str
    content: str
    at: str
    review: str = "t.review_id"
    join: str = ""
    other: str = ""


OF_REQUEST = "join requests_app_secrecyreview v on v.access_request_id = t"

OF_DECISION = "join requests_app_decision d on d.id = t.decision_id"

# What is said of the recipient's copy, of a proposal and of the decision.
OF_COPY = tuple(
    Source(label, table, f"{name}_id", at)
    for table, at in (("decision", "decided_at"), ("proposal", "proposed_at"))
    for name, label in (
        ("left_out_because", _("Why reasons are left out")),
        ("left_out_weight", _("Why that is of particular weight")),
        ("told_instead", _("Told instead of reasons")),
        ("named_because", _("Why provisions may be named")),
    )
)
# One text in several places is told as what stands first here.
SOURCES = (
    Source(_("Decision"), "decision", "motivation_internal_id", "decided_at"),
    Source(
        _("Decision, for the recipient"),
        "decision",
        "motivation_for_recipient_id",
        "decided_at",
        other="motivation_internal_id",
    ),
    Source(
        _("Correction"),
        "correction",
        "text_id",
        "corrected_at",
        "d.review_id",
        OF_DECISION,
    ),
    Source(
        _("Translation"),
        "translation",
        "text_id",
        "translated_at",
        "d.review_id",
        OF_DECISION,
    ),
    Source(
        _("Reasons given afterwards"), "requestforreasons", "text_id", "answered_at"
    ),
    Source(_("Proposal"), "proposal", "motivation_internal_id", "proposed_at"),
    Source(
        _("Proposal, for the recipient"),
        "proposal",
        "motivation_for_recipient_id",
        "proposed_at",
        other="motivation_internal_id",
    ),
    *OF_COPY,
    Source(_("Returned"), "proposal", "returned_comment_id", "proposed_at"),
    Source(_("Comment on what was returned"), "returncomment", "text_id", "written_at"),
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
    Source(_("Why it could not wait"), "decision", "urgent_because_id", "decided_at"),
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


# What the database is asked when words are sought: the parts of its statements.
#
# What a person reads stands in `readable`, in the order in which it is looked through.

# What the database puts round a match: signs that no alphabet has.
BEGIN, END = "\ue000", "\ue001"
# Kept texts, as the indexes have them (migrations/0006 and 0059).
SEARCHABLE = "media_type = 'text/plain' and size <= 80000"
# The text that is to be read of one that was kept, and the other way.
CAN_HOLD = f"""
select coalesce(masked.original_id, c.digest) from requests_app_content c
  left join requests_app_maskedtext masked on masked.reads_id = c.digest
where {SEARCHABLE} and lockbox_reads(coalesce(masked.original_id, c.digest)) = c.digest
"""  # noqa: S608 — our own names
HAS_PARTS = "show_trgm(lockbox_folded(body)) @> lockbox_parts(%s)"
HAS_WORD = (
    "to_tsvector('pg_catalog.swedish', lockbox_folded(body))"
    " @@ plainto_tsquery('pg_catalog.swedish', %s)"
)
NEWEST = "order by r.id desc, h.source, h.digest limit {ranked}"
# One text after another, in the order in which it may end: `limit` keeps the database
# from reading all texts that hold the words first.
HOLDS = f"""cross join lateral (
  select from requests_app_content c where c.digest = lockbox_reads(h.digest)
    and {SEARCHABLE} and {{matches}}
  limit 1
) holds"""
# Whose they are is asked of all at once: the rights of somebody with very many are
# sorted anew for each row they are asked of alone.
FROM_TEXTS = f"""
with hits as materialized (
  select h.* from unnest(%s::text[]) f (digest) cross join lateral ({{hits}}) h
), mine as materialized (
  select r.* from ({{readable}}) r (id, authority_id)
  where r.id = any(array(select review_id from hits))
), newest as materialized (
  select h.* from (
    select h.* from hits h join mine r on r.id = h.review_id
    where true {{narrower}} order by r.id desc, h.source, h.digest offset 0
  ) h {HOLDS} limit {{ranked}}
)"""  # noqa: S608 — our own names
FROM_REVIEWS = f"""
with newest as materialized (
  select h.source, r.id as review_id, h.digest, h.at
  from ({{readable}} limit {{walked}}) r (id, authority_id)
    cross join lateral ({{hits}}) h {HOLDS}
  where true {{narrower}} {NEWEST}
)"""  # noqa: S608 — our own names
BEST = """, once as (
  select distinct on (kept.digest) source, review_id, at,
    lockbox_reads(kept.digest) as digest
  from newest kept order by kept.digest, source, review_id desc
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


# Words and parts of words in what is kept about cases, within what a person may read.
#
# One query finds the texts and asks whose they are and who may read them: what a person
# may not read takes no place in a list that ends somewhere.

TEXTS_SHOWN = 25
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
        for source, review, at, headline, around in rows[:TEXTS_SHOWN]
    ]
    return Hits(hits, len(rows) > TEXTS_SHOWN, is_cut)


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
            query=query, intact=IS_INTACT, shown=TEXTS_SHOWN + 1, headline=HEADLINE
        )
        cursor.execute(sql + best, [*given, *sought])
        rows = cursor.fetchall()
    # Whatever others' texts hold: what is not read here is not told of by a notice.
    return rows, len(rows) <= TEXTS_SHOWN and _exceeds(newest)


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
