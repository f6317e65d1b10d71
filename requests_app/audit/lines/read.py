"""Read: case, columns, entries, lines, shown values, sight, sought, stream and who
wrote."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, connections, models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import dates, timezone, translation
from django.utils.translation import gettext as _

from audit_app import ledger, reconcile
from audit_app.changes import Field, Names, fields_of, look_up, names_by_model
from audit_app.ledger import Kind
from audit_app.reconcile import Period
from requests_app.audit import history_names
from requests_app.audit.steps import Audited, name_of, reviews_audited
from requests_app.cases.access.models import AccessGrant, Delivery, OutboxAttempt
from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    ArrivalHandled,
)
from requests_app.cases.intake.models.review import (
    Assignment,
    ConflictDeclaration,
    SecrecyReview,
)
from requests_app.cases.intake.rights import (
    readable_by,
    requests_readable_by,
    requests_visible_to,
    visible_to,
)
from requests_app.cases.review.law.tree import tree, versions
from requests_app.cases.review.models.assessment import AssessmentAnswer
from requests_app.cases.review.models.decision import Decision
from requests_app.core.catalogue import NAMES
from requests_app.core.fields import key_in_array
from requests_app.core.models import Content, content_fields, kind_of
from requests_app.core.people.models import Authority
from requests_app.duty.models.notices import LadderNotice, SentNotice

# Which case a row belongs to, and how much of it the auditor may see.

# What of a case is told to whoever may not read it: people, states and clocks.
OUTER = (
    SecrecyReview,
    Assignment,
    ConflictDeclaration,
    AccessRequest,
    Delivery,
    AccessGrant,
)

Known = Callable[[Any], QuerySet[SecrecyReview]]


class Owner(NamedTuple):
    """The review and the request of a row, as far as it has them."""

    review: int | None
    request: int | None


class Sight(NamedTuple):
    """`number` is empty where not even that may be known. `reads`: the content too."""

    number: str
    review: int | None
    reads: bool
    views: bool

    def shows(self, model: Any) -> bool:
        return self.reads or (self.views and model in OUTER)


NOWHERE = Sight("", None, reads=True, views=True)
UNKNOWN = Sight("", None, reads=False, views=False)


def sights(
    user: Any, owners: Iterable[Owner], known: Known = reviews_audited
) -> dict[Owner, Sight]:
    """Two queries at most. `known`: the reviews that the person may know of."""
    owners = set(owners)
    reviews = _reviews(user, {row.review for row in owners if row.review}, known)
    requests = _requests(
        user, {row.request for row in owners if row.request and not row.review}
    )
    by_owner = {}
    for row in owners:
        if row.review:
            by_owner[row] = reviews.get(row.review, UNKNOWN)
        elif row.request:
            by_owner[row] = requests.get(row.request, UNKNOWN)
        else:
            by_owner[row] = NOWHERE
    return by_owner


def _reviews(user: Any, keys: set[int], known: Known) -> dict[int, Sight]:
    if not keys:
        return {}
    rows = with_sight(user, known(user).filter(pk__in=keys).order_by())
    return {row.pk: review_sight(row) for row in rows.select_related("access_request")}


def _requests(user: Any, keys: set[int]) -> dict[int, Sight]:
    if not keys:
        return {}
    rows = requests_with_sight(user).filter(pk__in=keys).order_by()
    return {row.pk: request_sight(row) for row in rows}


def with_sight(user: Any, reviews: QuerySet[SecrecyReview]) -> QuerySet[Any]:
    """Reviews, with how much of them and of their requests the person may see."""
    return reviews.annotate(
        reads=_among(readable_by(user)),
        views=_among(visible_to(user)),
        reads_request=_among(requests_readable_by(user), "access_request"),
        views_request=_among(requests_visible_to(user), "access_request"),
    )


def requests_with_sight(user: Any) -> QuerySet[Any]:
    rows = requests_visible_to(user)
    return rows.annotate(reads=_among(requests_readable_by(user)))


def review_sight(row: Any) -> Sight:
    number = row.diary_number or row.access_request.external_id
    return Sight(number, row.pk, row.reads, row.views)


def request_sight(row: Any) -> Sight:
    return Sight(row.external_id, None, row.reads, views=True)


def _among(rows: QuerySet, path: str = "pk") -> Exists:
    return Exists(rows.filter(pk=OuterRef(path)))


# What is asked of the ledger, and where in the order of time a page begins.


class Place(NamedTuple):
    """Where in the order of time a page begins."""

    at: datetime
    key: int


class Part(NamedTuple):
    sql: str
    values: list[Any]


class Sought(NamedTuple):
    """What is asked of the ledger. Of `fields` one must have been changed: columns of
    tables. `values`: what must stand in a line, as a condition."""

    since: datetime | None = None
    until: datetime | None = None
    person: int | None = None
    authority: int | None = None
    kinds: tuple[str, ...] = ()
    table: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    values: Part | None = None
    # Rows by table and key, as SQL that finds them: those of a case.
    rows: Part | None = None
    # Is it enough that one of them answers? The time always holds.
    either: bool = False

    @property
    def ways(self) -> "list[Sought]":
        """What each is enough: all of it together, or one thing at a time."""
        time = Sought(self.since, self.until)
        has_values = self.fields or self.values is not None
        alone = [
            time._replace(person=self.person) if self.person is not None else None,
            time._replace(authority=self.authority) if self.authority else None,
            time._replace(kinds=self.kinds) if self.kinds else None,
            time._replace(table=self.table) if self.table else None,
            time._replace(rows=self.rows) if self.rows else None,
            time._replace(fields=self.fields, values=self.values)
            if has_values
            else None,
        ]
        asked_alone = [one for one in alone if one is not None]
        return asked_alone if self.either and asked_alone else [self]


# A case as the auditor means it: a request, and of its reviews those of the
# authorities that they audit; and every row that belongs to it, gone or not.

# A provider's: a diary number is shorter.
LONGEST_NUMBER = 200
# Nobody's number is had by more.
MOST = 20
OURS = ("requests_app", "lockbox_site", "audit_app")
# Of a row: the review and the request that it belongs to, as SQL over its columns.
OF_DECISION = (
    "(select o.review_id from requests_app_decision o where o.id = decision_id)"
)
OF_MESSAGE = (
    "(select o.access_request_id from requests_app_outboxmessage o"
    " where o.id = message_id)"
)
OF_ARRIVAL = (
    "(select o.access_request_id from requests_app_arrival o where o.id = arrival_id)"
)
# A mail says which page it was about.
OF_ITEM = "substring(item from '/{}/([0-9]+)/')::bigint"
NOTHING = "null::bigint"
# Notices, which name the page of a case.
BY_PAGE = (SentNotice, LadderNotice)


class Case(NamedTuple):
    """`seen`: how much of the request, and of each review, the auditor may see."""

    number: str
    request: AccessRequest
    reviews: list[SecrecyReview]
    whole: Sight
    seen: dict[int, Sight]

    @property
    def keys(self) -> list[int]:
        return [review.pk for review in self.reviews]

    def sight(self, owner: Owner) -> Sight:
        if owner.review:
            return self.seen.get(owner.review, UNKNOWN)
        return self.whole if owner.request == self.request.pk else UNKNOWN


def kinds() -> dict[str, type[models.Model]]:
    """Our tables and their models."""
    return {
        model._meta.db_table: model
        for model in apps.get_models()
        if model._meta.app_label in OURS and not model._meta.proxy
    }


def table_read(model: type[models.Model]) -> str:
    """Where a row is found though it is gone: in its history, where it has one."""
    history = getattr(model, "history", None)
    return (history.model if history else model)._meta.db_table


def owners(model: type[models.Model]) -> tuple[str, str]:
    """The review and the request of a row of the model."""
    if model in BY_PAGE:
        return OF_ITEM.format("secrecyreview"), OF_ITEM.format("accessrequest")
    names = {field.name for field in model._meta.fields if field.is_relation}
    return _review(model, names), _request(model, names)


def _review(model: type[models.Model], names: set[str]) -> str:
    if model is SecrecyReview:
        return "id"
    if "review" in names:
        return "review_id"
    if "content_object" in names:
        return "content_object_id"
    return OF_DECISION if "decision" in names else NOTHING


def _request(model: type[models.Model], names: set[str]) -> str:
    if model is AccessRequest:
        return "id"
    if "access_request" in names:
        return "access_request_id"
    return {OutboxAttempt: OF_MESSAGE, ArrivalHandled: OF_ARRIVAL}.get(model, NOTHING)


def in_cases(cases: Sequence[Case]) -> Callable[[Owner], Sight]:
    """How much may be seen of what belongs to one of these."""

    def sight(owner: Owner) -> Sight:
        seen = (case.sight(owner) for case in cases)
        return next((one for one in seen if one is not UNKNOWN), UNKNOWN)

    return sight


def cases_numbered(user: Any, number: str) -> list[Case]:
    """Cases of this diary number or provider's number: several authorities can have
    the same. One query, and another for what is not routed."""
    theirs = reviews_audited(user).order_by("pk")
    requests = AccessRequest.objects.filter(external_id__iexact=number).values("pk")
    # Each way by an index of its own; and theirs both ways: another authority's number
    # leads to no case of this one.
    ways = [
        theirs.filter(way).order_by().values("access_request")
        for way in (
            Q(diary_number__iexact=number),
            key_in_array("access_request", requests),
        )
    ]
    meant = key_in_array("access_request", ways[0].union(ways[1])[:MOST])
    rows = with_sight(user, theirs.filter(meant))
    by_request: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related("access_request", "authority"):
        by_request[row.access_request_id].append(row)
    if by_request:
        return [_case(number, rows) for rows in by_request.values()]
    loose = requests_with_sight(user).order_by("pk")
    loose = loose.filter(external_id__iexact=number)[:MOST]
    return [Case(number, row, [], request_sight(row), {}) for row in loose]


def _case(number: str, rows: list[Any]) -> Case:
    request = rows[0].access_request
    views, reads = rows[0].views_request, rows[0].reads_request
    whole = Sight(request.external_id, None, reads, views)
    seen = {row.pk: review_sight(row) for row in rows}
    return Case(number, request, rows, whole, seen)


def rows_of(cases: list[Case]) -> Part:
    """Every row that belongs to one of the cases, by table and key, as SQL."""
    pieces = [piece for case in cases for piece in _pieces(case)]
    values = [value for _sql, more in pieces for value in more]
    return Part(" union ".join(sql for sql, _more in pieces), values)


def _pieces(case: Case) -> Iterator[tuple[str, list[Any]]]:
    for table, model in kinds().items():
        review, request = owners(model)
        source = table_read(model)
        if model in BY_PAGE:
            yield _notices(table, case)
        elif model is AccessRequest:
            yield _piece(table, source, "id = %s", [case.request.pk])
        elif review != NOTHING and model is not Arrival:
            yield _piece(table, source, *_by_review(case, review, request))
        elif request == "access_request_id":
            yield _piece(table, source, "access_request_id = %s", [case.request.pk])
    yield _behind("outboxattempt", "message_id", "outboxmessage", case)
    yield _behind("historicalarrivalhandled", "arrival_id", "arrival", case)


def _by_review(case: Case, review: str, request: str) -> tuple[str, list[Any]]:
    if review == OF_DECISION:
        inner = "select o.id from requests_app_decision o where o.review_id = any(%s)"
        return f"decision_id in ({inner})", [case.keys]
    if review == "review_id" and request == "access_request_id":
        # Of no review: about the request as a whole.
        whole = "review_id is null and access_request_id = %s"
        return f"(review_id = any(%s) or {whole})", [case.keys, case.request.pk]
    return f"{review} = any(%s)", [case.keys]


def _piece(
    table: str, source: str, where: str, values: list[Any]
) -> tuple[str, list[Any]]:
    sql = f"select %s, id::text from {source} where {where}"  # noqa: S608 — ours
    return sql, [table, *values]


def _behind(name: str, column: str, parent: str, case: Case) -> tuple[str, list[Any]]:
    among = f"select o.id from requests_app_{parent} o where o.access_request_id = %s"  # noqa: S608 — ours
    table = f"requests_app_{name.removeprefix('historical')}"
    return _piece(
        table, f"requests_app_{name}", f"{column} in ({among})", [case.request.pk]
    )


def _notices(table: str, case: Case) -> tuple[str, list[Any]]:
    pages = [f"/requests_app/secrecyreview/{key}/%" for key in case.keys]
    pages.append(f"/requests_app/accessrequest/{case.request.pk}/%")
    any_of = " or ".join("item like %s" for _page in pages)
    return _piece(table, table, f"({any_of})", pages)


# What the columns of all that is recorded hold, as far as it is not what they show.

# A table and one of its columns.
Column = tuple[str, str]
# Values with what they are called.
Choices = list[tuple[str, Any]]


class Columns(NamedTuple):
    """Choices with what they are called, `lists` of which hold several; and those that
    hold yes or no, people, or instants. `coded`: all that does not show what it holds.
    """

    choices: dict[Column, Choices]
    lists: set[Column]
    flags: list[Column]
    people: list[Column]
    moments: list[Column]
    coded: list[Column]


def audited_columns() -> Columns:
    beside = _beside()
    fields: dict[Column, Any] = {
        (table, str(field.column)): field
        for table, model in kinds().items()
        for field in model._meta.fields
    }
    all_choices = {
        column: beside.get((field.model, field.name)) or _choices(field)
        for column, field in fields.items()
    }
    choices = {column: pairs for column, pairs in all_choices.items() if pairs}
    flags = _of(fields, models.BooleanField)
    moments = _of(fields, models.DateTimeField)
    keys = [
        column
        for column, field in fields.items()
        if field.is_relation or field.primary_key
    ]
    person = get_user_model()
    return Columns(
        choices,
        {column for column in choices if hasattr(fields[column], "base_field")},
        flags,
        [column for column in keys if fields[column].related_model is person],
        moments,
        sorted({*choices, *flags, *moments, *keys}),
    )


def _of(fields: dict[Column, Any], kind: type[models.Field]) -> list[Column]:
    return [column for column, field in fields.items() if isinstance(field, kind)]


def _choices(field: Any) -> Choices:
    return list(getattr(field, "base_field", field).flatchoices)


def _beside() -> dict[tuple[Any, str], Choices]:
    """By field, the choices that stand elsewhere than on it."""
    answers = [
        (value, node.label(value))
        for version in versions()
        for node in tree(version).nodes
        for value in dict(node.choices)
    ]
    countries = [(code, name) for code, names in NAMES.items() for name in names]
    return {
        (AssessmentAnswer, "answer"): answers,
        (AssessmentAnswer, "proposed"): answers,
        **dict.fromkeys(history_names.COUNTRIES, countries),
        **{
            field: list(codes.choices)
            for field, codes in history_names.of_choices().items()
        },
    }


# Lines of the ledger: those an auditor may look through, by what they ask for, page by
# page in the order of time. However long the ledger is, a page reads a page of it.

PAGE = 50
# Few among many: they have an index of their own.
RARE = (Kind.EXPORT, Kind.REFUSAL, Kind.AUTH)
COLUMNS = (
    "e.id, e.xid::text, e.at, e.session_user_name, e.db_role, e.actor_id,"
    " coalesce(audit_name_of(e.actor_id), ''), e.kind, e.event, e.object_type,"
    " e.object_id, e.authority_id"
)
NEWEST_FIRST = "order by e.at desc, e.id desc"


class Line(NamedTuple):
    key: int
    xid: str
    at: datetime
    login: str
    role: str
    by_id: int | None
    by: str
    kind: str
    event: str
    table: str
    row: str
    authority: int | None
    detail: dict[str, Any]


class LinesPage(NamedTuple):
    lines: list[Line]
    # Where the next page begins, if there is one.
    older: Place | None


def lines(
    audited: Audited, sought: Sought, before: Place | None = None, limit: int = PAGE
) -> LinesPage:
    """The newest that meet what is sought, before a place. One query."""
    query = statement(audited, sought, before, limit + 1)
    with connections[ledger.alias()].cursor() as cursor:
        cursor.execute(query.sql, query.values)
        rows = [read(row) for row in cursor.fetchall()]
    more = rows[limit - 1] if len(rows) > limit else None
    return LinesPage(rows[:limit], Place(more.at, more.key) if more else None)


def read(row: tuple) -> Line:
    return Line(*row[:-1], detail_of(row[-1]))  # type: ignore[call-arg]


def detail_of(text: str | None) -> dict[str, Any]:
    """Whoever owns the database may have written one that is no such thing."""
    try:
        detail = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(detail, dict):
        return {}
    odd = {key for key in ("old", "new") if not isinstance(detail.get(key, {}), dict)}
    return {key: value for key, value in detail.items() if key not in odd}


def statement(
    audited: Audited, sought: Sought, before: Place | None, limit: int
) -> Part:
    later = []
    if before is not None:
        later = [Part("(e.at, e.id) < (%s, %s)", [before.at, before.key])]
    ends = f"{NEWEST_FIRST} limit {limit}"
    ways = sought.ways
    parts = [
        part
        for way in ways
        for part in _parts(audited, way, [*_conditions(way), *later], ends)
    ]
    picked = " union all ".join(f"({part.sql})" for part in parts)
    # More ways than one may lead to the same line.
    once = "distinct " if len(ways) > 1 else ""
    # Which lines first, and then the lines: else the planner may take all of them.
    sql = (
        "with page as materialized"  # noqa: S608 — ours
        f" (select {once}e.id, e.at from ({picked}) e {ends})"
        f" select {COLUMNS}, d.body from page"
        " cross join lateral (select * from audit_app_ledgerentry x"
        " where x.id = page.id offset 0) e"
        " left join audit_app_ledgerdetail d on d.entry_id = e.id"
        f" {NEWEST_FIRST}"
    )
    return Part(sql, [value for part in parts for value in part.values])


def _parts(
    audited: Audited, sought: Sought, within: list[Part], ends: str
) -> Iterator[Part]:
    """Each way in is a walk along one index, in the order of time; no two ways lead to
    the same line. A stranger's lie elsewhere: theirs are sought by authority."""
    if sought.rows is not None:
        among = f"({sought.rows.sql}) o(kind, key) join"
        on = "on e.object_type = o.kind and e.object_id = o.key"
        yield _picked(among, sought.rows.values, on, within, ends)
        return
    of_theirs = audited.is_all or sought.person in audited.people
    if (sought.person is not None and of_theirs) or is_rare(sought):
        yield _picked("", [], "", [*within, _scope(audited, sought)], ends)
        return
    theirs = list(audited.authorities)
    if sought.authority is not None:
        theirs = [sought.authority]
    places = Part("select unnest(%s::bigint[])", [theirs])
    yield _each(places, "e.authority_id = o.key", within, ends)
    if sought.authority is not None:
        return
    if audited.is_all:
        nowhere = "e.authority_id is null and coalesce(e.authority_id, 0) = 0"
        nobodys = Part(nowhere, [])
        yield _picked("", [], "", [*within, nobodys], ends)
        return
    of_person = "e.actor_id = o.key and e.authority_id is null"
    yield _each(_people(audited), of_person, within, ends)
    if audited.is_alone:
        unsigned = Part("e.authority_id is null and e.actor_id is null", [])
        yield _picked("", [], "", [*within, unsigned], ends)


def is_rare(sought: Sought) -> bool:
    return bool(sought.kinds) and set(sought.kinds) <= set(RARE)


def _picked(
    among: str, keys: list[Any], on: str, within: list[Part], ends: str
) -> Part:
    where = " and ".join(part.sql for part in within) or "true"
    values = [value for part in within for value in part.values]
    sql = (
        f"select e.id, e.at from {among} audit_app_ledgerentry e {on}"  # noqa: S608 — ours
        f" where {where} {ends}"
    )
    return Part(sql, [*keys, *values])


def _people(audited: Audited) -> Part:
    """Not whoever is only lent: what they do beside that is not of here."""
    sql = (
        "select distinct r.person_id from requests_app_roleassignment r"
        " join lockbox_site_user u on u.id = r.person_id"
        " join requests_app_authority a on a.id = r.authority_id"
        " where r.authority_id = any(%s) and u.municipality_id = a.municipality_id"
    )
    return Part(sql, [list(audited.authorities)])


def _each(keys: Part, on: str, within: list[Part], ends: str) -> Part:
    """The newest of each of these, by the index that begins with it."""
    own = _picked("", [], "", [Part(on, []), *within], ends)
    sql = (
        f"select l.id, l.at from ({keys.sql}) o(key)"  # noqa: S608 — ours
        f" cross join lateral ({own.sql}) l"
    )
    return Part(sql, [*keys.values, *own.values])


def _scope(audited: Audited, sought: Sought) -> Part:
    if sought.authority is not None:
        return Part("e.authority_id = %s", [sought.authority])
    if audited.is_all:
        return Part("true", [])
    people = _people(audited)
    return Part(
        "(e.authority_id = any(%s) or e.authority_id is null"
        f" and (e.actor_id is null and %s or e.actor_id in ({people.sql})))",
        [list(audited.authorities), audited.is_alone, *people.values],
    )


def _conditions(sought: Sought) -> list[Part]:
    """What each line must meet."""
    simple: Iterable[tuple[str, Any]] = (
        ("e.at >= %s", sought.since),
        ("e.at < %s", sought.until),
        ("e.actor_id = %s", sought.person),
        ("e.object_type = %s", sought.table or None),
    )
    conditions = [*_kinds(sought.kinds)]
    conditions += [Part(sql, [value]) for sql, value in simple if value is not None]
    if is_rare(sought):
        # As the index of what is rare says it, for the planner to see.
        conditions.append(Part("e.kind in ('export', 'refusal', 'auth')", []))
    if sought.values is not None:
        conditions.append(sought.values)
    elif sought.fields:
        conditions.append(_field_changed(sought.fields))
    return conditions


def _kinds(kinds: tuple[str, ...]) -> Iterator[Part]:
    if len(kinds) == 1:
        # Of one, the index keeps the order of time.
        yield Part("e.kind = %s", [kinds[0]])
    elif kinds:
        yield Part("e.kind = any(%s)", [list(kinds)])


def _field_changed(fields: tuple[tuple[str, str], ...]) -> Part:
    tables, columns = zip(*fields, strict=True)
    changed = (
        "exists (select from unnest(%s::text[], %s::text[]) f(kind, name)"
        " where f.kind = e.object_type"
        " and coalesce(t.body::jsonb->'new'->>f.name, '')"
        " <> coalesce(t.body::jsonb->'old'->>f.name, ''))"
    )
    named = Part("e.kind = 'change' and e.object_type = any(%s)", [sorted(set(tables))])
    inner = _in_detail(Part(changed, [list(tables), list(columns)]))
    return Part(f"{named.sql} and {inner.sql}", [*named.values, *inner.values])


def _in_detail(met: Part) -> Part:
    sql = (
        "exists (select from audit_app_ledgerdetail t"
        f" where t.entry_id = e.id and {met.sql})"
    )
    return Part(sql, met.values)


# Lines of the ledger as people read them: of which case, what row, from what to what;
# in words, and no more of a case than the auditor may see.

# Which case a row is of stands beside it.
PARENTS = {"review_id", "access_request_id", "content_object_id"}
# Called by the number of their case, or by what must not be told here.
UNNAMED = (SecrecyReview, AccessRequest, Content)
TYPES = {"insert": "+", "update": "~", "delete": "-"}


class Entry(NamedTuple):
    """A line in words. `is_hidden`: there is more that the auditor may not see."""

    line: Line
    sight: Sight
    authority: str
    what: str  # what a row of its table is called
    name: str  # and this one
    fields: list[Field]
    detail: dict[str, Any]
    is_hidden: bool


class Version(NamedTuple):
    """The newest version of a row, as JSON, and of which case it is."""

    row: dict[str, Any]
    owner: Owner


Key = tuple[str, str]


def entries(
    user: Any,
    lines: list[Line],
    sight: Callable[[Owner], Sight] | None = None,
    known: Known = reviews_audited,
) -> list[Entry]:
    """Four queries, however many lines; two where `sight` is known of each owner.
    `known`: the reviews that the person may know of."""
    tables = kinds()
    versions = _versions(_keys(lines, tables), tables)
    all_owners = {version.owner for version in versions.values()}
    seen = (
        {owner: sight(owner) for owner in all_owners}
        if sight is not None
        else sights(user, all_owners, known)
    )
    rows = [_row(line, versions) for line in lines]
    shown = [row for row in rows if row["table"] in tables]
    names = look_up(shown, tables, ledger.alias(), also=_also(lines, tables))
    return [
        _entry(line, row, versions, seen, tables, names)
        for line, row in zip(lines, rows, strict=True)
    ]


def _keys(lines: list[Line], tables: dict[str, Any]) -> set[Key]:
    """The rows that lines are about, and the decisions that decisions take the place
    of: what was decided before stands in those."""
    decision = Decision._meta.db_table
    keys = {_key(line) for line in lines if line.table in tables}
    for line in lines:
        if line.table == decision and (new := line.detail.get("new")):
            keys.add((decision, str(new.get("supersedes_id"))))
    return {key for key in keys if key[1].isdecimal() and len(key[1]) < 19}


def _key(line: Line) -> Key:
    """The row that a line is about; '#' stands before the number of one that has lines
    only where it was written outside."""
    return line.table, line.row.removeprefix("#")


def _versions(keys: set[Key], tables: dict[str, Any]) -> dict[Key, Version]:
    """One query."""
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, key in keys:
        by_table[table].append(int(key))
    parts: list[str] = []
    values: list[Any] = []
    for table, wanted in by_table.items():
        sql = _version(tables[table])
        parts.append(f"select %s, {sql}")
        values += [table, wanted]
    if not parts:
        return {}
    with connections[ledger.alias()].cursor() as cursor:
        cursor.execute(" union all ".join(parts), values)
        return {
            (table, key): Version(json.loads(row), Owner(review, request))
            for table, key, row, review, request in cursor.fetchall()
        }


def _version(model: Any) -> str:
    review, request = owners(model)
    source = table_read(model)
    key = model._meta.pk.column
    order = f"order by {key}, history_id desc" if hasattr(model, "history") else ""
    newest = f"distinct on ({key})" if order else ""
    return (
        f"h.{key}::text, to_jsonb(h), h.in_review, h.in_request from"  # noqa: S608 — ours
        f" (select {newest} *, {review} as in_review, {request} as in_request"
        f" from {source} where {key} = any(%s) {order}) h"
    )


def _row(line: Line, versions: dict[Key, Version]) -> dict[str, Any]:
    """A change as `audit_app.changes` takes it; beside what changed, the rest of the
    row, by which some values are told."""
    empty = {"table": line.table, "type": "", "before": {}, "after": {}}
    if line.kind != Kind.CHANGE:
        return empty
    version = versions.get(_key(line))
    rest = version.row if version else {}
    old, new = _values(line)
    row = {**empty, "type": TYPES.get(line.event, "~")}
    if line.event == "delete":
        return {**row, "after": old}
    if line.event == "insert":
        before = versions.get((line.table, str(new.get("supersedes_id"))))
        return {**row, "before": before.row if before else {}, "after": new}
    return {**row, "before": {**rest, **old}, "after": {**rest, **new}}


def _also(lines: list[Line], tables: dict[str, Any]) -> dict[type[models.Model], set]:
    """Rows that lines are about, where rows of their kind have names."""
    named: dict[type[models.Model], set] = defaultdict(set)
    for line in lines:
        if line.authority is not None:
            named[Authority].add(line.authority)
        model = tables.get(line.table)
        key = _key(line)[1]
        if model in names_by_model and model not in UNNAMED and key.isdecimal():
            named[model].add(int(key))
    return named


def _entry(
    line: Line,
    row: dict[str, Any],
    versions: dict[Key, Version],
    seen: dict[Owner, Sight],
    tables: dict[str, Any],
    names: Names,
) -> Entry:
    model = tables.get(line.table)
    version = versions.get(_key(line))
    sight = seen[version.owner] if version else _unfound(model)
    shows = model is None or sight.shows(model)
    fields = _fields(model, row, names, sight) if model and shows else []
    if model is None and line.kind == Kind.CHANGE:
        fields = _as_written(line)
    is_named = model is not None and shows and model not in UNNAMED
    name = names.get((model, _key(line)[1]), "") if model and is_named else ""
    return Entry(
        line,
        sight,
        names.get((Authority, str(line.authority)), ""),
        kind_of(line.table) if line.table else "",
        name,
        fields,
        line.detail if sight.reads and line.kind != Kind.CHANGE else {},
        not shows,
    )


def _unfound(model: Any) -> Sight:
    """How a row that is nowhere is seen: if it is a case's, who may see it can not be
    said."""
    is_no_case = model is None or owners(model) == (NOTHING, NOTHING)
    # A text says nothing of where it stands: its case tells it.
    return NOWHERE if is_no_case and model is not Content else UNKNOWN


def _values(line: Line) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after a change, as it was written."""
    return line.detail.get("old", {}), line.detail.get("new", {})


def _as_written(line: Line) -> list[Field]:
    """A line about a table of others, which has no case: columns and values as they
    are."""
    old, new = (
        {column: "" if value is None else str(value) for column, value in row.items()}
        for row in _values(line)
    )
    return [Field(name, old.get(name, ""), new.get(name, "")) for name in old | new]


def _fields(model: Any, row: dict[str, Any], names: Names, sight: Sight) -> list[Field]:
    if not row["type"]:
        return []
    hidden = set() if sight.reads else set(content_fields([model]))
    return fields_of(model, row, names, hidden, PARENTS)


# What a text that the pages show is called in the ledger: a choice by its label, yes
# and no, people by name, a local date; and all else as it was typed.

IN = (
    "exists (select from unnest(%s::text[], %s::text[]) c(kind, name)"
    " where c.kind = e.object_type and c.name = one.name)"
)
CALLED = (
    "exists (select from unnest(%s::text[], %s::text[], %s::text[])"
    " c(kind, name, pattern) where c.kind = e.object_type and c.name = one.name"
    " and one.value like c.pattern)"
)
# A value of a change, in one of these columns, that is met; of all else, the text.
CHANGED = (
    "exists (select from audit_app_ledgerdetail t"
    " cross join lateral ("
    " values (t.body::jsonb->'new'), (t.body::jsonb->'old')) side(j)"
    " cross join lateral jsonb_each_text(coalesce(nullif(j, 'null'), '{}'))"
    " one(name, value) where t.entry_id = e.id and MET)"
)
SAID = (
    "exists (select from audit_app_ledgerdetail t"
    " where t.entry_id = e.id and t.body ilike %s)"
)
# Not what was changed of somebody whose name is protected: it would be found by it.
TOLD = (
    "not (e.object_type = 'lockbox_site_user' and e.object_id in"
    " (select id::text from lockbox_site_user where is_protected))"
)
# In which words a date is written beside digits: 27 november 2026.
WRITTEN = re.compile(r"(\d{1,2}) ([^\W\d]+) (\d{4})(?: (\d{1,2})[.:](\d{2}))?")
TYPED = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{1,2})[.:](\d{2}))?")
MOST_PEOPLE = 200


def met_by(text: str, fields: list[Column]) -> Part:
    """A condition on lines: one holds a value that reads so, in one of the fields where
    any are given."""
    columns = audited_columns()
    ways = [
        Part(f"one.value ilike %s and not {IN}", [_like(text), *_two(columns.coded)])
    ]
    ways += _called(text, columns)
    if people := _shown_values_people(text):
        sql = f"one.value = any(%s) and {IN}"
        ways.append(Part(sql, [people, *_two(columns.people)]))
    if span := _span(text):
        among = "one.value::timestamptz >= %s and one.value::timestamptz < %s"
        sql = f"case when one.value like '____-__-__T%%' and {IN} then {among} end"
        ways.append(Part(sql, [*_two(columns.moments), *span]))
    any_of = " or ".join(f"({way.sql})" for way in ways)
    values = [value for way in ways for value in way.values]
    if fields:
        sql = CHANGED.replace("MET", f"{IN} and ({any_of})")
        return Part(f"{TOLD} and e.kind = 'change' and {sql}", [*_two(fields), *values])
    sql = CHANGED.replace("MET", f"({any_of})")
    whole = f"{TOLD} and case when e.kind = 'change' then {sql} else {SAID} end"
    return Part(whole, [*values, _like(text)])


def _called(text: str, columns: Columns) -> Iterator[Part]:
    """By choices, and by yes and no, in each language that pages are in."""
    wanted = text.casefold()
    patterns: set[tuple[str, str, str]] = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for column, choices in columns.choices.items():
                for code, label in choices:
                    if wanted in str(label).casefold():
                        pattern = connection.ops.prep_for_like_query(code)
                        pattern = (
                            f'%"{pattern}"%' if column in columns.lists else pattern
                        )
                        patterns.add((*column, pattern))
            for word, value in ((_("Yes"), "true"), (_("No"), "false")):
                if wanted == word.casefold():
                    patterns |= {(*column, value) for column in columns.flags}
    if patterns:
        yield Part(CALLED, [list(row) for row in zip(*sorted(patterns), strict=True)])


def _shown_values_people(text: str) -> list[str]:
    """Their keys, of those called so."""
    wanted = text.casefold()
    rows = get_user_model()._default_manager.order_by("pk")
    columns = ("pk", "first_name", "last_name", "username")
    keys = (
        str(key)
        for key, *name in rows.values_list(*columns).iterator()
        if wanted in name_of(*name).casefold()
    )
    return [key for key, _nth in zip(keys, range(MOST_PEOPLE), strict=False)]


def _span(text: str) -> tuple[datetime, datetime] | None:
    """The local day, or minute, that the text says."""
    year = month = day = hour = minute = None
    if match := TYPED.fullmatch(text):
        year, month, day, hour, minute = match.groups()
    elif match := WRITTEN.fullmatch(text.casefold()):
        day, name, year, hour, minute = match.groups()
        month = _month(name)
    if not (year and month and day):
        return None
    try:
        begins = date(int(year), int(month), int(day))
        at = time(int(hour or 0), int(minute or 0))
        first = timezone.make_aware(datetime.combine(begins, at))
        # A minute of the night that has an hour twice is either of both.
        again = timezone.make_aware(datetime.combine(begins, at.replace(fold=1)))
        last = max(first, again) + timedelta(minutes=1)
        if hour is None:
            after = begins + timedelta(days=1)
            last = timezone.make_aware(datetime.combine(after, at))
    except (ValueError, OverflowError):
        return None
    return first, last


def _month(name: str) -> str:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for number, label in dates.MONTHS.items():
                if str(label).casefold() == name:
                    return str(number)
    return ""


def _two(columns: list[Column]) -> list[list[str]]:
    return [list(row) for row in zip(*columns, strict=True)] or [[], []]


def _like(text: str) -> str:
    return f"%{connection.ops.prep_for_like_query(text)}%"


# Everything that is recorded, a page at a time.

# Lines that are read at a time on their way out.
PIECE = 500


class Stream(NamedTuple):
    entries: list[Entry]
    older: Place | None


def stream_for(
    user: Any,
    audited: Audited,
    sought: Sought,
    before: Place | None = None,
    cases: Sequence[Case] = (),
    limit: int = PAGE,
) -> Stream:
    """Five queries at most; `cases` are those that are asked for. Where values are
    asked for, a line whose values the auditor may not see is no answer."""
    page = lines(audited, sought, before, limit)
    are_theirs = cases and len(sought.ways) == 1
    rows = entries(user, page.lines, in_cases(cases) if are_theirs else None)
    if sought.values or sought.fields:
        numbers = {case.number for case in cases}
        rows = [
            entry
            for entry in rows
            if entry.sight.reads or _answers_otherwise(entry, sought, numbers)
        ]
    return Stream(rows, page.older)


def _answers_otherwise(entry: Entry, sought: Sought, numbers: set[str]) -> bool:
    """Where one answer is enough: by something else than its values."""
    line = entry.line
    return sought.either and (
        line.by_id == sought.person is not None
        or line.authority == sought.authority is not None
        or line.kind in sought.kinds
        or line.table == sought.table != ""
        or entry.sight.number in numbers
    )


def counted(audited: Audited, sought: Sought, most: int) -> int:
    """How many lines meet it, as far as one more than so many. One query."""
    query = statement(audited, sought, None, most + 1)
    with connections[ledger.alias()].cursor() as cursor:
        cursor.execute(f"select count(*) from ({query.sql}) line", query.values)  # noqa: S608 — ours
        return cursor.fetchone()[0]


def whole_stream(
    user: Any, audited: Audited, sought: Sought, cases: Sequence[Case] = ()
) -> Iterator[list[Entry]]:
    """All that meets what is sought, a piece at a time: no more is held than that, and
    what comes in meanwhile is newer than where it began."""
    place = None
    while True:
        piece = stream_for(user, audited, sought, place, cases, PIECE)
        yield piece.entries
        if piece.older is None:
            return
        place = piece.older


# Which lines of the ledger the application did not write.

TELLING = f"""
select act.xid::text
from unnest(%(xids)s::xid8[], %(firsts)s::bigint[], %(lasts)s::bigint[])
  act (xid, first, last)
where {reconcile.TELLS_AN_EVENT}
"""  # noqa: S608 — ours


class Writer(NamedTuple):
    """Who wrote a line past the application. `tells`: the transaction tells an event,
    as a release does."""

    login: str
    role: str
    tells: bool


def written_outside(lines: Iterable[Line]) -> dict[int, Writer]:
    """By line, the writer of those written by another login or role than the
    application's. One query, and another where there are any."""
    ours = reconcile.periods()
    outside = [line for line in lines if not any(_wrote(one, line) for one in ours)]
    telling = _telling(outside) if outside else set()
    return {
        line.key: Writer(line.login, line.role, line.xid in telling) for line in outside
    }


def _wrote(period: Period, line: Line) -> bool:
    return period[:2] == (line.login, line.role) and period.has(line.at)


def _telling(lines: list[Line]) -> set[str]:
    xids = sorted({line.xid for line in lines})
    keys = [[line.key for line in lines if line.xid == xid] for xid in xids]
    parameters: dict[str, Any] = {
        "xids": xids,
        "firsts": [min(one) for one in keys],
        "lasts": [max(one) for one in keys],
    }
    with connections[ledger.alias()].cursor() as cursor:
        cursor.execute(TELLING, parameters)
        return {xid for (xid,) in cursor.fetchall()}
