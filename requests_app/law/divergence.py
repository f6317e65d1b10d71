"""Does what was done lie within what was granted? One act against one grant.

What is said is held against all of the grant. What nobody has said can't diverge, but
for who has promised to say it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from requests_app.catalogue.countries import EEA
from requests_app.models import AccessEvent, Deviation

Kind = Deviation.Kind
Act = AccessEvent.Act
# Technical processing of what lies there takes nothing out, away or further.
NEVER_GRANTED = (Act.COPY, Act.DELETE, Act.SHARE)


class Window(NamedTuple):
    """When access was open; revoked, it was no more from then."""

    opens_at: datetime
    ends_at: datetime


class Granted(NamedTuple):
    """What the provider might do, as far as it can be compared."""

    objects: tuple[str, ...]
    windows: tuple[Window, ...]
    # Who was to do it: the provider, and the company that it named.
    companies: tuple[str, ...]
    # The persons that a reservation binds; none where nobody is named.
    persons: tuple[str, ...]
    country: str
    inside_eea: bool


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
    compared = {
        "object": (event.object_name, granted.objects),
        "employer": (event.employer or event.actor, granted.companies),
        "country": (event.country, granted.country or granted.inside_eea),
        "act": (event.act, NEVER_GRANTED),
    }
    missing = [name for name, (value, bound) in compared.items() if bound and not value]
    if missing:
        yield Divergence(Kind.UNSAID, "", ", ".join(missing))


def _of_object(event: AccessEvent, granted: Granted) -> Iterator[Divergence]:
    names = {name.casefold() for name in granted.objects}
    if event.object_name and event.object_name.strip().casefold() not in names:
        yield Divergence(Kind.OBJECT, event.object_name, ", ".join(granted.objects))


def _of_time(event: AccessEvent, granted: Granted) -> Iterator[Divergence]:
    at = event.happened_at
    if any(row.opens_at <= at <= row.ends_at for row in granted.windows):
        return
    spans = [
        f"{opens.isoformat()}/{ends.isoformat()}" for opens, ends in granted.windows
    ]
    yield Divergence(Kind.TIME, at.isoformat(), " ".join(spans))


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
