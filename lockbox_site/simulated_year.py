"""Simulated year: drawing, figures, people, roster file, run, turn and world."""

import csv
import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import chain, count
from random import Random
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from requests_app.core.calendar import is_office_hours
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.queue import NoticeKind
from requests_app.duty.models.notices import (
    DEFAULT,
    MARGIN,
    OWN_WAYS,
    NoticeLadder,
    NoticeWay,
    Rung,
    Taken,
    Turn,
    Whom,
    due,
    hold_until,
    moment_of,
    read,
)
from requests_app.duty.models.roster import Act
from requests_app.duty.roster.coverage import (
    FurtherShift,
    Gap,
    PeopleByWay,
    coverage_of,
    duty_spans,
    further_shifts,
    people_at_work,
    people_by_way,
)
from requests_app.registers.models.cloud import CloudObject, Connection

# What a year is simulated on, read once: who may and can act when, by what they are
# told, ladders, products and gaps.

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


# How people are in a simulated year, and what becomes of requests there.

WAKES, SLEEPS = time(7), time(22)
WAKES_AT = 7  # hours


@dataclass(frozen=True)
class Habits:
    """How people are: what is assumed, and stands in the guide."""

    # Of notices to the phone or by mail, so many are not noticed.
    silent: float = 0.2
    # Minutes until the others are answered: by day, and by whoever has been woken.
    by_phone: float = 5
    woken: float = 10
    by_mail: float = 30
    # Hours between two looks at the start page: at work; and awake, while the sweep is
    # known to be dead (the guide says so).
    looks: float = 2
    # Of days, so many somebody is ill or out of reach, and no roster knows.
    ill: float = 0.02
    # Of those who take it, so many do not come to an end.
    drops: float = 0.03
    # Minutes of work for each act.
    work: tuple[tuple[str, float], ...] = (
        (Act.REGISTER, 10),
        (Act.REVIEW, 90),
        (Act.DECIDE, 20),
        (Act.EXECUTE, 10),
    )


@dataclass
class Case:
    """What became of one request."""

    door: Door
    arrives: datetime
    ends: datetime
    seen: datetime | None = None
    decided: datetime | None = None
    answered: datetime | None = None
    waits_for: str = ""

    @property
    def has_lapsed(self) -> bool:
        return self.answered is None or self.answered > self.ends

    @property
    def is_unseen(self) -> bool:
        return self.has_lapsed and (self.seen is None or self.seen > self.ends)


@dataclass
class Year:
    cases: list[Case] = field(default_factory=list)
    notices: dict[int, int] = field(default_factory=dict)
    # Nights on which each person was woken.
    nights: dict[int, set[Any]] = field(default_factory=dict)


def is_awake(at: datetime) -> bool:
    return WAKES <= timezone.localtime(at).time() < SLEEPS


def next_morning(at: datetime) -> datetime:
    local = timezone.localtime(at)
    morning = local.replace(hour=WAKES_AT, minute=0)
    return morning if local.time() < WAKES else morning + timedelta(days=1)


# One act of one request, on a clock of its own: who is told, who answers, who does it.
# Which rung tells whom the ladder says itself (`notice_rungs.due`).

MINUTE = timedelta(minutes=1)


class OneTurn:
    """One act of one request, from when it begins to wait until it is done."""

    def __init__(
        self,
        simulation: Any,
        case: Case,
        act: str,
        begins: datetime,
        random: Random,
        reviewer: int | None,
    ) -> None:
        self.simulation, self.case, self.act = simulation, case, act
        self.begins, self.random, self.reviewer = begins, random, reviewer
        self.world, self.habits = simulation.world, simulation.habits
        self.notices: dict[tuple[str, int], int] = {}
        self.taken: list[Taken] = []
        self.now = begins
        self.events: list[tuple[datetime, int, str, int]] = []
        self.number = count()

    def run(self) -> tuple[datetime, int] | None:
        """When it was done, and by whom; None where it lapsed."""
        self._plan_rounds()
        self._plan_looks()
        while self.events:
            at, _number, kind, key = heapq.heappop(self.events)
            if at >= self.case.ends:
                return None
            self.now = at
            if kind == "round":
                self._round()
            elif kind == "done":
                return at, key
            else:
                self._answer(key)
        return None

    def _at(self, at: datetime, kind: str, key: int = 0) -> None:
        heapq.heappush(self.events, (at, next(self.number), kind, key))

    # -- The sweep -------------------------------------------------------------------

    def _plan_rounds(self) -> None:
        """Whenever something can have become due: the sweep looks each minute, and
        between these finds nothing new."""
        door, case = self.case.door, self.case
        moments = [
            moment_of(rung, case.arrives, case.ends, door.margin) for rung in door.rungs
        ]
        moments += [self.simulation.mail_down[1], self.simulation.sweep_down[1]]
        if any(rung.hours != "any" for rung in door.rungs):
            moments += _hours_between(self.begins, case.ends)
        moments += self.world.changes(door, self.act, self.begins, case.ends)
        for moment in (self.begins, *moments):
            if moment >= self.begins:
                self._plan_round(moment + MINUTE)

    def _plan_round(self, at: datetime) -> None:
        """Not while the sweep is dead: then as soon as it is alive."""
        down, up = self.simulation.sweep_down
        self._at(up + MINUTE if down <= at < up else at, "round")

    def _round(self) -> None:
        door, turn = self.case.door, self._turn()
        for tell in list(due(door.rungs, door.margin, turn, self.now)):
            if tell.by == NoticeWay.MAIL and self._mail_is_down(self.now):
                continue
            self.notices[tell.by, tell.key] = tell.rung
            if tell.by != NoticeWay.COLLEAGUES:
                self._tell(tell.key, tell.by)

    def _mail_is_down(self, at: datetime) -> bool:
        down, up = self.simulation.mail_down
        return down <= at < up

    def _turn(self) -> Turn:
        return Turn(
            begins=self.case.arrives,
            ends=self.case.ends,
            circle=self._circle,
            channels=(),
            can_tell=lambda key, way: way in self.world.ways.get(key, ()),
            is_dead=self._is_dead,
            taken=self.taken,
            notices=self.notices,
        )

    def _is_dead(self, way: str, _key: int) -> bool:
        return way == NoticeWay.MAIL and self._mail_is_down(self.now)

    def _circle(self, rung: Rung) -> Sequence[int]:
        world, door = self.world, self.case.door
        able = self._others(world.there(world.able, door, self.act, self.now))
        if rung.whom == Whom.EVERYBODY:
            return able
        if rung.whom == Whom.PERSON:
            return [rung.person] if rung.person is not None else []
        authority, _product = door.place_of(self.act)
        if rung.whom == Whom.ROLE:
            return sorted(world.roles.get((authority, rung.role), ()))
        if rung.whom == Whom.ASSIGNED:
            return []
        if (authority, str(self.act)) not in world.rostered:
            return able
        return self._others(world.there(world.acting, door, self.act, self.now))

    def _others(self, people: list[int]) -> list[int]:
        """Whoever reviewed it does not decide it."""
        if self.act != Act.DECIDE:
            return people
        return [key for key in people if key != self.reviewer]

    # -- People ----------------------------------------------------------------------

    def _tell(self, key: int, way: str) -> None:
        year = self.simulation.year
        year.notices[key] = year.notices.get(key, 0) + 1
        sleeps = not is_awake(self.now)
        if way != NoticeWay.MAIL and sleeps:
            night = timezone.localdate(self.now - timedelta(hours=WAKES_AT))
            year.nights.setdefault(key, set()).add(night)
        if self.random.random() < self.habits.silent:
            return
        if way == NoticeWay.MAIL:
            begins = next_morning(self.now) if sleeps else self.now
            minutes = self._about(self.habits.by_mail)
        else:
            begins = self.now
            minutes = self._about(self.habits.woken if sleeps else self.habits.by_phone)
        self._at(begins + timedelta(minutes=minutes), "answer", key)

    def _about(self, median: float) -> float:
        return self.random.lognormvariate(0, 0.7) * median

    def _plan_looks(self) -> None:
        """At work people look at the start page, told or not; while the sweep is dead,
        whoever is awake does."""
        at = self.begins
        gap = timedelta(hours=self.habits.looks)
        people = self._others(
            self.world.there(self.world.able, self.case.door, self.act, at)
        )
        down, up = self.simulation.sweep_down
        while at < self.case.ends and people:
            at += gap * (0.5 + self.random.random())
            is_dead = down + timedelta(hours=1) <= at < up + timedelta(hours=1)
            if is_office_hours(at) or (is_dead and is_awake(at)):
                self._at(at, "answer", self.random.choice(people))

    def _answer(self, key: int) -> None:
        """“I take it”, unless somebody has, or they are away."""
        if any(self.now < taken.until for taken in self.taken):
            return
        if timezone.localdate(self.now) in self.simulation.ill[key]:
            return
        able = self._others(
            self.world.there(self.world.able, self.case.door, self.act, self.now)
        )
        if self.case.seen is None:
            self.case.seen = self.now
        if key not in able:
            # Who may not do it, such as a manager, calls somebody who may.
            called = self.random.choice(able) if able else key
            if called in able and self.random.random() >= self.habits.silent:
                minutes = self._about(self.habits.by_mail)
                self._at(self.now + timedelta(minutes=minutes), "answer", called)
            return
        rungs = self.case.door.rungs
        rung = max(self.notices.values(), default=0)
        until = hold_until(self.now, self.case.ends, rungs[rung])
        self.taken.append(Taken(rung, until))
        self._plan_round(until + MINUTE)
        if self.random.random() >= self.habits.drops:
            minutes = self._about(dict(self.habits.work)[self.act])
            self._at(self.now + timedelta(minutes=minutes), "done", key)


def _hours_between(begins: datetime, ends: datetime) -> Iterator[datetime]:
    """When office hours can begin or end."""
    day = timezone.localdate(begins)
    zone = timezone.get_default_timezone()
    while day <= timezone.localdate(ends):
        for hour in (7, 18):
            yield datetime.combine(day, time(hour), zone)
        day += timedelta(days=1)


# One year: arrivals at all hours, people who sleep, do not answer or are ill, a mail
# server that is down for a night and a sweep that is for a day. Which rung tells whom
# the
# ladder says itself (`notice_rungs.due`).

WAKES, SLEEPS = time(7), time(22)
RUN_WAKES_AT, SLEEPS_AT = 7, 22  # hours


class Simulation:
    """A year of one seed; what happens to one request depends on no other."""

    def __init__(self, world: World, seed: int, habits: Habits | None = None) -> None:
        self.world, self.seed = world, seed
        self.habits = habits or Habits()
        random = Random(f"{seed} outages")  # noqa: S311 — a dice
        self.mail_down = self._outage(random, 22, 10)
        self.sweep_down = self._outage(random, 0, 24)
        self.ill = {key: self._days_ill(key) for key in world.names}
        self.year = Year()

    def _outage(self, random: Random, hour: int, hours: int) -> Span:
        days = max((self.world.ends - self.world.begins).days - 2, 1)
        day = timezone.localdate(self.world.begins) + timedelta(
            days=random.randrange(days)
        )
        zone = timezone.get_default_timezone()
        begins = datetime.combine(day, time(hour), zone)
        return begins, begins + timedelta(hours=hours)

    def _days_ill(self, key: int) -> set[Any]:
        random = Random(f"{self.seed} ill {key}")  # noqa: S311 — a dice
        day, days = timezone.localdate(self.world.begins), set()
        last = timezone.localdate(self.world.ends)
        while day <= last:
            if random.random() < self.habits.ill / 3:
                days |= {day + timedelta(days=n) for n in range(random.randint(1, 5))}
            day += timedelta(days=1)
        return days

    def run(self, number: int) -> Iterator[Case]:
        """As they come; `year` has them all in the end."""
        random = Random(f"{self.seed} arrivals")  # noqa: S311 — a dice
        whole = (self.world.ends - self.world.begins).total_seconds()
        moments = sorted(random.random() * whole for _case in range(number))
        for place, seconds in enumerate(moments):
            arrives = self.world.begins + timedelta(seconds=seconds)
            door = random.choice(self.world.doors)
            case = self._case(door, arrives, f"{self.seed} {place}")
            self.year.cases.append(case)
            yield case

    def whole(self, number: int) -> Year:
        for _case in self.run(number):
            pass
        return self.year

    def _case(self, door: Door, arrives: datetime, seed: str) -> Case:
        case = Case(door, arrives, arrives + door.time)
        at, reviewer = arrives, None
        for act in Act:
            if act == Act.EXECUTE and door.by_machine:
                break
            case.waits_for = act
            dice = Random(f"{seed} {act}")  # noqa: S311 — as above
            turn = OneTurn(self, case, act, at, dice, reviewer)
            done = turn.run()
            if done is None:
                return case
            at, who = done
            if act == Act.REVIEW:
                reviewer = who
            if act == Act.DECIDE:
                case.decided = at
        case.answered = at
        return case


# What a simulated year says: what lapsed, how long it took, whom it woke, and which
# single change would help most.

SHARES = (50, 95, 99)
EARLIER = 50  # percent of the time, for the last rung


class Lapsed(NamedTuple):
    case: Case
    # The gaps that coverage had named, which it lies in.
    gaps: list[Any]


class Figures(NamedTuple):
    number: int
    unseen: list[Lapsed]
    lapsed: list[Lapsed]
    to_seen: dict[int, timedelta | None]
    to_decided: dict[int, timedelta | None]
    notices: dict[str, int]
    nights: dict[str, int]


def figures_of(world: World, year: Year) -> Figures:
    lapsed = [
        Lapsed(case, world.gaps_over(case.door, case.arrives, case.ends))
        for case in year.cases
        if case.has_lapsed
    ]
    names = world.names
    return Figures(
        len(year.cases),
        [row for row in lapsed if row.case.is_unseen],
        lapsed,
        _shares((case.arrives, case.seen) for case in year.cases),
        _shares((case.arrives, case.decided) for case in year.cases),
        {names[key]: number for key, number in _most(year.notices)},
        {
            names[key]: number
            for key, number in _most({k: len(n) for k, n in year.nights.items()})
        },
    )


def _most(numbers: dict[int, int]) -> list[tuple[int, int]]:
    return sorted(numbers.items(), key=lambda item: -item[1])


def _shares(
    spans: Iterable[tuple[datetime, datetime | None]],
) -> dict[int, timedelta | None]:
    """Within what time so many percent of those that came so far had come there."""
    times = sorted(ends - begins for begins, ends in spans if ends is not None)
    return {
        share: times[min(len(times) * share // 100, len(times) - 1)] if times else None
        for share in SHARES
    }


class Change(NamedTuple):
    """One change, and what the same year would have been with it."""

    name: str
    figures: Figures


def changes(
    world: World, seed: int, habits: Habits, before: Figures
) -> Iterator[Change]:
    """The same year with each single change by itself."""
    number = before.number
    for name, changed, people in _single(world, habits, before.lapsed):
        year = Simulation(changed, seed, people).whole(number)
        yield Change(name, figures_of(changed, year))


def badness(figures: Figures) -> tuple[Any, ...]:
    """What lapsed unseen weighs most, then all that lapsed, then the slowest."""
    slowest = figures.to_decided[95] or timedelta.max
    return len(figures.unseen), len(figures.lapsed), slowest


def _single(
    world: World, habits: Habits, lapsed: Iterable[Lapsed]
) -> Iterable[tuple[str, World, Habits]]:
    doors = world.doors

    def with_doors(change: Callable[[Door], Door]) -> World:
        return replace(world, doors=[change(door) for door in doors])

    yield (
        _("The last rung already at %(percent)s percent") % {"percent": EARLIER},
        with_doors(_last_earlier),
        habits,
    )
    yield _("The first rung tells everybody who may"), with_doors(_first_all), habits
    yield _("Everybody who may has a device for notices"), _with_devices(world), habits
    yield (
        _("Half as many notices go unnoticed"),
        world,
        replace(habits, silent=habits.silent / 2),
    )
    yield from _one_more(world, habits, lapsed)


def _last_earlier(door: Door) -> Door:
    *others, last = door.rungs
    earlier = replace(last, at=min(last.at, EARLIER))
    return replace(door, rungs=(*(r for r in others if r.at <= earlier.at), earlier))


def _first_all(door: Door) -> Door:
    first, *others = door.rungs
    everybody = replace(first, whom=Whom.EVERYBODY, role="", person=None)
    return replace(door, rungs=(everybody, *others))


def _with_devices(world: World) -> World:
    ways = {key: {*by, NoticeWay.PUSH} for key, by in world.ways.items()}
    return replace(world, ways=ways)


def _one_more(
    world: World, habits: Habits, lapsed: Iterable[Lapsed]
) -> Iterable[tuple[str, World, Habits]]:
    place = _scarcest(world, lapsed)
    if place is None:
        return
    authority, _product, act = place
    more, always = -1, Spans([(world.begins, world.ends + BEYOND)])
    name = _("One more who may %(act)s at %(authority)s, at all hours") % {
        "act": str(Act(act).label).lower(),
        "authority": world.authorities[authority],
    }
    able = {**world.able, place: {**world.able.get(place, {}), more: always}}
    acting = {**world.acting, place: {**world.acting.get(place, {}), more: always}}
    names = {**world.names, more: _("one more")}
    ways = {**world.ways, more: {str(NoticeWay.MAIL), str(NoticeWay.PUSH)}}
    changed = replace(world, able=able, acting=acting, names=names, ways=ways)
    yield name, changed, habits


def _scarcest(world: World, lapsed: Iterable[Lapsed]) -> PlaceKey | None:
    """What most of what lapsed waited for; where nothing did, what the fewest do."""
    waited: Counter[PlaceKey] = Counter(
        (*row.case.door.place_of(row.case.waits_for), row.case.waits_for)
        for row in lapsed
    )
    if waited:
        return waited.most_common(1)[0][0]
    able = world.able
    return min(able, key=lambda place: (len(able[place]), str(place)), default=None)


# A simulated year as a picture: the load of each person; hour by hour what came and
# what lapsed.

WIDTH, LINE, BAR = 720, 22, 360
MOST = 25  # people


def drawn(figures: Figures, year: Year) -> str:
    """SVG, to be looked at and printed; the command prints the same in words."""
    rows = list(figures.notices.items())[:MOST]
    most = max([number for _name, number in rows] or [1])
    parts = [_text(10, 24, _("Notices and nights woken, a person"), 16)]
    y = 40
    for name, number in rows:
        width = round(BAR * number / most)
        nights = figures.nights.get(name, 0)
        parts += [
            _text(10, y + 15, name, 12),
            _box(220, y + 3, width, LINE - 6, "#1b5e8c"),
            _text(226 + width, y + 15, f"{number} / {nights}", 12),
        ]
        y += LINE
    y += 30
    parts.append(_text(10, y, _("When requests came, and what lapsed, by hour"), 16))
    y += 14
    came = Counter(timezone.localtime(case.arrives).hour for case in year.cases)
    lapsed = Counter(
        timezone.localtime(row.case.arrives).hour for row in figures.lapsed
    )
    highest = max([*came.values(), 1])
    for hour in range(24):
        x, height = 10 + hour * 29, round(90 * came[hour] / highest)
        bad = round(90 * lapsed[hour] / highest)
        parts += [
            _box(x, y + 90 - height, 24, height, "#7fa8c4"),
            _box(x, y + 90 - bad, 24, bad, "#a3231f"),
            _text(x + 4, y + 106, f"{hour:02}", 11),
        ]
    height = y + 120
    title = escape(_("A simulated year"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">'
        f"<title>{title}</title>{''.join(parts)}</svg>\n"
    )


def _text(x: int, y: int, text: str, size: int) -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="sans-serif" font-size="{size}"'
        f' fill="#1a1a1a">{escape(text)}</text>'
    )


def _box(x: int, y: int, width: int, height: int, colour: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}"/>'


# A roster to try, from a file: lines with user name, act, from and until.

FIELDS = 4


class WrongFile(Exception):
    """A line that can't be read; the text says which, and why."""


def with_roster(world: World, lines: Iterable[str]) -> World:
    """For the acts that the file names it takes the place of the roster that is laid.
    Raises WrongFile."""
    laid = _laid(lines)
    acts = {act for _person, act in laid}
    acting: Places = {
        place: people for place, people in world.acting.items() if place[2] not in acts
    }
    for place, people in world.able.items():
        if place[2] in acts:
            acting[place] = {
                person: spans.within(Spans(laid.get((person, place[2]), [])))
                for person, spans in people.items()
            }
    rostered = {(place[0], place[2]) for place in acting if place[2] in acts}
    gaps = [gap for gap in world.gaps if gap.act not in acts]
    for (authority, product, act), here in acting.items():
        if act in acts:
            for begins, ends in _holes(here.values(), world.begins, world.ends):
                gaps.append(Gap(authority, product, act, "off_duty", begins, ends))
    return replace(world, acting=acting, rostered=world.rostered | rostered, gaps=gaps)


def _laid(lines: Iterable[str]) -> dict[tuple[int, str], list[Span]]:
    people = {
        person.get_username(): person.pk
        for person in get_user_model()._default_manager.filter(is_machine=False)
    }
    laid: dict[tuple[int, str], list[Span]] = {}
    for number, row in enumerate(csv.reader(lines), 1):
        if not row or row[0].startswith("#"):
            continue
        try:
            person, act, begins, ends = _read(row, people)
        except ValueError as error:
            text = _("Line %(number)s: %(why)s") % {"number": number, "why": error}
            raise WrongFile(text) from error
        laid.setdefault((person, act), []).append((begins, ends))
    if not laid:
        raise WrongFile(_("The file has no shifts."))
    return laid


def _read(row: list[str], people: dict[str, int]) -> tuple[int, str, Any, Any]:
    if len(row) != FIELDS:
        raise ValueError(_("user name, act, from and until, separated by commas"))
    name, act, *times = (text.strip() for text in row)
    if name not in people:
        raise ValueError(_("nobody signs in as %(name)s") % {"name": name})
    if act not in Act:
        acts = ", ".join(Act.values)
        raise ValueError(_("the act is one of %(acts)s") % {"acts": acts})
    begins, ends = (_moment(text) for text in times)
    if begins >= ends:
        raise ValueError(_("it ends before it begins"))
    return people[name], act, begins, ends


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(_("a time is written as 2026-12-24 18:00"))
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _holes(people: Iterable[Spans], begins: datetime, ends: datetime) -> Iterable[Span]:
    """When nobody is there."""
    at = begins
    for start, stop in sorted(span for spans in people for span in spans.spans):
        if start > at:
            yield at, min(start, ends)
        at = max(at, stop)
        if at >= ends:
            return
    yield at, ends
