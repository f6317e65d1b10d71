"""Which tests are long: those that took longest when all were measured.

`make test` leaves them out, CI runs them after the others. To measure anew:

    make test-all PYTEST_ARGS=--seconds=$PWD/seconds.txt
    python -m tests.tiers seconds.txt
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

LIST = Path(__file__).with_name("long_tests.txt")
# Seconds of a test of every day; and of each further case of the same test.
LONGEST, LONGEST_AGAIN = 0.25, 0.08


class Case(NamedTuple):
    """A test as it was measured."""

    seconds: float
    name: str

    @property
    def test(self) -> str:
        return self.name.partition("[")[0]

    @property
    def module(self) -> str:
        return self.name.partition("::")[0]


def mark_long(items: Iterable[pytest.Item]) -> None:
    listed = set(LIST.read_text().splitlines())
    for item in items:
        if item.nodeid in listed:
            item.add_marker(pytest.mark.long)


def long_ones(measured: Path) -> list[str]:
    """Every day a test runs by its quickest case, and by others that are quick; of each
    module at least one test does."""
    modules: defaultdict[str, list[Case]] = defaultdict(list)
    for line in measured.read_text().splitlines():
        seconds, name = line.removesuffix(" red").split(" ", 1)
        case = Case(float(seconds), name)
        modules[case.module].append(case)
    return sorted(
        case.name
        for cases in modules.values()
        for case in cases
        if not _is_for_every_day(case, cases)
    )


def _is_for_every_day(case: Case, cases: list[Case]) -> bool:
    if case == min(cases):
        return True
    quickest = min(other for other in cases if other.test == case.test)
    return case.seconds <= (LONGEST if case == quickest else LONGEST_AGAIN)


if __name__ == "__main__":
    LIST.write_text("\n".join(long_ones(Path(sys.argv[1]))) + "\n")
