"""One year: arrivals at all hours, people who sleep, do not answer or are ill, a mail
server that is down for a night and a sweep that is for a day. Which rung tells whom the
ladder says itself (`notice_rungs.due`)."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from requests_app.models import Act
from requests_app.selectors.year.people import Case, Habits, Year
from requests_app.selectors.year.turn import OneTurn
from requests_app.selectors.year.world import Door, Span, World

MINUTE = timedelta(minutes=1)
WAKES, SLEEPS = time(7), time(22)
WAKES_AT, SLEEPS_AT = 7, 22  # hours


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
