"""When nobody may and can act: the gaps of some authorities, each with its cause."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from audit_app import clock
from requests_app.models import Act, CoverageGap
from requests_app.permissions.roles import READS
from requests_app.providers import registry
from requests_app.selectors.roster.able import able_people
from requests_app.selectors.roster.further import FurtherShift
from requests_app.selectors.roster.statement import GAPS, PLACES, SPANS, WHO

AHEAD = timedelta(weeks=8)
UNROSTERED = "unrostered"


class Place(NamedTuple):
    """Where objects of an authority lie. `by_machine`: nobody has to execute."""

    authority_id: int
    product_id: int | None
    minutes: int | None
    product: str
    run_by: int | None
    by_machine: bool


class Gap(NamedTuple):
    """When nobody on duty may and can act, and the link that is missing (`cause`).
    `authority_id` of executing is whoever runs the connections."""

    authority_id: int
    product_id: int | None
    act: str
    cause: str
    begins_at: datetime
    ends_at: datetime


class Coverage(NamedTuple):
    """`unrostered`: authorities and acts for which no roster is laid; whoever has the
    role counts there as being on duty."""

    begins_at: datetime
    ends_at: datetime
    places: list[Place]
    # By authority, and whether it is of executing.
    gaps: dict[tuple[int, bool], list[Gap]]
    unrostered: set[tuple[int, str]]

    def gaps_of(self, authority: int) -> list[Gap]:
        """Those of the authority, and of whoever executes its answers."""
        others = [self.gaps.get((key, True), []) for key in self.run_for(authority)]
        return [*self.gaps.get((authority, False), []), *chain(*others)]

    def run_for(self, authority: int) -> set[int]:
        """Who runs the connections that people answer for the authority."""
        return {
            place.run_by
            for place in self.places
            if place.authority_id == authority
            and place.run_by is not None
            and not place.by_machine
        }

    def is_unrostered(self, authority: int, act: str) -> bool:
        if act == CoverageGap.Act.EXECUTE:
            runs = self.run_for(authority)
            return any((run_by, act) in self.unrostered for run_by in runs)
        if act == CoverageGap.Act.TWO_PERSONS:
            acts = (CoverageGap.Act.REVIEW, CoverageGap.Act.GRANT)
            return any((authority, one) in self.unrostered for one in acts)
        return (authority, act) in self.unrostered


def coverage_of(
    authorities: Collection[int],
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
    able: QuerySet[Any] | None = None,
    further: Sequence[FurtherShift] = (),
) -> Coverage:
    """Two queries, whatever there is. From now, eight weeks ahead. `able`: who is
    taken to be reached and to sign in, if not those who are. `further`: shifts that
    count beside those that are laid."""
    begins = begins_at or clock.now()
    ends = ends_at or begins + AHEAD
    places = places_of(authorities)
    gaps: dict[tuple[int, bool], list[Gap]] = {}
    unrostered = set()
    values = _values(places, begins, ends, further)
    for row in _of_the_able(GAPS, values, able):
        gap = Gap(*row)
        if gap.cause == UNROSTERED:
            unrostered.add((gap.authority_id, gap.act))
        else:
            is_run = gap.act == CoverageGap.Act.EXECUTE
            gaps.setdefault((gap.authority_id, is_run), []).append(gap)
    return Coverage(begins, ends, places, gaps, unrostered)


def who_may_act(
    authority: int, duty: Act, product: int | None = None, at: datetime | None = None
) -> list[int]:
    """Keys of the people on duty who may and can act at this moment: of `Act.DECIDE`
    grant or refuse, of `Act.EXECUTE` at the authority that runs the connection. Where
    no roster is laid, everybody who may and can."""
    begins = at or clock.now()
    minutes = _minutes_of(authority, product)
    run_by = authority if duty == Act.EXECUTE else None
    places = [Place(authority, product, minutes, "", run_by, False)]
    values = _values(places, begins, begins + timedelta(microseconds=1))
    return [pk for (pk,) in _of_the_able(WHO, {**values, "duty": duty.value})]


class DutySpan(NamedTuple):
    """When a person may and can do an act; `on_duty`: and is on duty for it."""

    authority_id: int
    product_id: int | None
    duty: str
    person_id: int
    on_duty: bool
    begins_at: datetime
    ends_at: datetime


def duty_spans(
    authorities: Collection[int],
    begins: datetime,
    ends: datetime,
    able: QuerySet[Any] | None = None,
    further: Sequence[FurtherShift] = (),
) -> list[DutySpan]:
    """Of everybody, within this time: what `who_may_act` is at each moment."""
    values = _values(places_of(authorities), begins, ends, further)
    return [DutySpan(*row) for row in _of_the_able(SPANS, values, able)]


def _minutes_of(authority: int, product: int | None) -> int | None:
    of_product = [p for p in places_of([authority]) if p.product_id == product]
    return of_product[0].minutes if of_product else None


def places_of(authorities: Collection[int]) -> list[Place]:
    """Where something lies; once without a product where nothing of theirs does."""
    answered = registry.names(lambda can: can.can_be_answered)
    values = {"authority": list(authorities), "answered": answered}
    places = [Place(*row) for row in _rows(PLACES, values)]
    with_any = {place.authority_id for place in places}
    without = [pk for pk in authorities if pk not in with_any]
    return [*places, *(Place(pk, None, None, "", None, False) for pk in without)]


def _values(
    places: Collection[Place],
    begins: datetime,
    ends: datetime,
    further: Sequence[FurtherShift] = (),
) -> dict[str, Any]:
    once = list(dict.fromkeys(place[:3] for place in places))
    run_by = {p.run_by for p in places if p.run_by is not None and not p.by_machine}
    return {
        "begins": begins,
        "ends": ends,
        "authority": [authority for authority, _product, _minutes in once],
        "product": [product for _authority, product, _minutes in once],
        "minutes": [minutes for _authority, _product, minutes in once],
        "runs": sorted(run_by),
        "reads": sorted(READS),
        "further_groups": [shift.group_id for shift in further],
        "further_people": [shift.person_id for shift in further],
        "further_begins": [shift.begins_at for shift in further],
        "further_ends": [shift.ends_at for shift in further],
    }


def _of_the_able(
    statement: str, values: dict[str, Any], people: QuerySet[Any] | None = None
) -> list[tuple[Any, ...]]:
    people = able_people() if people is None else people
    able, of_able = people.values("pk").query.sql_with_params()
    named = {f"able{number}": value for number, value in enumerate(of_able)}
    able %= tuple(f"%({name})s" for name in named)
    return _rows(statement.replace("ABLE", able), {**values, **named})


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
