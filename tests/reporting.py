"""Which tests begin, and what is said at the end: tools that are missing, and what the
time was too short for. See run.py."""

import atexit
import json
import os
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import tiers, tools

LATE = "not begun: the time is over"
LACKING = "needs "
PLACES = 10  # at which the long tests begin in turn


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("lockbox")
    group.addoption("--tests-report", help="a file for what was counted")
    group.addoption("--seconds", help="a file for how long each test took, as they end")
    group.addoption("--turn", type=int, help="begin at this place of ten, going round")
    group.addoption("--ends", type=float, help="of the monotonic clock: nothing begins")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(tool): see tests/tools.py")
    config.pluginmanager.register(Counting(config), "lockbox-counting")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    # Marks are chosen by and orders are drawn in between.
    tiers.mark_long(items)
    for item in items:
        missing = [name for name in needs(item) if not tools.TOOLS[name].is_here]
        if missing:
            item.add_marker(pytest.mark.skip(reason=LACKING + " ".join(missing)))
    yield
    keep_folders_together(items)
    if config.option.turn is not None:
        begin_at(items, config.option.turn % PLACES)


def needs(item: pytest.Item) -> set[str]:
    """The tools that a test's marks name, and those of its fixtures."""
    named = {name for mark in item.iter_markers("needs") for name in mark.args}
    fixtures = set(getattr(item, "fixturenames", ()))
    return named | {
        tool.name for tool in tools.TOOLS.values() if fixtures & set(tool.fixtures)
    }


def keep_folders_together(items: list[pytest.Item]) -> None:
    """Drawn are the order of folders, of modules in a folder and of tests in a module:
    tests of a folder begin with the same worlds (helpers/worlds.py)."""
    place: dict[Path, int] = {}
    for item in items:
        place.setdefault(item.path.parent, len(place))
    items.sort(key=lambda item: place[item.path.parent])


def begin_at(items: list[pytest.Item], place: int) -> None:
    """Modules are laid in ten places by name, and stay in their own order there."""
    modules = sorted({item.nodeid.partition("::")[0] for item in items})
    at = {name: PLACES * k // len(modules) for k, name in enumerate(modules)}
    items.sort(key=lambda item: (at[item.nodeid.partition("::")[0]] - place) % PLACES)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A program that no mark of the test names is not found, by fixtures of its module
    as little as by itself."""
    ends = item.config.option.ends
    if ends and time.monotonic() > ends:
        pytest.skip(LATE)
    os.environ["PATH"] = tools.let_find(_programs(), needs(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """What a test leaves changed of its process would be another's to meet."""
    result = yield
    mask, user, place = _of_process()
    if (mask, user, place) != BEFORE:
        os.umask(BEFORE[0])
        os.chdir(BEFORE[2])
        pytest.fail(f"{item.name} leaves mask {mask:o}, user {user} and {place}")
    return result


def _of_process() -> tuple[int, int, str]:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask, os.geteuid(), os.getcwd()


BEFORE = _of_process()


@cache
def _programs() -> Path:
    folder = tempfile.mkdtemp(prefix="lockbox-programs-")
    os.chmod(folder, 0o755)  # noqa: S103 — programs run as other users find them too
    atexit.register(shutil.rmtree, folder)
    return Path(folder)


class Counting:
    """Of a whole run; where it is run by several processes, in the one over them."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.there: set[str] = set()
        self.ran: set[str] = set()
        self.red: set[str] = set()
        self.late: list[str] = []
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.lacking: defaultdict[str, int] = defaultdict(int)
        self.other: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.there.add(report.nodeid)
        self._measure(report)
        if report.skipped and isinstance(report.longrepr, tuple):
            self._skipped(report.nodeid, report.longrepr[2].removeprefix("Skipped: "))
        elif report.when == "call":
            self.ran.add(report.nodeid)

    def _measure(self, report: pytest.TestReport) -> None:
        file = self.config.option.seconds
        if not file or "PYTEST_XDIST_WORKER" in os.environ:
            return
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.red.add(report.nodeid)
        if report.when == "teardown":
            took = self.seconds.pop(report.nodeid)
            red = " red" if report.nodeid in self.red else ""
            with Path(file).open("a") as out:
                out.write(f"{took:.2f} {report.nodeid}{red}\n")

    def _skipped(self, name: str, reason: str) -> None:
        if reason == LATE:
            self.late.append(name)
        elif reason.startswith(LACKING):
            for tool in reason.removeprefix(LACKING).split():
                self.lacking[tool] += 1
        else:
            self.other[reason] += 1

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.lacking:
            told = [
                f"{count} need {name} ({tools.TOOLS[name].packages})"
                for name, count in sorted(self.lacking.items())
            ]
            terminalreporter.line("Skipped for want of tools: " + ", ".join(told) + ".")
        if self.other:
            told = [f"{reason} ({count})" for reason, count in self.other.items()]
            terminalreporter.line("Skipped: " + "; ".join(told) + ".")

    def pytest_sessionfinish(self) -> None:
        if "PYTEST_XDIST_WORKER" in os.environ:
            return
        if file := self.config.option.tests_report:
            found = {"there": len(self.there), "ran": len(self.ran), "late": self.late}
            Path(file).write_text(json.dumps(found))
