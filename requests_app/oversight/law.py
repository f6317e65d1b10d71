"""The rules of law for oversight: accesses, divergence, fit, not known, open accesses,
open windows, reconciliation, reconciliation rules and replay."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least, Lower

from requests_app.cases.access.models import AccessGrant, AccessGrantQuerySet
from requests_app.cases.access.selectors import AsDecided
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import (
    AccessRequest,
    RequestedObject,
    number_key,
)
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.facts import (
    Facts,
    IntendedDecision,
    Obstacle,
    Part,
    facts_from,
    lawful_ground,
    tests_of,
)
from requests_app.cases.review.law.known import (
    PROTECTED_IDENTITIES,
    ProposedAnswer,
    Reliance,
    codes_for_unmapped,
    is_in_force,
    of_another,
    of_engineer,
    of_reliance,
    outdated_answers,
    proposes,
)
from requests_app.cases.review.law.rules import obstacles
from requests_app.cases.review.law.tree import NOTHING, Premise, Tree, tree
from requests_app.cases.review.law.tree import Kind as NodeKind
from requests_app.cases.review.models.assessment import AssessmentAnswer
from requests_app.cases.review.models.decision import (
    OF_CURRENT_DECISION,
    Condition,
    Reservation,
)
from requests_app.core.catalogue import EEA, NAMES
from requests_app.core.fields import is_given_by
from requests_app.core.models import Outcome as DecisionOutcome
from requests_app.oversight.models import (
    AccessUse,
    Deviation,
    LogGap,
    ProviderLog,
    ReconciliationRule,
    ReplayedCase,
)
from requests_app.providers.protocol import Missing
from requests_app.registers.models.cloud import (
    Confidence,
    Connection,
    Outcome,
    Reason,
    Use,
)
from requests_app.registers.models.provisions import Provision

# Does what was done lie within what was granted? One act against one grant.
#
# What is said is held against all of the grant. What nobody has said can't diverge, but
# for who has promised to say it.

Kind = Deviation.Kind
Act = AccessEvent.Act
# Technical processing of what lies there takes nothing out, away or further.
NEVER_GRANTED = (Act.COPY, Act.DELETE, Act.SHARE)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Window(NamedTuple):
    """When access was open; revoked, it was no more from then."""

    opens_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Granted:
    """What the provider might do, as far as it can be compared."""

    objects: tuple[str, ...]
    windows: tuple[Window, ...]
    # Who was to do it: the provider, and the company that it named.
    companies: tuple[str, ...]
    # The persons that a reservation binds; none where nobody is named.
    persons: tuple[str, ...]
    country: str
    inside_eea: bool

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the objects in the form in which they are compared."""
        return frozenset(name.strip().casefold() for name in self.objects)

    @cached_property
    def times(self) -> list[tuple[int, int]]:
        """First and last instant of each window. What was revoked before it opened was
        never open."""
        rows = [(instant(opens), instant(ends)) for opens, ends in self.windows]
        return [(opens, ends) for opens, ends in rows if opens <= ends]


class Divergence(NamedTuple):
    kind: str
    reported: str
    granted: str

    def as_row(self) -> dict[str, Any]:
        return self._asdict()


def divergences(event: AccessEvent, granted: Granted) -> list[Divergence]:
    return [
        *_of_object(event, granted),
        *_of_time(event, granted),
        *_of_person(event, granted),
        *_of_place(event, granted),
        *_of_act(event),
    ]


def unsaid(event: AccessEvent, granted: Granted) -> Iterator[Divergence]:
    """What would have been compared, had it been said: whoever is to say it does not
    escape by silence."""
    if missing := left_out(event, granted):
        yield Divergence(Kind.UNSAID, "", ", ".join(missing))


def left_out(event: AccessEvent, granted: Granted) -> tuple[str, ...]:
    """The names of what is not said and would have been compared."""
    compared = (
        ("object", event.object_name.strip(), granted.objects),
        ("employer", event.employer or event.actor, granted.companies),
        ("actor", event.actor, granted.persons),
        ("country", event.country, granted.country or granted.inside_eea),
        ("act", event.act, NEVER_GRANTED),
    )
    return tuple(name for name, value, bound in compared if bound and not value)


def instant(moment: datetime) -> int:
    """In microseconds. Python compares two moments of one zone by their clocks alone,
    which show an hour twice on a night in autumn."""
    return (moment - EPOCH) // timedelta.resolution


def _of_object(event: AccessEvent, granted: Granted) -> Iterator[Divergence]:
    name = event.object_name.strip()
    if name and name.casefold() not in granted.names:
        yield Divergence(Kind.OBJECT, event.object_name, ", ".join(granted.objects))


def _of_time(event: AccessEvent, granted: Granted) -> Iterator[Divergence]:
    at = instant(event.happened_at)
    if any(opens <= at <= ends for opens, ends in granted.times):
        return
    spans = [
        f"{opens.isoformat()}/{ends.isoformat()}" for opens, ends in granted.windows
    ]
    yield Divergence(Kind.TIME, event.happened_at.isoformat(), " ".join(spans))


def _of_person(event: AccessEvent, granted: Granted) -> Iterator[Divergence]:
    companies = [name for name in granted.companies if name]
    if event.employer and not _is_among(event.employer, companies):
        yield Divergence(Kind.PERSON, event.employer, ", ".join(companies))
        return
    if event.actor and granted.persons and not _is_among(event.actor, granted.persons):
        yield Divergence(Kind.PERSON, event.actor, ", ".join(granted.persons))


def _of_place(event: AccessEvent, granted: Granted) -> Iterator[Divergence]:
    if not event.country:
        return
    elsewhere = bool(granted.country) and event.country != granted.country
    outside = granted.inside_eea and event.country not in EEA.split()
    if elsewhere or outside:
        yield Divergence(Kind.PLACE, event.country, granted.country or "EES")


def _of_act(event: AccessEvent) -> Iterator[Divergence]:
    if event.act in NEVER_GRANTED:
        yield Divergence(Kind.ACT, event.act, "")


def _is_among(name: str, names: Any) -> bool:
    """A person bound is written with the company after a comma."""
    person = name.strip().casefold()
    return any(
        person in (row.casefold(), row.partition(",")[0].casefold()) for row in names
    )


# How well an act fits an access: which of several fits best.
#
# What lies within a grant `divergence` says.

ACTS = frozenset(Act.values)


class Access(NamedTuple):
    """An access with what extends it. `key` is that of its first request; `numbers` are
    those by which the provider may name any of them."""

    key: int
    connection: int
    service: str
    numbers: tuple[str, ...]
    granted: Granted


class Fit(NamedTuple):
    """One act against one access; of several that with the least rank."""

    rank: tuple[Any, ...]
    access: Access
    divergences: list[Divergence]
    # Of what is said and nobody here knows: it can't be compared.
    doubts: list[Reason]
    unsaid: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        diverging = self.rank[0]
        if not diverging:
            return Outcome.UNCLEAR if self.doubts else Outcome.INSIDE
        kinds = {row.kind for row in self.divergences}
        return Outcome.OUTSIDE_TIME if Kind.TIME in kinds else Outcome.OUTSIDE_SCOPE


def fit_of(event: Any, access: Access, nearness: tuple[int, ...]) -> Fit:
    """The fewest divergences come first, then the fewest doubts, the object, the least
    that is not said; then what is nearest, and the lowest key."""
    rows = divergences(event, access.granted)
    doubts = list(_doubts(event, rows))
    kinds = [row.kind for row in rows]
    diverging = len(rows) - (Reason.UNKNOWN_COUNTRY in doubts)
    unsaid = left_out(event, access.granted)
    order = (diverging, len(doubts), Kind.OBJECT in kinds, len(unsaid))
    return Fit((*order, *nearness, access.key), access, rows, doubts, unsaid)


def _doubts(event: Any, rows: list[Divergence]) -> list[Reason]:
    """What nobody knows is neither within the grant nor outside it."""
    doubts = []
    if event.country not in NAMES and any(row.kind == Kind.PLACE for row in rows):
        doubts.append(Reason.UNKNOWN_COUNTRY)
    if event.act and event.act not in ACTS:
        doubts.append(Reason.UNKNOWN_ACT)
    return doubts


def nearness(at: int, granted: Granted) -> tuple[int, int]:
    """How far off the nearest window is, 0 while it is open; then the one opened last
    comes first."""
    return min((max(opens - at, at - ends, 0), -opens) for opens, ends in granted.times)


# What was granted, as it is compared with what was done: an access is a request with
# what extends it.


def accesses_since(
    connection: Connection, since: datetime, numbers: Iterable[str]
) -> list[Access]:
    """Every access of the connection that was open then or later, of which an act was
    reported since, or that has one of these numbers, granted or not."""
    grants = AccessGrant.objects.with_window().filter(
        access_request__connection=connection, closed_at__gte=since
    )
    events = connection.access_events.filter(
        access_request__isnull=False, happened_at__gte=since
    )
    return _accesses(
        {
            *grants.values_list("access_request", flat=True),
            *events.values_list("access_request", flat=True),
            *_numbered(connection, numbers),
        }
    )


def _numbered(connection: Connection, numbers: Iterable[str]) -> Iterable[int]:
    folded = {number_key(number) for number in numbers}
    rows = connection.access_requests.alias(
        number=Lower("external_id"), audited=Lower("audit_id")
    )
    theirs = Q(number__in=folded) | Q(audited__in=folded)
    return rows.filter(theirs).values_list("pk", flat=True) if folded else ()


def access_of(access_request: AccessRequest) -> Access:
    """The access that a request is, or is a part of; of one that was never opened, what
    was asked for and no window."""
    return _accesses([access_request.pk])[0]


def first_of_each(requests: Iterable[AccessRequest]) -> dict[int, int]:
    """The first request of the access that each is a part of, by their keys. No query
    where none of them extends another."""
    rows = {row.pk: row for row in requests}
    keys = {row.extends_id for row in rows.values() if row.extends_id} - rows.keys()
    parts = {**(_with_their_first(keys) if keys else {}), **rows}
    return {key: _first(row, parts) for key, row in rows.items()}


def _accesses(keys: Iterable[int]) -> list[Access]:
    parts = _with_their_first(set(keys))
    whole: dict[int, list[AccessRequest]] = defaultdict(list)
    for row in parts.values():
        whole[_first(row, parts)].append(row)
    terms = _Terms(parts)
    return [
        terms.access(parts[first], sorted(rows, key=lambda row: row.pk))
        for first, rows in sorted(whole.items())
    ]


def _with_their_first(keys: set[int]) -> dict[int, AccessRequest]:
    """These requests, what they extend, and what extends any of them."""
    rows: dict[int, AccessRequest] = {}
    requests = AccessRequest.objects.select_related("connection__product__provider")
    while keys:
        for row in requests.filter(pk__in=keys):
            rows[row.pk] = row
        more = requests.filter(extends__in=keys).values_list("pk", flat=True)
        first = {row.extends_id for row in rows.values() if row.extends_id}
        keys = {*more, *first} - rows.keys()
    return rows


def _first(row: AccessRequest, parts: dict[int, AccessRequest]) -> int:
    while row.extends_id is not None:
        row = parts[row.extends_id]
    return row.pk


class _Terms:
    """What was granted of these requests, read at once."""

    def __init__(self, parts: dict[int, AccessRequest]) -> None:
        keys = list(parts)
        names = RequestedObject.objects.still_named().filter(access_request__in=keys)
        self.objects = _by_request(
            names.order_by("pk").values_list("access_request", "external_id")
        )
        grants = AccessGrant.objects.with_window().filter(access_request__in=keys)
        self.windows = _by_request(
            (key, Window(*window))
            for key, *window in grants.order_by("opens_at").values_list(
                "access_request", "opens_at", "closed_at"
            )
        )
        of_request = {"review__access_request__in": keys}
        bound = Reservation.objects.filter(OF_CURRENT_DECISION, **of_request)
        self.persons = _by_request(
            bound.order_by("pk").values_list("review__access_request", "bound")
        )
        eea = Condition.objects.filter(
            OF_CURRENT_DECISION, kind=Condition.Kind.INSIDE_EEA, **of_request
        )
        self.inside_eea = set(eea.values_list("review__access_request", flat=True))

    def access(self, first: AccessRequest, rows: list[AccessRequest]) -> Access:
        keys = [row.pk for row in rows]
        company = first.employer_entity or first.connection.product.provider.name
        numbers = [(row.external_id, row.audit_id) for row in rows]
        return Access(
            key=first.pk,
            connection=first.connection_id,
            service=first.service,
            numbers=tuple(name for pair in numbers for name in pair if name),
            granted=Granted(
                objects=_of(self.objects, keys),
                windows=_of(self.windows, keys),
                companies=(company,),
                persons=_of(self.persons, keys),
                country=first.engineer_country,
                inside_eea=not self.inside_eea.isdisjoint(keys),
            ),
        )


def _by_request(rows: Iterable[Any]) -> dict[int, list[Any]]:
    values: dict[int, list[Any]] = defaultdict(list)
    for key, value in rows:
        values[key].append(value)
    return values


def _of(values: dict[int, list[Any]], keys: list[int]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(one for key in keys for one in values.get(key, ())))


# For how long nobody knows what was done: no log, a gap in one, or not read so far.

HOUR = timedelta(hours=1)
Span = tuple[datetime, datetime]


class Unknown(NamedTuple):
    """Of the connections of a product, added up: gaps of their logs in the time, how
    many nobody has explained, hours of which nothing is known, and connections without
    any log."""

    gaps: int = 0
    unexplained: int = 0
    hours: float = 0
    without_log: int = 0
    connections: int = 0

    def plus(self, other: "Unknown") -> "Unknown":
        return Unknown(
            self.gaps + other.gaps,
            self.unexplained + other.unexplained,
            round(self.hours + other.hours, 1),
            self.without_log + other.without_log,
            self.connections + other.connections,
        )


def unknown_of(
    connections: Iterable[Connection], since: datetime, until: datetime
) -> dict[int, Unknown]:
    """By product. Two queries."""
    rows = list(connections)
    logs: dict[int, list[ProviderLog]] = defaultdict(list)
    of_these = ProviderLog.objects.filter(connection__in=rows)
    for log in of_these.select_related("position"):
        logs[log.connection_id].append(log)
    gaps: dict[int, list[LogGap]] = defaultdict(list)
    theirs = LogGap.objects.filter(
        since__lt=until, until__gt=since, log__connection__in=rows
    )
    for gap in theirs.select_related("log"):
        gaps[gap.log.connection_id].append(gap)
    unknown: dict[int, Unknown] = defaultdict(Unknown)
    for row in rows:
        one = _of_one(logs[row.pk], gaps[row.pk], (since, until))
        unknown[row.product_id] = unknown[row.product_id].plus(one)
    return unknown


def _of_one(logs: list[ProviderLog], gaps: list[LogGap], within: Span) -> Unknown:
    spans: list[Span] = [(gap.since, gap.until) for gap in gaps]
    if not logs:
        spans = [within]
    for log in logs:
        until = log.position.read_until if log.is_read else None
        spans.append((until or within[0], within[1]))
    return Unknown(
        len(gaps),
        sum(gap.explained_at is None for gap in gaps),
        round(_length(spans, within) / HOUR, 1),
        int(not logs),
        1,
    )


def _length(spans: list[Span], within: Span) -> timedelta:
    """Of all together: what lies in two counts once."""
    whole, at = timedelta(0), within[0]
    for since, until in sorted(spans):
        begins, ends = max(since, at), min(until, within[1])
        if ends > begins:
            whole += ends - begins
            at = ends
    return whole


def may_lack_acts() -> Q:
    """Of `open_within`: may a log lack what was done in the access? There is none, it
    is not read so far that all has come, or it has a gap then."""
    connection = {"connection": OuterRef("access_request__connection")}
    logs = ProviderLog.objects.filter(**connection)
    gaps = LogGap.objects.filter(
        log__connection=OuterRef("access_request__connection"),
        since__lt=OuterRef("closed_at"),
        until__gt=OuterRef("opens_at"),
    )
    unread = logs.with_known_until().filter(
        Q(known_until=None) | Q(known_until__lt=OuterRef("closed_at"))
    )
    return ~Q(Exists(logs)) | Q(Exists(unread)) | Q(Exists(gaps))


# Accesses that were open within a time, and whether they were used, as far as is
# known.


def open_within(
    grants: AccessGrantQuerySet, since: datetime, until: datetime
) -> QuerySet[Any]:
    """Annotated: `closed_at`; `begins`, `ends` (within the time); `access` (the first
    request of what belongs together) and `use`, as it was last stated."""
    rows = grants.with_window().filter(
        # What ended since: the index of `ends_at` leads to it.
        closed_at__gt=since,
        ends_at__gt=since,
        opens_at__lt=until,
    )
    return rows.annotate(
        begins=Greatest("opens_at", Value(since)),
        ends=Least("closed_at", Value(until)),
        access=_first_request(),
    ).annotate(use=_use(until))


def _first_request() -> Case:
    """The function of the database is asked of extensions alone."""
    parts = is_given_by("pk", "lockbox_extended", OuterRef("access_request"))
    first = AccessRequest.objects.filter(parts, extends=None).order_by("pk")
    return Case(
        When(access_request__extends=None, then=F("access_request_id")),
        default=Subquery(first.values("pk")[:1]),
    )


def _use(until: datetime) -> Case:
    """Never stated is not known, and not “never used”."""
    stated = AccessUse.objects.filter(access_request=OuterRef("access"))
    last = Subquery(stated.order_by("-number").values("use")[:1])
    return Case(
        When(Q(closed_at__gt=until), then=Value(Use.RUNNING)),
        default=Coalesce(last, Value(Use.UNKNOWN)),
        output_field=CharField(),
    )


# Which access was open at a moment, or nearest to it, without looking at all of it.
#
# Moments are whole microseconds (`divergence.instant`).


class Opening(NamedTuple):
    """A window with both its ends, and whose it is. Windows of the same `terms` bind
    alike: of those that are open one is as good as another."""

    opens: int
    ends: int
    key: int
    terms: Hashable

    @property
    def order(self) -> tuple[int, int]:
        """The one opened last comes first, then the lowest key."""
        return -self.opens, self.key


class OpenWindows:
    """A tree over the stretches between all beginnings and ends: each window stands
    with the few nodes that together are its time, so that however many overlap it
    takes a walk from a stretch to the root."""

    def __init__(self) -> None:
        self._rows: list[Opening] = []
        # Of the stretches that were asked for: many acts are done in one.
        self._open: dict[int, list[Opening]] = {}

    def add(self, row: Opening) -> None:
        self._rows.append(row)

    def at(self, moment: int) -> list[Opening]:
        """Of each terms that are open then the first."""
        stretch = bisect_right(self._borders, moment) - 1
        if stretch not in self._open:
            self._open[stretch] = self._open_in(stretch) if stretch >= 0 else []
        return self._open[stretch]

    def _open_in(self, stretch: int) -> list[Opening]:
        first: dict[Hashable, Opening] = {}
        node = stretch + len(self._borders)
        while node:
            _keep_first(first, self._nodes.get(node, {}))
            node >>= 1
        return list(first.values())

    def nearest(self, moment: int, within: int) -> list[tuple[int, Opening]]:
        """Where none is open: the last before and the first after, with how far off
        they are."""
        last = bisect_left(self._endings, moment)
        next_one = bisect_right(self._beginnings, moment)
        rows = self._by_ending[max(last - 1, 0) : last]
        rows += self._by_beginning[next_one : next_one + 1]
        off = [(max(row.opens - moment, moment - row.ends), row) for row in rows]
        return [(distance, row) for distance, row in off if distance <= within]

    @cached_property
    def _borders(self) -> list[int]:
        """Where a stretch begins; a window holds its last moment too."""
        return sorted({at for row in self._rows for at in (row.opens, row.ends + 1)})

    @cached_property
    def _nodes(self) -> dict[int, dict[Hashable, Opening]]:
        place = {at: number for number, at in enumerate(self._borders)}
        nodes: dict[int, dict[Hashable, Opening]] = {}
        for row in self._rows:
            left = place[row.opens] + len(place)
            right = place[row.ends + 1] + len(place)
            while left < right:
                if left & 1:
                    _keep_first(nodes.setdefault(left, {}), {row.terms: row})
                    left += 1
                if right & 1:
                    right -= 1
                    _keep_first(nodes.setdefault(right, {}), {row.terms: row})
                left, right = left >> 1, right >> 1
        return nodes

    @cached_property
    def _by_ending(self) -> list[Opening]:
        """Of those that end together the first comes last."""
        return sorted(self._rows, key=lambda row: (row.ends, row.opens, -row.key))

    @cached_property
    def _by_beginning(self) -> list[Opening]:
        return sorted(self._rows, key=lambda row: (row.opens, row.key))

    @cached_property
    def _endings(self) -> list[int]:
        return [row.ends for row in self._by_ending]

    @cached_property
    def _beginnings(self) -> list[int]:
        return [row.opens for row in self._by_beginning]


def _keep_first(
    first: dict[Hashable, Opening], others: dict[Hashable, Opening]
) -> None:
    for terms, row in others.items():
        if terms not in first or row.order < first[terms].order:
            first[terms] = row


# What the log of a provider says that its people did, held against what was granted:
# which access each act belongs to, and what came of it.

# How far off access may have been whose time an act was outside of.
NEAR = timedelta(days=7) // timedelta.resolution
NEAR_BY_TIME = timedelta(hours=24) // timedelta.resolution
CONFIDENCE = {
    Reason.BY_NUMBER: Confidence.HIGH,
    Reason.BY_OBJECT: Confidence.MEDIUM,
    Reason.BY_TIME: Confidence.LOW,
}
# Where the grant binds these and nobody says them, it is not sure that it was inside.
WHERE_AND_WHO = {"country", "actor"}
# What names an access and did not use it.
UNUSED = (Outcome.BYPASS, Outcome.WITHOUT_GRANT)


class Match(NamedTuple):
    """`access` is a key. `unsaid` names what is bound by the grant and not said."""

    outcome: Outcome
    confidence: Confidence
    reason: Reason
    access: int | None
    divergences: list[Divergence]
    unsaid: tuple[str, ...]


class Accesses:
    """Of any number of connections. One that was refused has no windows, and belongs
    here too: an act may name its number."""

    def __init__(self, accesses: Iterable[Access]) -> None:
        self._of_key: dict[int, Access] = {}
        self._of_number: dict[tuple[int, str], list[Access]] = {}
        # By connection, service and object; None stands for any.
        self._windows: dict[tuple[int, str | None, str | None], OpenWindows]
        self._windows = defaultdict(OpenWindows)
        for access in accesses:
            self._add(access)

    def _add(self, access: Access) -> None:
        self._of_key[access.key] = access
        for number in _numbers(access.numbers):
            self._of_number.setdefault((access.connection, number), []).append(access)
        terms = _terms(access.granted)
        for opens, ends in access.granted.times:
            row = Opening(opens, ends, access.key, terms)
            for service in (None, _folded(access.service)):
                for name in (None, *access.granted.names):
                    self._windows[access.connection, service, name].add(row)

    def match(self, event: Any, connection: int) -> Match:
        numbers = _numbers(event.under)
        known = self._known(connection, numbers or _numbers(event.perhaps_under))
        if event.unasked.strip():
            return _bypass(event, known)
        if known:
            return _by_number(event, known)
        if numbers:
            return _unmatched(Confidence.HIGH, Reason.UNKNOWN_NUMBER)
        if name := _folded(event.object_name):
            return self._by_object(event, connection, name)
        return self._by_time(event, connection)

    def _known(self, connection: int, numbers: Iterable[str]) -> list[Access]:
        rows = [self._of_number.get((connection, number), []) for number in numbers]
        return [access for accesses in rows for access in accesses]

    def _by_object(self, event: Any, connection: int, name: str) -> Match:
        """Access to the object at another time comes before access that was open then
        to other objects."""
        of_object = self._of_service(event, connection, name)
        holders = _open(event, of_object)
        best = self._best(event, holders) or self._nearest(event, of_object, NEAR)
        if best is None or best.outcome in (Outcome.OUTSIDE_SCOPE, Outcome.UNCLEAR):
            # Of those that are bound alike, who has the object fits better.
            better = {row.terms for row in holders}
            of_any = _open(event, self._of_service(event, connection, None))
            others = [row for row in of_any if row.terms not in better]
            best = self._best(event, holders + others)
        if best is None:
            return _unmatched(Confidence.MEDIUM, Reason.NOTHING_OPEN)
        is_of_object = name in best.access.granted.names
        return _match(best, Reason.BY_OBJECT if is_of_object else Reason.BY_TIME)

    def _by_time(self, event: Any, connection: int) -> Match:
        windows = self._of_service(event, connection, None)
        best = self._best(event, _open(event, windows))
        best = best or self._nearest(event, windows, NEAR_BY_TIME)
        if best is None:
            return _unmatched(Confidence.LOW, Reason.NOTHING_OPEN)
        return _match(best, Reason.BY_TIME)

    def _of_service(
        self, event: Any, connection: int, name: str | None
    ) -> list[OpenWindows]:
        """Who says no service may mean any."""
        service = _folded(event.service)
        services = (service, "") if service else (None,)
        keys = [(connection, one, name) for one in services]
        return [self._windows[key] for key in keys if key in self._windows]

    def _best(self, event: Any, rows: list[Opening]) -> Fit | None:
        fits = [fit_of(event, self._of_key[row.key], (0, -row.opens)) for row in rows]
        return min(fits, key=_rank, default=None)

    def _nearest(
        self, event: Any, of_service: list[OpenWindows], within: int
    ) -> Fit | None:
        at = instant(event.happened_at)
        near = [row for windows in of_service for row in windows.nearest(at, within)]
        if not near:
            return None
        off, row = min(near, key=lambda pair: (pair[0], pair[1].order))
        return fit_of(event, self._of_key[row.key], (off, -row.opens))


def reconcile(events: Iterable[tuple[int, Any]], accesses: Accesses) -> Iterator[Match]:
    """Of each event, with its connection, in their order."""
    for connection, event in events:
        yield accesses.match(event, connection)


def usage(
    access: Access,
    matches: Iterable[Match],
    known_until: datetime | None,
    gaps: Iterable[Missing],
    now: datetime,
) -> Use:
    """`known_until`: all that happened up to then has come, but for the gaps."""
    if any(row.access == access.key and row.outcome not in UNUSED for row in matches):
        return Use.USED
    windows = access.granted.times
    if not windows:
        return Use.NEVER_USED
    last = max(ends for _opens, ends in windows)
    if instant(now) <= last:
        return Use.RUNNING
    if known_until is None or instant(known_until) < last:
        return Use.UNKNOWN
    gone = [(instant(gap.since), instant(gap.until)) for gap in gaps]
    is_hidden = any(
        since <= ends and opens <= until
        for since, until in gone
        for opens, ends in windows
    )
    return Use.UNKNOWN if is_hidden else Use.NEVER_USED


def _by_number(event: Any, known: list[Access]) -> Match:
    at = instant(event.happened_at)
    granted = [row for row in known if row.granted.times]
    if not granted:
        refused = min(row.key for row in known)
        match = _unmatched(Confidence.HIGH, Reason.NOT_GRANTED)
        return match._replace(access=refused)
    fits = [fit_of(event, row, nearness(at, row.granted)) for row in granted]
    return _match(min(fits, key=_rank), Reason.BY_NUMBER)


def _bypass(event: Any, known: list[Access]) -> Match:
    sure, reason = Confidence.HIGH, Reason.UNASKED
    match = _by_number(event, known) if known else _unmatched(sure, reason)
    return match._replace(outcome=Outcome.BYPASS, confidence=sure, reason=reason)


def _match(fit: Fit, reason: Reason) -> Match:
    outcome, confidence = fit.outcome, CONFIDENCE[reason]
    if outcome == Outcome.UNCLEAR:
        reason, confidence = fit.doubts[0], Confidence.LOW
    elif outcome == Outcome.INSIDE and not WHERE_AND_WHO.isdisjoint(fit.unsaid):
        confidence = Confidence.LOW
    return Match(
        outcome, confidence, reason, fit.access.key, fit.divergences, fit.unsaid
    )


def _unmatched(confidence: Confidence, reason: Reason) -> Match:
    return Match(Outcome.WITHOUT_GRANT, confidence, reason, None, [], ())


def _open(event: Any, of_service: list[OpenWindows]) -> list[Opening]:
    at = instant(event.happened_at)
    return [row for windows in of_service for row in windows.at(at)]


def _terms(granted: Granted) -> Hashable:
    """All that is compared, but for time and which object."""
    companies, persons = granted.companies, granted.persons
    bounds = (granted.country, granted.inside_eea, bool(granted.objects))
    return (companies, persons, *bounds)


def _numbers(names: Iterable[str]) -> set[str]:
    return {_folded(name) for name in names} - {""}


def _folded(text: str) -> str:
    return text.strip().casefold()


def _rank(fit: Fit) -> tuple[Any, ...]:
    return fit.rank


# Which acts people are to look at: what came out as other than granted, and what an
# authority's rules say beside that. A rule changes nothing of what an act came out as.

Effect = ReconciliationRule.Effect


class Marking:
    """The rules of one authority. Where one marks an act and another leaves it, it is
    marked: who wants to look may."""

    def __init__(self, rules: Iterable[ReconciliationRule]) -> None:
        self.rules = list(rules)

    def is_marked(self, event: Any, match: Match, connection: int) -> bool:
        effects = {
            rule.effect
            for rule in self.rules
            if applies(rule, event, match.outcome, connection)
        }
        if effects:
            return Effect.MARK in effects
        return match.outcome != Outcome.INSIDE


def applies(
    rule: ReconciliationRule, event: Any, outcome: str, connection: int
) -> bool:
    """Is the act all that the rule says?"""
    return (
        rule.connection_id in (None, connection)
        and rule.outcome in ("", outcome)
        and rule.action.casefold() in event.action.casefold()
        and rule.country.upper() in ("", event.country.upper())
    )


# Decisions tried anew under a premise: what comes out differently, and why. Pure.
#
# No rule stands here: the facts are built as the premise has them, and the rules of
# every proposal are asked.

Result = ReplayedCase.Result


class Difference(NamedTuple):
    """How a decision would come out, and the reasons that the premise gives."""

    result: str
    reasons: list[str]


def difference(
    case: AsDecided, premise: Premise, catalogue: Mapping[int, Provision]
) -> Difference | None:
    """None where it would come out as it did.

    Counted is only what the premise brings: with none, that is today's law.
    """
    facts = facts_under(case, premise, catalogue)
    before = facts_under(case, NOTHING, catalogue) if premise else None
    if case.grants:
        decision = _as_proposed(case)
        known = obstacles(before, decision) if before else []
        return _of_grant(
            [row for row in obstacles(facts, decision) if row not in known]
        )
    if case.proposal.outcome == DecisionOutcome.REFUSED and before:
        return _of_refusal(obstacles_to_any(before), obstacles_to_any(facts))
    return None


def _as_proposed(case: AsDecided) -> IntendedDecision:
    row = case.proposal
    return IntendedDecision(
        outcome=row.outcome,
        ground=row.ground,
        minutes=row.granted_minutes,
        scope=row.granted_scope,
        conditions=getattr(row, "condition_count", 0),
        reservations=getattr(row, "reservation_count", 0),
    )


def _of_grant(rows: list[Obstacle]) -> Difference | None:
    if not rows:
        return None
    forbidding = [row for row in rows if not row.to_assess and not row.field]
    if forbidding:
        result = Result.NOT_GRANTED
    elif any(row.to_assess for row in rows):
        result = Result.NOT_ASSESSED
    else:
        result = Result.OTHER_TERMS
    return Difference(result, list(dict.fromkeys(row.text for row in rows)))


def _of_refusal(before: list[Obstacle], now: list[Obstacle]) -> Difference | None:
    if now or not before:
        return None
    return Difference(Result.GRANTABLE, [row.text for row in before])


def obstacles_to_any(facts: Facts) -> list[Obstacle]:
    """To a grant of what was asked for, for as long as the product allows."""
    ground = lawful_ground(facts, reserved=False)
    minutes = facts.longest_asked or 1
    return obstacles(facts, IntendedDecision(DecisionOutcome.GRANTED, ground, minutes))


def facts_under(
    case: AsDecided, premise: Premise, catalogue: Mapping[int, Provision]
) -> Facts:
    """The facts that the decision was made on, but for what the premise supposes."""
    review = _under(case.review, premise)
    version = tree(premise.tree or review.tree)
    rows = [row for row in case.answers if _can_be_answered(row, version)]
    parts = tuple(Part(row.pk, row.name) for row in case.parts)
    day = premise.provisions
    tests = tests_of(case.harm_tests, review, case.consents, parts, day)
    reliance = _reliance(case, premise)
    facts = facts_from(
        review,
        version,
        rows=rows,
        tests=tests,
        parts=parts,
        consents=case.consents,
        sets=case.sets,
        reliance=reliance,
        proposed=_proposed(case, premise.provisions, catalogue.values()),
        # Class, freeze, stop and sum are no law: the decision was made past them.
        highest_class=None,
        minutes_beside=0,
        frozen=(),
        outdated=_outdated(case, review, reliance),
    )
    return facts if version.version == case.review.tree else _summed(facts, version)


def _under(review: SecrecyReview, premise: Premise) -> SecrecyReview:
    """A copy, never saved, whose recipient is the premise's."""
    supposed, request = copy(review), copy(review.access_request)
    request.engineer_country = premise.country or request.engineer_country
    request.employer_entity = premise.employer or request.employer_entity
    supposed.access_request = request
    return supposed


def _can_be_answered(row: AssessmentAnswer, version: Tree) -> bool:
    """What another tree asks otherwise, or has no such answer to, nobody answered."""
    try:
        return row.answer in dict(version.node(row.node).choices)
    except KeyError:
        return False


def _summed(facts: Facts, version: Tree) -> Facts:
    """What a tree sums up is no answer given: the ground of each provision, and the
    factors that speak one way."""
    answers = dict(facts.answers)
    for node in version.assessment_nodes:
        if node.kind == NodeKind.GROUNDS:
            answers.pop(node.code, None)
            if facts.summed_ground:
                answers[node.code] = facts.summed_ground
        if node.kind == NodeKind.WEIGHED and facts.is_asked(node.asked):
            # Where each factor has words of its own, those are the words of its side.
            answers.setdefault(node.code, "weighed")
    return replace(facts, answers=answers)


def _reliance(case: AsDecided, premise: Premise) -> Reliance:
    """What was relied on stood when it was decided, unless the premise revokes it."""
    revoked = [row for row in case.relied_on if row.pk in premise.revoked]
    names = [str(row.information_set or row.authority) for row in revoked]
    return Reliance("revoked" if revoked else "valid", case.relied_on, names)


def _proposed(
    case: AsDecided, day: date | None, provisions: Iterable[Provision]
) -> list[Provision]:
    provisions = list(provisions)
    named = [row for row in provisions if row.pk in case.named]
    protected = any(row.protected_identities_possible for row in case.sets)
    codes = codes_for_unmapped(case.review, case.unmapped)
    return [
        row
        for row in provisions
        if (
            any(proposes(other, row) for other in named)
            or (protected and row.code in PROTECTED_IDENTITIES)
            or (row.code in codes and row.holds_against_provider)
        )
        and is_in_force(row, day)
    ]


# -- What was answered of another recipient ----------------------------------------


def _outdated(
    case: AsDecided, review: SecrecyReview, reliance: Reliance
) -> frozenset[str]:
    before = _known(case.review, case)
    now = _known(review, case)
    moved = {code for code in {*before, *now} if before.get(code) != now.get(code)}
    rows = [row for row in case.answers if row.node in moved]
    requests = case.review.access_request, review.access_request
    return frozenset(
        [
            *outdated_answers(rows, now, reliance),
            *of_another(case.answers, *requests, now),
        ]
    )


def _known(review: SecrecyReview, case: AsDecided) -> dict[str, ProposedAnswer]:
    relied_on = case.relied_on
    settled = of_reliance(review, relied_on, case.level) if relied_on else {}
    return {**of_engineer(review), **settled}
