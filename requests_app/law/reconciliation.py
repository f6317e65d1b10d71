"""What the log of a provider says that its people did, held against what was granted:
which access each act belongs to, and what came of it.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from requests_app.law.divergence import Divergence, Granted, instant
from requests_app.law.fit import Access, Fit, fit_of, nearness
from requests_app.law.open_windows import Opening, OpenWindows
from requests_app.models.event_outcome import Confidence, Outcome, Reason, Use
from requests_app.providers.log import Missing

# How far off access may have been whose time an act was outside of.
NEAR = timedelta(days=7) // timedelta.resolution
NEAR_BY_TIME = timedelta(hours=24) // timedelta.resolution
CONFIDENCE = {
    Reason.BY_NUMBER: Confidence.HIGH,
    Reason.BY_OBJECT: Confidence.MEDIUM,
    Reason.BY_TIME: Confidence.LOW,
}
# Where the grant binds these and nobody says them, it is not sure that it was inside.
WHERE_AND_WHO = {"country", "actor"}
# What names an access and did not use it.
UNUSED = (Outcome.BYPASS, Outcome.WITHOUT_GRANT)


class Match(NamedTuple):
    """`access` is a key. `unsaid` names what is bound by the grant and not said."""

    outcome: Outcome
    confidence: Confidence
    reason: Reason
    access: int | None
    divergences: list[Divergence]
    unsaid: tuple[str, ...]


class Accesses:
    """Of any number of connections. One that was refused has no windows, and belongs
    here too: an act may name its number."""

    def __init__(self, accesses: Iterable[Access]) -> None:
        self._of_key: dict[int, Access] = {}
        self._of_number: dict[tuple[int, str], list[Access]] = {}
        # By connection, service and object; None stands for any.
        self._windows: dict[tuple[int, str | None, str | None], OpenWindows]
        self._windows = defaultdict(OpenWindows)
        for access in accesses:
            self._add(access)

    def _add(self, access: Access) -> None:
        self._of_key[access.key] = access
        for number in _numbers(access.numbers):
            self._of_number.setdefault((access.connection, number), []).append(access)
        terms = _terms(access.granted)
        for opens, ends in access.granted.times:
            row = Opening(opens, ends, access.key, terms)
            for service in (None, _folded(access.service)):
                for name in (None, *access.granted.names):
                    self._windows[access.connection, service, name].add(row)

    def match(self, event: Any, connection: int) -> Match:
        numbers = _numbers(event.under)
        known = self._known(connection, numbers or _numbers(event.perhaps_under))
        if event.unasked.strip():
            return _bypass(event, known)
        if known:
            return _by_number(event, known)
        if numbers:
            return _unmatched(Confidence.HIGH, Reason.UNKNOWN_NUMBER)
        if name := _folded(event.object_name):
            return self._by_object(event, connection, name)
        return self._by_time(event, connection)

    def _known(self, connection: int, numbers: Iterable[str]) -> list[Access]:
        rows = [self._of_number.get((connection, number), []) for number in numbers]
        return [access for accesses in rows for access in accesses]

    def _by_object(self, event: Any, connection: int, name: str) -> Match:
        """Access to the object at another time comes before access that was open then
        to other objects."""
        of_object = self._of_service(event, connection, name)
        holders = _open(event, of_object)
        best = self._best(event, holders) or self._nearest(event, of_object, NEAR)
        if best is None or best.outcome in (Outcome.OUTSIDE_SCOPE, Outcome.UNCLEAR):
            # Of those that are bound alike, who has the object fits better.
            better = {row.terms for row in holders}
            of_any = _open(event, self._of_service(event, connection, None))
            others = [row for row in of_any if row.terms not in better]
            best = self._best(event, holders + others)
        if best is None:
            return _unmatched(Confidence.MEDIUM, Reason.NOTHING_OPEN)
        is_of_object = name in best.access.granted.names
        return _match(best, Reason.BY_OBJECT if is_of_object else Reason.BY_TIME)

    def _by_time(self, event: Any, connection: int) -> Match:
        windows = self._of_service(event, connection, None)
        best = self._best(event, _open(event, windows))
        best = best or self._nearest(event, windows, NEAR_BY_TIME)
        if best is None:
            return _unmatched(Confidence.LOW, Reason.NOTHING_OPEN)
        return _match(best, Reason.BY_TIME)

    def _of_service(
        self, event: Any, connection: int, name: str | None
    ) -> list[OpenWindows]:
        """Who says no service may mean any."""
        service = _folded(event.service)
        services = (service, "") if service else (None,)
        keys = [(connection, one, name) for one in services]
        return [self._windows[key] for key in keys if key in self._windows]

    def _best(self, event: Any, rows: list[Opening]) -> Fit | None:
        fits = [fit_of(event, self._of_key[row.key], (0, -row.opens)) for row in rows]
        return min(fits, key=_rank, default=None)

    def _nearest(
        self, event: Any, of_service: list[OpenWindows], within: int
    ) -> Fit | None:
        at = instant(event.happened_at)
        near = [row for windows in of_service for row in windows.nearest(at, within)]
        if not near:
            return None
        off, row = min(near, key=lambda pair: (pair[0], pair[1].order))
        return fit_of(event, self._of_key[row.key], (off, -row.opens))


def reconcile(events: Iterable[tuple[int, Any]], accesses: Accesses) -> Iterator[Match]:
    """Of each event, with its connection, in their order."""
    for connection, event in events:
        yield accesses.match(event, connection)


def usage(
    access: Access,
    matches: Iterable[Match],
    known_until: datetime | None,
    gaps: Iterable[Missing],
    now: datetime,
) -> Use:
    """`known_until`: all that happened up to then has come, but for the gaps."""
    if any(row.access == access.key and row.outcome not in UNUSED for row in matches):
        return Use.USED
    windows = access.granted.times
    if not windows:
        return Use.NEVER_USED
    last = max(ends for _opens, ends in windows)
    if instant(now) <= last:
        return Use.RUNNING
    if known_until is None or instant(known_until) < last:
        return Use.UNKNOWN
    gone = [(instant(gap.since), instant(gap.until)) for gap in gaps]
    is_hidden = any(
        since <= ends and opens <= until
        for since, until in gone
        for opens, ends in windows
    )
    return Use.UNKNOWN if is_hidden else Use.NEVER_USED


def _by_number(event: Any, known: list[Access]) -> Match:
    at = instant(event.happened_at)
    granted = [row for row in known if row.granted.times]
    if not granted:
        refused = min(row.key for row in known)
        match = _unmatched(Confidence.HIGH, Reason.NOT_GRANTED)
        return match._replace(access=refused)
    fits = [fit_of(event, row, nearness(at, row.granted)) for row in granted]
    return _match(min(fits, key=_rank), Reason.BY_NUMBER)


def _bypass(event: Any, known: list[Access]) -> Match:
    sure, reason = Confidence.HIGH, Reason.UNASKED
    match = _by_number(event, known) if known else _unmatched(sure, reason)
    return match._replace(outcome=Outcome.BYPASS, confidence=sure, reason=reason)


def _match(fit: Fit, reason: Reason) -> Match:
    outcome, confidence = fit.outcome, CONFIDENCE[reason]
    if outcome == Outcome.UNCLEAR:
        reason, confidence = fit.doubts[0], Confidence.LOW
    elif outcome == Outcome.INSIDE and not WHERE_AND_WHO.isdisjoint(fit.unsaid):
        confidence = Confidence.LOW
    return Match(
        outcome, confidence, reason, fit.access.key, fit.divergences, fit.unsaid
    )


def _unmatched(confidence: Confidence, reason: Reason) -> Match:
    return Match(Outcome.WITHOUT_GRANT, confidence, reason, None, [], ())


def _open(event: Any, of_service: list[OpenWindows]) -> list[Opening]:
    at = instant(event.happened_at)
    return [row for windows in of_service for row in windows.at(at)]


def _terms(granted: Granted) -> Hashable:
    """All that is compared, but for time and which object."""
    companies, persons = granted.companies, granted.persons
    bounds = (granted.country, granted.inside_eea, bool(granted.objects))
    return (companies, persons, *bounds)


def _numbers(names: Iterable[str]) -> set[str]:
    return {_folded(name) for name in names} - {""}


def _folded(text: str) -> str:
    return text.strip().casefold()


def _rank(fit: Fit) -> tuple[Any, ...]:
    return fit.rank
