"""Keeping the processes of `serve` running: one that ends is started again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings

from lockbox_site.processes.stop_signals import Stop

Process = subprocess.Popen[bytes]
# Seconds between looks, and how long somebody who ends again and again waits.
LOOK = 0.3
LONGEST_PAUSE = 60.0
LASTED = 120.0  # from here on a process is taken to have run well


def child(command: list[str]) -> Process:
    """In a group of its own: Ctrl-C is for us, who then end the children."""
    # Nobody but this machine's browser is served: cookies may go without TLS.
    return subprocess.Popen(  # noqa: S603 — our own
        command,
        env={**os.environ, "LOCKBOX_HTTPS": "0"},
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        process_group=0,
    )


def end(process: Process) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
    end_orphans(process)


def end_orphans(process: Process) -> None:
    """End what a killed process left: workers of the web server hold its port for a
    minute."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


class SupervisedProcess:
    """One command, running; `say` is told when it has ended and comes again."""

    def __init__(self, name: str, command: list[str], say: Callable[[str], None]):
        self.name, self.command, self.say = name, command, say
        self.pause = 1.0
        self.resumes_at = 0.0
        self._begin()

    def _begin(self) -> None:
        self.began_at = time.monotonic()
        self.process: Process | None = child(self.command)

    def look(self) -> None:
        """Start it again when it has ended, after a pause that grows."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.resumes_at:
                self._begin()
            return
        code = self.process.poll()
        if code is None:
            return
        end_orphans(self.process)
        if now - self.began_at > LASTED:
            self.pause = 1.0
        self.say(
            f"The {self.name} has stopped ({_reason(code)}):"
            f" it is started again in {self.pause:g} s."
        )
        self.resumes_at = now + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)
        self.process = None

    def end(self) -> None:
        if self.process is not None:
            end(self.process)


def watch(processes: list[SupervisedProcess], stop: Stop) -> None:
    """Until somebody stops us."""
    while True:
        stop.look()
        for process in processes:
            process.look()
        time.sleep(LOOK)


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"status {code}"
