"""`serve` starts again what ends, and says so."""

import os
import signal
import subprocess
import sys
import time

import pytest

from lockbox_site import processes
from lockbox_site.processes import SupervisedProcess

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]
FAILS = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.fixture
def said():
    return []


def until(condition, kept):
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        kept.look()
        time.sleep(0.05)
    assert condition()


def test_one_that_is_killed_is_started_again(said):
    kept = SupervisedProcess("watch over deadlines", SLEEPS, said.append)
    try:
        first = kept.process.pid
        os.kill(first, signal.SIGKILL)
        until(lambda: kept.process and kept.process.pid != first, kept)
        assert kept.process.poll() is None
        assert said == [
            "The watch over deadlines has stopped (SIGKILL): it is started again in 1 s."
        ]
    finally:
        kept.end()
    assert kept.process.poll() is not None


def test_what_a_killed_one_had_begun_does_not_outlive_it(said):
    begins = "import subprocess, sys, time; subprocess.Popen(['sleep', '600'])"
    kept = SupervisedProcess(
        "web server",
        [sys.executable, "-c", f"{begins}; time.sleep(600)"],
        said.append,
    )
    try:
        group = kept.process.pid
        until(lambda: "sleep" in _commands_of(group), kept)
        os.kill(group, signal.SIGKILL)
        until(lambda: said, kept)
        until(lambda: not _commands_of(group), kept)
    finally:
        kept.end()


def _commands_of(group):
    listed = subprocess.run(
        ["ps", "-e", "-o", "pgid=,stat=,comm="], capture_output=True, text=True
    ).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return [row[2] for row in rows if row[0] == str(group) and row[1][0] != "Z"]


def test_one_that_ends_again_and_again_is_waited_for_longer_each_time(
    said, monkeypatch
):
    monkeypatch.setattr(processes, "LONGEST_PAUSE", 2.0)
    kept = SupervisedProcess("web server", FAILS, said.append)
    try:
        until(lambda: len(said) == 3, kept)
    finally:
        kept.end()
    assert [line.split(" in ")[1] for line in said] == ["1 s.", "2 s.", "2 s."]
    assert "status 3" in said[0]
