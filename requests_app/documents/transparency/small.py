"""Numbers so small that they could point somebody out are told as 1–4."""

from collections.abc import Iterable
from typing import NamedTuple

FEWEST = 5
SMALL = f"1–{FEWEST - 1}"
# What would tell a small number by what it leaves of others.
NOT_TOLD = "uppges inte"


class Between(NamedTuple):
    """A number as everybody may know it: from what to what it is."""

    least: int
    most: int

    def __str__(self) -> str:
        if self.least == self.most:
            return f"{self.least}"
        return f"{self.least}–{self.most}"


def in_public(number: int) -> Between:
    return Between(1, FEWEST - 1) if 0 < number < FEWEST else Between(number, number)


def sum_of(numbers: Iterable[int]) -> Between:
    """What the sum of these is, as far as each of them may be known: else one that is
    small would be what is left."""
    rows = [in_public(number) for number in numbers]
    return Between(sum(row.least for row in rows), sum(row.most for row in rows))


def parts(numbers: Iterable[int]) -> list[str]:
    """How the parts of a sum that is told beside them are told: where one of them is
    small, none but the zeros, since the rest of the sum would give it away."""
    rows = list(numbers)
    is_small = any(0 < number < FEWEST for number in rows)
    return [NOT_TOLD if is_small and number else f"{number}" for number in rows]
