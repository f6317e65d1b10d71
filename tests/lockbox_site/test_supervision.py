"""`serve` starts again what ends, and says so."""

import os
import signal
import sys
import time

import pytest

from lockbox_site import supervision
from lockbox_site.supervision import Kept

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
    kept = Kept("watch over deadlines", SLEEPS, said.append)
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


def test_one_that_ends_again_and_again_is_waited_for_longer_each_time(
    said, monkeypatch
):
    monkeypatch.setattr(supervision, "LONGEST_PAUSE", 2.0)
    kept = Kept("web server", FAILS, said.append)
    try:
        until(lambda: len(said) == 3, kept)
    finally:
        kept.end()
    assert [line.split(" in ")[1] for line in said] == ["1 s.", "2 s.", "2 s."]
    assert "status 3" in said[0]
