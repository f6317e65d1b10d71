"""Who can touch our information right now, by which door and on what decision, and what
we do not know. Reads only: a fixed number of queries, however much is open."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Max, Prefetch, Q, QuerySet

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
from requests_app.permissions.acts import connections_with_doors
from requests_app.permissions.request_visibility import grants_visible_to
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.dossier.objects import NamedObject, objects_of
from requests_app.selectors.log_knowledge import Knowledge, knowledge_of

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

    @property
    def is_decided(self) -> bool:
        return any(decision is not None for _review, decision in self.cases)


class RightNow(NamedTuple):
    doors: list[Door]
    open_doors: int
    undecided: list[Door]
    unknown: list[Knowledge]
    products: int

    @property
    def not_shown(self) -> int:
        return self.open_doors - len(self.doors)


def right_now(user: Any) -> RightNow:
    rows = open_grants(user)
    grants = list(rows.order_by("ends_at", "pk")[:SHOWN])
    connections = list(
        connections_with_doors(user).select_related("product__provider", "authority")
    )
    known = knowledge_of({*connections, *(_connection(grant) for grant in grants)})
    doors = _doors(user, grants, known)
    return RightNow(
        doors,
        rows.count(),
        [door for door in doors if not door.is_decided],
        [known[row.pk] for row in connections if known[row.pk].why],
        len(connections),
    )


def open_grants(user: Any) -> QuerySet[AccessGrant]:
    """Access that is open now, by the clock too: not every end has been seen yet."""
    now = clock.now()
    rows = grants_visible_to(user).filter(opens_at__lte=now, ends_at__gt=now)
    return rows.exclude(status=AccessGrant.Status.ENDED).select_related(
        "access_request__connection__product__provider",
        "access_request__connection__authority",
    )


def _connection(grant: AccessGrant) -> Connection:
    return grant.access_request.connection


def _doors(
    user: Any, grants: list[AccessGrant], known: dict[int, Knowledge]
) -> list[Door]:
    requests = [grant.access_request for grant in grants]
    first = first_of_each(requests)
    cases = _cases(user, [row.pk for row in requests])
    objects = _objects(user, [row.pk for row in requests])
    acts = _acts(set(first.values()))
    return [
        Door(
            grant,
            _connection(grant),
            objects[grant.access_request_id],
            _highest(objects[grant.access_request_id]),
            cases[grant.access_request_id],
            acts.get(first[grant.access_request_id], NO_ACTS),
            known[_connection(grant).pk],
        )
        for grant in grants
    ]


def _cases(
    user: Any, requests: list[int]
) -> dict[int, list[tuple[SecrecyReview, Decision | None]]]:
    current = Prefetch("decisions", Decision.objects.current(), to_attr="standing")
    rows: Any = visible_to(user).live().filter(access_request__in=requests)
    cases: dict[int, list[Any]] = defaultdict(list)
    for row in (
        rows.select_related("authority").prefetch_related(current).order_by("pk")
    ):
        cases[row.access_request_id].append((row, next(iter(row.standing), None)))
    return cases


def _objects(user: Any, requests: list[int]) -> dict[int, list[NamedObject]]:
    """Of what the person sees; whose an object is that nobody has routed is not
    known."""
    rows = RequestedObject.objects.still_named().filter(
        access_request__in=requests, review__in=visible_to(user).values("pk")
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
