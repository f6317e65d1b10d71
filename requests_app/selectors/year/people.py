"""How people are in a simulated year, and what becomes of requests there."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from requests_app.models import Act
from requests_app.selectors.year.world import Door

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
