"""The rungs of a notice ladder, and the one rule of which of them tells whom at a
moment: the sweep asks it, and so does the simulation of a year. Nothing here reads."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.catalogue.working_days import is_office_hours
from requests_app.models.notice import OWN_WAYS, NoticeWay
from requests_app.models.role import Role


class Whom(models.TextChoices):
    ON_DUTY = "on_duty", gettext_lazy("Those on duty")
    ASSIGNED = "assigned", gettext_lazy("The case officer")
    ROLE = "role", gettext_lazy("Everybody with a role")
    PERSON = "person", gettext_lazy("A person by name")
    EVERYBODY = "everybody", gettext_lazy("Everybody who may")


class Hours(models.TextChoices):
    ANY = "any", gettext_lazy("At all hours")
    OFFICE = "office", gettext_lazy("In office hours")
    OTHER = "other", gettext_lazy("Outside office hours")


@dataclass(frozen=True)
class Rung:
    """Whom to tell, by what, from so many percent of the time to our own deadline on.
    Whoever then takes the case has `hold` minutes before the ladder goes on."""

    at: int
    whom: str
    by: tuple[str, ...]
    role: str = ""
    person: int | None = None
    hours: str = Hours.ANY
    hold: int = 120

    def is_open(self, at: datetime) -> bool:
        """Does it tell anybody at this hour?"""
        if self.hours == Hours.ANY:
            return True
        return is_office_hours(at) == (self.hours == Hours.OFFICE)

    def __str__(self) -> str:
        whom = Role(self.role) if self.whom == Whom.ROLE else Whom(self.whom)
        ways = ", ".join(str(NoticeWay(way).label) for way in self.by)
        when = "" if self.hours == Hours.ANY else f" ({Hours(self.hours).label})"
        return f"{self.at} %: {whom.label}, {ways}{when}"


class Rungs(list[dict[str, Any]]):
    """As the database keeps them; in words where a page shows the column."""

    def __str__(self) -> str:
        return "; ".join(str(rung) for rung in read(self))


class RungsField(models.JSONField):
    """The rungs of a ladder: settled together, as one value."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        value = super().from_db_value(value, expression, connection)
        return Rungs(value) if isinstance(value, list) else value

    def deconstruct(self) -> Any:
        # What Python makes of the column is no migration's.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def to_python(self, value: Any) -> Any:
        return Rungs(value) if isinstance(value, list) else value


# Where an authority has laid no ladder of its own.
DEFAULT = (
    Rung(0, Whom.ON_DUTY, (NoticeWay.MAIL, NoticeWay.COLLEAGUES)),
    Rung(30, Whom.ON_DUTY, (NoticeWay.MAIL, NoticeWay.PUSH)),
    Rung(50, Whom.ON_DUTY, OWN_WAYS),
    Rung(60, Whom.ROLE, OWN_WAYS, role=Role.IT_MANAGER),
    Rung(75, Whom.EVERYBODY, tuple(NoticeWay)),
)
MOST = 8  # rungs of one ladder
# Our own deadline lies so many percent of the time before the provider's.
MARGIN = 10


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Rung, ...]:
    return tuple(Rung(**{**row, "by": tuple(row["by"])}) for row in rows)


def written(rungs: Iterable[Rung]) -> Rungs:
    return Rungs({**rung.__dict__, "by": list(rung.by)} for rung in rungs)


def faults(rungs: Sequence[Rung]) -> Iterator[tuple[int, str]]:
    """What is wrong with a ladder, each with the rung that it is about."""
    last = len(rungs) - 1
    for place, rung in enumerate(rungs):
        if place and rung.at < rungs[place - 1].at:
            yield place, _("The rungs stand in the order in which they come.")
        if not rung.by:
            yield place, _("Choose at least one way to tell them.")
        if (rung.whom == Whom.ROLE) != bool(rung.role):
            yield place, _("A role is chosen where everybody with it is told.")
        if (rung.whom == Whom.PERSON) != (rung.person is not None):
            yield place, _("A person is chosen where one is told by name.")
    if last < 0 or rungs[last].whom != Whom.EVERYBODY or rungs[last].hours != Hours.ANY:
        yield (
            max(last, 0),
            _("The last rung tells everybody who may, at all hours."),
        )


class Taken(NamedTuple):
    """That somebody has said “I take it”, on the rung that had been reached."""

    rung: int
    until: datetime


class Tell(NamedTuple):
    """Tell whom, by what: a person or a channel of colleagues, by key."""

    rung: int
    by: str
    key: int


@dataclass(frozen=True)
class Turn:
    """What waits, as far as a ladder asks: its clock, whom a rung means now, by what
    each can be told, and what has been told and taken already."""

    begins: datetime
    ends: datetime
    circle: Callable[[Rung], Sequence[int]]
    channels: Sequence[int]
    # Is there a way to tell the person so; and is it known to be dead?
    can_tell: Callable[[int, str], bool]
    is_dead: Callable[[str, int], bool]
    taken: Sequence[Taken]
    # The highest rung on which a person or channel was told so: by way and key.
    notices: Mapping[tuple[str, int], int]


def moment_of(rung: Rung, begins: datetime, ends: datetime, margin: int) -> datetime:
    ours = (ends - begins) * (100 - margin) / 100
    return begins + ours * rung.at / 100


def hold_until(at: datetime, ends: datetime, rung: Rung) -> datetime:
    """Until when whoever takes it is left in peace: never longer than half the time."""
    return min(at + timedelta(minutes=rung.hold), at + max(ends - at, timedelta()) / 2)


def reached(rungs: Sequence[Rung], margin: int, turn: Turn, at: datetime) -> int:
    """How many rungs have been reached: those whose time it is; and the next at once
    after one that reaches nobody, or that somebody took and did not come to an end."""
    number = 0
    for rung in rungs:
        is_time = moment_of(rung, turn.begins, turn.ends, margin) <= at
        if not is_time and not (number and _is_passed(rungs, number - 1, turn, at)):
            break
        number += 1
    return number


def _is_passed(rungs: Sequence[Rung], place: int, turn: Turn, at: datetime) -> bool:
    if any(taken.rung == place and taken.until <= at for taken in turn.taken):
        return True
    rung = rungs[place]
    return rung.is_open(at) and not any(
        not turn.is_dead(way, key) for way, key in targets(rung, turn)
    )


def targets(rung: Rung, turn: Turn) -> Iterator[tuple[str, int]]:
    """Whom the rung means now, each by the ways there are to them."""
    people = turn.circle(rung)
    for way in rung.by:
        if way == NoticeWay.COLLEAGUES:
            yield from ((way, key) for key in turn.channels)
        else:
            yield from ((way, key) for key in people if turn.can_tell(key, way))


def is_held(turn: Turn, at: datetime) -> bool:
    """Has somebody taken it, and time left for it?"""
    return any(at < taken.until for taken in turn.taken)


def due(rungs: Sequence[Rung], margin: int, turn: Turn, at: datetime) -> Iterator[Tell]:
    """What is to be told now. Nobody twice at once by the same way: whoever several
    rungs mean is told on the highest."""
    if is_held(turn, at) or at >= turn.ends:
        return
    best: dict[tuple[str, int], int] = {}
    for place in range(reached(rungs, margin, turn, at)):
        if rungs[place].is_open(at):
            best.update(dict.fromkeys(targets(rungs[place], turn), place))
    for (way, key), place in best.items():
        if turn.notices.get((way, key), -1) < place:
            yield Tell(place, way, key)
