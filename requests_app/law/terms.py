"""The terms of a grant as they are proposed, before they are rows."""

from typing import NamedTuple


class ConditionTerm(NamedTuple):
    """A condition as it is proposed. `due_days` are working days."""

    kind: str
    text: str
    due_days: int | None = None


class ReservationTerm(NamedTuple):
    """A reservation as it is proposed: who is bound, and what they may not do."""

    bound: str
    prohibition: str
