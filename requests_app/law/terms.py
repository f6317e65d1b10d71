"""The terms of a grant as they are proposed, before they are rows."""

import re
from typing import NamedTuple


class ConditionTerm(NamedTuple):
    """A condition as it is proposed. `due_days` are working days."""

    kind: str
    text: str
    due_days: int | None = None


class ReservationTerm(NamedTuple):
    """A reservation as it is proposed: which person is bound, and to what."""

    bound: str
    prohibition: str


# What the names of companies end with. A duty of silence binds persons (OSL 10:14).
COMPANIES = re.compile(
    r"(ab|ag|as|a/s|asa|b\.?v\.?|company|co\.?|corp\.?|corporation|gmbh|hb|inc\.?|kb"
    r"|limited|llc|ltd\.?|n\.?v\.?|oyj?|plc|s\.?a\.?|sarl)",
    re.IGNORECASE,
)


def names_a_person(bound: str) -> bool:
    """Does it begin with a first name and a surname, and not with a company's name? Who
    the person works for may follow after a comma."""
    words = bound.partition(",")[0].split()
    if len(words) < 2 or any(map(COMPANIES.fullmatch, words)):
        return False
    first, last = words[0], words[-1]
    has_digits = any(letter.isdigit() for letter in "".join(words))
    return first[0].isupper() and last[0].isupper() and not has_digits
