"""Which tests begin, what ends them, and what is said: tools that are missing, what a
test left running, and what ran when the time was over. See run.py."""

import atexit
import faulthandler
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests import tiers, tools

LACKING = "needs "
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("lockbox")
    group.addoption("--gate", action="store_true", help="leave out what takes long")
    group.addoption("--seconds", help="a file for how long each test took, as they end")
    group.addoption("--minutes", type=float, help="after them the run ends, red")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(tool): see tests/tools.py")
    faulthandler.register(signal.SIGUSR1, os.dup(2))
    config.pluginmanager.register(Counting(config), "lockbox-counting")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    is_whole = config.args_source == config.ArgsSource.TESTPATHS and not IS_WORKER
    if is_whole and (names := tiers.unknown(items)):
        raise pytest.UsageError("No test has the name: " + ", ".join(sorted(names)))
    if config.option.gate:
        chosen = tiers.in_gate(items)
        config.hook.pytest_deselected(items=list(set(items) - set(chosen)))
        items[:] = chosen
    for item in items:
        missing = [name for name in needs(item) if not tools.TOOLS[name].is_here]
        if missing:
            item.add_marker(pytest.mark.skip(reason=LACKING + " ".join(missing)))
    yield  # an order is drawn
    keep_folders_together(items)


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


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A program that no mark of the test names is not found, by fixtures of its module
    as little as by itself."""
    os.environ["PATH"] = tools.let_find(_programs(), needs(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """What a test itself starts (and no fixture, which may be of its module)."""
    begin, started = subprocess.Popen.__init__, item.stash.setdefault(STARTED, [])

    def beginning(process: subprocess.Popen, *args: Any, **kwargs: Any) -> None:
        begin(process, *args, **kwargs)
        started.append(process)

    subprocess.Popen.__init__ = beginning
    try:
        return (yield)
    finally:
        subprocess.Popen.__init__ = begin


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """What a test leaves changed of its process, or running, would be another's to
    meet."""
    result = yield
    if left := [one for one in item.stash.get(STARTED, []) if one.poll() is None]:
        for process in left:
            _end(process)
        pytest.fail(f"{item.name} leaves running {[one.args for one in left]}")
    mask, user, place = _of_process()
    if (mask, user, place) != BEFORE:
        os.umask(BEFORE[0])
        os.chdir(BEFORE[2])
        pytest.fail(f"{item.name} leaves mask {mask:o}, user {user} and {place}")
    return result


def _end(process: subprocess.Popen) -> None:
    """With all that it has started."""
    own = psutil.Process(process.pid)
    for one in (*own.children(recursive=True), own):
        one.kill()
    process.wait(10)


def _of_process() -> tuple[int, int, str]:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask, os.geteuid(), os.getcwd()


BEFORE = _of_process()
STARTED = pytest.StashKey[list[subprocess.Popen]]()


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
        self.running: dict[str, float] = {}
        self.red: set[str] = set()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.lacking: Counter[str] = Counter()
        self.other: Counter[str] = Counter()

    def pytest_sessionstart(self) -> None:
        minutes = self.config.option.minutes
        if minutes and not IS_WORKER:
            timer = threading.Timer(minutes * 60, self._out_of_time, [minutes])
            timer.daemon = True
            timer.start()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.running[nodeid] = time.monotonic()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.running.pop(nodeid, None)

    def _out_of_time(self, minutes: float) -> None:
        """Says what ran, and where it stood, and ends the run."""
        told = [f"\n{minutes:g} minutes are over, and the run ends. There ran:"]
        for name, began in self.running.items():
            told.append(f"  {name}, for {time.monotonic() - began:.0f} s")
        os.write(2, "\n".join((*told, "")).encode())
        for process in (psutil.Process(), *psutil.Process().children()):
            process.send_signal(signal.SIGUSR1)
        time.sleep(2)  # they write
        os._exit(1)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._measure(report)
        if report.skipped and isinstance(report.longrepr, tuple):
            self._skipped(report.longrepr[2].removeprefix("Skipped: "))

    def _measure(self, report: pytest.TestReport) -> None:
        file = self.config.option.seconds
        if not file or IS_WORKER:
            return
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.red.add(report.nodeid)
        if report.when == "teardown":
            took = self.seconds.pop(report.nodeid)
            red = " red" if report.nodeid in self.red else ""
            with Path(file).open("a") as out:
                out.write(f"{took:.2f} {report.nodeid}{red}\n")

    def _skipped(self, reason: str) -> None:
        if reason.startswith(LACKING):
            self.lacking.update(reason.removeprefix(LACKING).split())
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

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        # CI has every tool: what it skips is a rule that nobody tries.
        if self.lacking and os.environ.get("CI"):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
