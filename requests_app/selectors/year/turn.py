"""One act of one request, on a clock of its own: who is told, who answers, who does it.
Which rung tells whom the ladder says itself (`notice_rungs.due`)."""

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from django.utils import timezone

from requests_app.catalogue.working_days import is_office_hours
from requests_app.models import Act, NoticeWay
from requests_app.models.notice_rungs import (
    Rung,
    Taken,
    Turn,
    Whom,
    due,
    hold_until,
    moment_of,
)
from requests_app.selectors.year.people import (
    WAKES_AT,
    Case,
    is_awake,
    next_morning,
)

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
