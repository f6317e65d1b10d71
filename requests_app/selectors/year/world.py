"""What a year is simulated on, read once: who may and can act when, by what they are
told, ladders, products and gaps."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from requests_app.models import (
    Act,
    Authority,
    CloudObject,
    Connection,
    NoticeKind,
    NoticeLadder,
    RoleAssignment,
)
from requests_app.models.notice import OWN_WAYS
from requests_app.models.notice_rungs import DEFAULT, MARGIN, Rung, read
from requests_app.selectors.reach import PeopleByWay, people_at_work, people_by_way
from requests_app.selectors.roster.coverage import Gap, coverage_of, duty_spans
from requests_app.selectors.roster.further import FurtherShift, further_shifts

USUAL = timedelta(hours=12)
# What comes on the last day is followed to its end.
BEYOND = timedelta(days=14)
Span = tuple[datetime, datetime]


class Spans:
    """When something holds: spans that do not overlap, in their order."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = sorted(spans)
        self.begins = [begins for begins, _ends in self.spans]

    def holds(self, at: datetime) -> bool:
        place = bisect_right(self.begins, at) - 1
        return place >= 0 and at < self.spans[place][1]

    def within(self, others: "Spans") -> "Spans":
        both = ((max(a, c), min(b, d)) for a, b in self.spans for c, d in others.spans)
        return Spans((begins, ends) for begins, ends in both if begins < ends)

    def over(self, begins: datetime, ends: datetime) -> list[Span]:
        first = max(bisect_right(self.begins, begins) - 1, 0)
        return self.spans[first : bisect_right(self.begins, ends)]


@dataclass(frozen=True)
class Door:
    """A connection by which requests come for an authority."""

    authority: int
    run_by: int
    product: int
    name: str
    time: timedelta
    rungs: Sequence[Rung]
    margin: int
    by_machine: bool

    def place_of(self, act: str) -> tuple[int, int | None]:
        if act == Act.EXECUTE:
            return self.run_by, None
        return self.authority, self.product if act == Act.DECIDE else None


PlaceKey = tuple[int, int | None, str]
Places = dict[PlaceKey, dict[int, Spans]]


@dataclass
class World:
    begins: datetime
    ends: datetime
    doors: list[Door]
    # Of people, and of authorities.
    names: dict[int, str]
    authorities: dict[int, str]
    ways: dict[int, set[str]]
    # Who may and can act at a place, on duty or not; and who is on duty there too.
    able: Places
    acting: Places
    rostered: set[tuple[int, str]]
    roles: dict[tuple[int, str], set[int]]
    gaps: list[Gap]

    def there(self, places: Places, door: Door, act: str, at: datetime) -> list[int]:
        authority, product = door.place_of(act)
        people = places.get((authority, product, act), {})
        return [key for key, spans in people.items() if spans.holds(at)]

    def changes(
        self, door: Door, act: str, begins: datetime, ends: datetime
    ) -> list[datetime]:
        """When somebody comes or goes, within this time."""
        authority, product = door.place_of(act)
        people = self.acting.get((authority, product, act), {})
        return [
            moment
            for spans in people.values()
            for span in spans.over(begins, ends)
            for moment in span
            if begins <= moment < ends
        ]

    def gaps_over(self, door: Door, begins: datetime, ends: datetime) -> list[Gap]:
        """What coverage has named of the door within this time."""
        places = {door.authority, door.run_by}
        return [
            gap
            for gap in self.gaps
            if gap.authority_id in places
            and gap.begins_at < ends
            and gap.ends_at > begins
        ]


def world_of(begins: datetime, ends: datetime, *, all_ways: bool = False) -> World:
    """`all_ways`: as if everybody had told an address, a device and a number. Patterns
    go on as the sweep will lay them, beyond the weeks that are laid."""
    doors = list(_doors())
    authorities = {door.authority for door in doors} | {door.run_by for door in doors}
    people, by_way = list(people_at_work()), people_by_way(NoticeKind.ANSWER)
    everybody = get_user_model()._default_manager.filter(
        is_active=True, is_machine=False
    )
    reached = everybody.order_by() if all_ways else None
    further = further_shifts(ends + BEYOND)
    terms = authorities, begins, ends + BEYOND, reached, further
    able, acting = _places(*terms)
    coverage = coverage_of(*terms)
    unrostered = coverage.unrostered
    return World(
        begins,
        ends,
        doors,
        {person.pk: str(person) for person in people},
        {row.pk: str(row) for row in Authority.objects.filter(pk__in=authorities)},
        {person.pk: _ways(person.pk, by_way, all_ways) for person in people},
        able,
        acting,
        {(a, str(act)) for a in authorities for act in Act} - _plain(unrostered),
        _roles(authorities),
        list(chain(*coverage.gaps.values())),
    )


def _plain(unrostered: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of deciding, coverage asks of granting and of refusing."""
    return {
        (authority, str(Act.DECIDE) if act in ("grant", "refuse") else str(act))
        for authority, act in unrostered
    }


def _doors() -> Iterable[Door]:
    ladders = list(NoticeLadder.objects.filter(class_from=0))
    rows = Connection.objects.filter(is_active=True).select_related("product")
    for connection in rows:
        laid = _ladder(ladders, connection)
        minutes = connection.product.answer_minutes
        objects = CloudObject.objects.filter(
            system__connection=connection, gone_on=None
        )
        for authority in Authority.objects.filter(pk__in=objects.values("authority")):
            yield Door(
                authority.pk,
                connection.authority_id,
                connection.product_id,
                f"{authority.code}, {connection.product.name}",
                timedelta(minutes=minutes) if minutes else USUAL,
                read(laid.rungs) if laid else DEFAULT,
                laid.margin if laid else MARGIN,
                connection.is_answered,
            )


def _ladder(ladders: Sequence[NoticeLadder], connection: Connection) -> Any:
    fit = [
        row
        for row in ladders
        if row.authority_id == connection.authority_id
        and row.product_id in (None, connection.product_id)
    ]
    return max(fit, key=lambda row: row.product_id is not None, default=None)


def _places(
    authorities: Collection[int],
    begins: datetime,
    ends: datetime,
    reached: QuerySet[Any] | None,
    further: Sequence[FurtherShift],
) -> tuple[Places, Places]:
    spans: tuple[dict[Any, list[Span]], dict[Any, list[Span]]] = ({}, {})
    for row in duty_spans(authorities, begins, ends, reached, further):
        place = (row.authority_id, row.product_id, row.duty, row.person_id)
        spans[row.on_duty].setdefault(place, []).append((row.begins_at, row.ends_at))
    return _by_place(spans[0]), _by_place(spans[1])


def _by_place(spans: dict[Any, list[Span]]) -> Places:
    places: Places = {}
    for (authority, product, duty, person), theirs in spans.items():
        here = places.setdefault((authority, product, duty), {})
        here[person] = Spans(theirs)
    return places


def _ways(key: int, by_way: PeopleByWay, all_ways: bool) -> set[str]:
    return {way for way in OWN_WAYS if all_ways or key in by_way[way]}


def _roles(authorities: Collection[int]) -> dict[tuple[int, str], set[int]]:
    roles: dict[tuple[int, str], set[int]] = {}
    rows = RoleAssignment.objects.standing().filter(authority__in=authorities)
    for row in rows.filter(branch=None):
        roles.setdefault((row.authority_id, row.role), set()).add(row.person_id)
    return roles
