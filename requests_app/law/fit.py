"""How well an act fits an access: which of several fits best.

What lies within a grant `divergence` says.
"""

from typing import Any, NamedTuple

from requests_app.catalogue.countries import NAMES
from requests_app.law.divergence import (
    Act,
    Divergence,
    Granted,
    Kind,
    divergences,
    left_out,
)
from requests_app.models.event_outcome import Outcome, Reason

ACTS = frozenset(Act.values)


class Access(NamedTuple):
    """An access with what extends it. `key` is that of its first request; `numbers` are
    those by which the provider may name any of them."""

    key: int
    connection: int
    service: str
    numbers: tuple[str, ...]
    granted: Granted


class Fit(NamedTuple):
    """One act against one access; of several that with the least rank."""

    rank: tuple[Any, ...]
    access: Access
    divergences: list[Divergence]
    # Of what is said and nobody here knows: it can't be compared.
    doubts: list[Reason]
    unsaid: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        diverging = self.rank[0]
        if not diverging:
            return Outcome.UNCLEAR if self.doubts else Outcome.INSIDE
        kinds = {row.kind for row in self.divergences}
        return Outcome.OUTSIDE_TIME if Kind.TIME in kinds else Outcome.OUTSIDE_SCOPE


def fit_of(event: Any, access: Access, nearness: tuple[int, ...]) -> Fit:
    """The fewest divergences come first, then the fewest doubts, the object, the least
    that is not said; then what is nearest, and the lowest key."""
    rows = divergences(event, access.granted)
    doubts = list(_doubts(event, rows))
    kinds = [row.kind for row in rows]
    diverging = len(rows) - (Reason.UNKNOWN_COUNTRY in doubts)
    unsaid = left_out(event, access.granted)
    order = (diverging, len(doubts), Kind.OBJECT in kinds, len(unsaid))
    return Fit((*order, *nearness, access.key), access, rows, doubts, unsaid)


def _doubts(event: Any, rows: list[Divergence]) -> list[Reason]:
    """What nobody knows is neither within the grant nor outside it."""
    doubts = []
    if event.country not in NAMES and any(row.kind == Kind.PLACE for row in rows):
        doubts.append(Reason.UNKNOWN_COUNTRY)
    if event.act and event.act not in ACTS:
        doubts.append(Reason.UNKNOWN_ACT)
    return doubts


def nearness(at: int, granted: Granted) -> tuple[int, int]:
    """How far off the nearest window is, 0 while it is open; then the one opened last
    comes first."""
    return min((max(opens - at, at - ends, 0), -opens) for opens, ends in granted.times)
