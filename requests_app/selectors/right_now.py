"""Who can touch our information right now, by which door and on what decision, and what
we do not know. Reads only: a fixed number of queries, however much is open."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from audit_app import clock
from requests_app.law.accesses import first_of_each
from requests_app.models import (
    AccessGrant,
    Connection,
    Decision,
    EventOutcome,
    RequestedObject,
    SecrecyReview,
)
from requests_app.models.event_outcome import Outcome
from requests_app.permissions.acts import SEE_DOORS, connections_with_doors
from requests_app.permissions.request_visibility import grants_visible_to
from requests_app.permissions.revoking import revocable_among
from requests_app.permissions.roles import authorities_of
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.dossier.objects import NamedObject, objects_of
from requests_app.selectors.log_knowledge import Knowledge, knowledge_of
from requests_app.selectors.open_side_doors import SideDoors, side_doors_now

# So many doors are named, those that close first at the top; the others are counted.
SHOWN = 100


class Acts(NamedTuple):
    """What the logs tell of one access."""

    number: int
    outside: int
    last: datetime | None


NO_ACTS = Acts(0, 0, None)


class Door(NamedTuple):
    """Access that is open. `cases`: of the reviews that the person sees, each with its
    decision; `level` is the highest class of what lies in the objects."""

    grant: AccessGrant
    connection: Connection
    objects: list[NamedObject]
    level: int | None
    cases: list[tuple[SecrecyReview, Decision | None]]
    acts: Acts
    knowledge: Knowledge
    may_revoke: bool

    @property
    def is_decided(self) -> bool:
        """What is another authority's is decided there."""
        return not self.cases or any(decision for _review, decision in self.cases)


class NotKnown(NamedTuple):
    """`is_theirs`: does the person's authority run the connection?"""

    connection: Connection
    why: str
    is_theirs: bool


class RightNow(NamedTuple):
    """`doors`: those without a decision at the top."""

    doors: list[Door]
    side_doors: SideDoors
    open_grants: int
    unknown: list[NotKnown]
    products: int

    @property
    def open_doors(self) -> int:
        return self.open_grants + self.side_doors.number

    @property
    def undecided(self) -> int:
        of_cases = sum(not door.is_decided for door in self.doors)
        return of_cases + self.side_doors.number_undecided

    @property
    def not_shown(self) -> int:
        return self.open_grants - len(self.doors)

    @property
    def side_doors_not_shown(self) -> int:
        return self.side_doors.number - len(self.side_doors.shown)


def right_now(user: Any, within: int | None = None) -> RightNow:
    """As the person sees it; of one authority's reviews alone, if it is named."""
    reviews: Any = visible_to(user).live()
    rows = open_grants(user)
    if within is not None:
        reviews = reviews.filter(authority=within)
        theirs = reviews.filter(access_request=OuterRef("access_request"))
        rows = rows.filter(Exists(theirs))
    keys = list(rows.order_by("ends_at", "pk").values_list("pk", flat=True))
    grants = _read(keys[:SHOWN])
    connections = list(
        connections_with_doors(user).select_related("product__provider", "authority")
    )
    known = knowledge_of({*connections, *(_connection(grant) for grant in grants)})
    doors = _doors(user, reviews, grants, known)
    return RightNow(
        sorted(doors, key=lambda door: door.is_decided),
        side_doors_now(user),
        len(keys),
        _unknown(user, [known[row.pk] for row in connections]),
        len(connections),
    )


def _unknown(user: Any, known: Iterable[Knowledge]) -> list[NotKnown]:
    runs = authorities_of(user, *SEE_DOORS)
    return [
        NotKnown(row.connection, row.why, row.connection.authority_id in runs)
        for row in known
        if row.why
    ]


def open_grants(user: Any) -> QuerySet[AccessGrant]:
    """Access that is open now, by the clock too: not every end has been seen yet."""
    now = clock.now()
    rows = grants_visible_to(user).filter(opens_at__lte=now, ends_at__gt=now)
    return rows.exclude(status=AccessGrant.Status.ENDED)


def _read(keys: list[int]) -> list[AccessGrant]:
    related = AccessGrant.objects.select_related(
        "access_request__connection__product__provider",
        "access_request__connection__authority",
    )
    grants = related.in_bulk(keys)
    return [grants[key] for key in keys]


def _connection(grant: AccessGrant) -> Connection:
    return grant.access_request.connection


def _doors(
    user: Any, reviews: Any, grants: list[AccessGrant], known: dict[int, Knowledge]
) -> list[Door]:
    requests = [grant.access_request for grant in grants]
    keys = [row.pk for row in requests]
    first = first_of_each(requests)
    cases, objects = _cases(reviews, keys), _objects(reviews, keys)
    acts = _acts(set(first.values()))
    revocable = revocable_among(user, keys) if keys else set()
    return [
        Door(
            grant,
            _connection(grant),
            objects[request.pk],
            _highest(objects[request.pk]),
            cases[request.pk],
            acts.get(first[request.pk], NO_ACTS),
            known[_connection(grant).pk],
            request.pk in revocable and request.revoked_at is None,
        )
        for grant, request in zip(grants, requests, strict=True)
    ]


def _cases(
    reviews: Any, requests: list[int]
) -> dict[int, list[tuple[SecrecyReview, Decision | None]]]:
    current = Prefetch("decisions", Decision.objects.current(), to_attr="standing")
    rows: Any = reviews.filter(access_request__in=requests).order_by("pk")
    cases: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related("authority").prefetch_related(current):
        cases[row.access_request_id].append((row, next(iter(row.standing), None)))
    return cases


def _objects(reviews: Any, requests: list[int]) -> dict[int, list[NamedObject]]:
    """Of what the person sees; whose an object is that nobody has routed is not
    known."""
    rows = RequestedObject.objects.still_named().filter(
        access_request__in=requests, review__in=reviews.values("pk")
    )
    objects: dict[int, list[NamedObject]] = defaultdict(list)
    for named in objects_of(rows.order_by("pk")):
        objects[named.row.access_request_id].append(named)
    return objects


def _highest(objects: Iterable[NamedObject]) -> int | None:
    levels = [
        entry.classification.confidentiality
        for named in objects
        for entry in named.sets
        if entry.classification is not None
    ]
    return max(levels, default=None)


def _acts(keys: set[int]) -> dict[int, Acts]:
    rows = EventOutcome.objects.current().filter(access_request__in=keys)
    outside = Count("pk", filter=~Q(outcome=Outcome.INSIDE))
    counted = (
        rows.order_by()
        .values("access_request")
        .annotate(number=Count("pk"), outside=outside, last=Max("event__happened_at"))
    )
    return {
        row["access_request"]: Acts(row["number"], row["outside"], row["last"])
        for row in counted
    }
