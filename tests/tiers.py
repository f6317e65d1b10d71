"""Which tests the gate runs: those that took little when all were measured, and those
of `gate.txt`, chosen by what they hold. The others are run by `make test-all`.

To measure anew:

    make test-all PYTEST_ARGS=--seconds=$PWD/seconds.txt
    python -m tests.tiers seconds.txt
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

LONG = Path(__file__).with_name("long_tests.txt")
GATE = Path(__file__).with_name("gate.txt")
# Seconds of a test of the gate; and of each further case of the same test.
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


def in_gate(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    long, chosen = _names(LONG), _names(GATE)
    return [
        item
        for item in items
        if _names_of(item) & chosen
        or not (item.get_closest_marker("long") or item.nodeid in long)
    ]


def unknown(items: Iterable[pytest.Item]) -> set[str]:
    """What the two lists name and is no test."""
    known = {name for item in items for name in _names_of(item)}
    return (_names(LONG) | _names(GATE)) - known


def _names(path: Path) -> set[str]:
    lines = path.read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def _names_of(item: pytest.Item) -> set[str]:
    """Its own, and those of its test and module."""
    case = Case(0, item.nodeid)
    return {case.name, case.test, case.module}


def long_ones(measured: Path) -> list[str]:
    """The gate has of each test the quickest case, and others that are quick; of each
    module at least one test."""
    modules: defaultdict[str, list[Case]] = defaultdict(list)
    for line in measured.read_text().splitlines():
        seconds, name = line.removesuffix(" red").split(" ", 1)
        case = Case(float(seconds), name)
        modules[case.module].append(case)
    return sorted(
        case.name
        for cases in modules.values()
        for case in cases
        if not _is_quick(case, cases)
    )


def _is_quick(case: Case, cases: list[Case]) -> bool:
    if case == min(cases):
        return True
    quickest = min(other for other in cases if other.test == case.test)
    return case.seconds <= (LONGEST if case == quickest else LONGEST_AGAIN)


if __name__ == "__main__":
    LONG.write_text("\n".join(long_ones(Path(sys.argv[1]))) + "\n")
