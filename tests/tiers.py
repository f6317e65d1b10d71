"""Which tests are long: those that took longest when all were measured.

`make test` leaves them out, `make test-long` runs them alone. To measure anew:

    make test-all PYTEST_ARGS=--junitxml=report.xml
    python -m tests.tiers report.xml
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

LIST = Path(__file__).with_name("long_tests.txt")
# Seconds of a test of every day; and of each further case of the same test.
LONGEST, LONGEST_AGAIN = 0.6, 0.2


class Case(NamedTuple):
    """A test as it was measured; its name is that of `name_of`."""

    seconds: float
    name: str

    @property
    def test(self) -> str:
        return self.name.partition("[")[0]


def mark_long(items: Iterable[pytest.Item]) -> None:
    listed = set(LIST.read_text().splitlines())
    for item in items:
        if name_of(item) in listed:
            item.add_marker(pytest.mark.long)


def name_of(item: pytest.Item) -> str:
    """A test's module and name with its case, as a JUnit report writes them."""
    module = item.nodeid.partition("::")[0].removesuffix(".py").replace("/", ".")
    return f"{module} {item.name}".encode("ascii", "backslashreplace").decode()


def long_ones(report: Path) -> list[str]:
    """Every day a test runs by its quickest case, and by others that are quick; of each
    module at least one test does."""
    modules: defaultdict[str, list[Case]] = defaultdict(list)
    for row in ElementTree.parse(report).iter("testcase"):  # noqa: S314 — ours
        module, name = str(row.get("classname")), str(row.get("name"))
        known = f"{module} {name}".encode("ascii", "backslashreplace").decode()
        modules[module].append(Case(float(row.get("time", 0)), known))
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
