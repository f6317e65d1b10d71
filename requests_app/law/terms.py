"""The terms of a grant as they are proposed, before they are rows; their calendar."""

from typing import NamedTuple

from holidays.countries.sweden import Sweden

# Its working days leave out weekends, holidays, and eves that are kept as holidays.
CALENDAR = Sweden(categories=("public", "de_facto"))


class ConditionTerm(NamedTuple):
    """A condition as it is proposed. `due_days` are working days."""

    kind: str
    text: str
    due_days: int | None = None


class ReservationTerm(NamedTuple):
    """A reservation as it is proposed: who is bound, and what they may not do."""

    bound: str
    prohibition: str
