"""Does what was done lie within what was granted? One act against one grant.

What is said is held against all of the grant. What nobody has said can't diverge, but
for who has promised to say it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from requests_app.catalogue.countries import EEA
from requests_app.models import AccessEvent, Deviation

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
