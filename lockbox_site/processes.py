"""Processes: garbage collection, progress, stop signals, supervision, web and web
worker."""

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import OutputWrapper
from gunicorn.workers.sync import SyncWorker

# Python's collector of garbage, for a process that loads much and keeps it.

# Objects made and not freed until the youngest are looked through; a page makes some
# tens of thousands, and frees them by itself.
YOUNG = 50_000


def look_seldom() -> None:
    """Before anything is loaded: looking took a fifth of the time of that."""
    gc.set_threshold(YOUNG, 20, 100)


def keep_what_is_loaded() -> None:
    """To look through it, again and again, took an eighth of the time of a page."""
    gc.collect()
    gc.freeze()


# How far something long has come: one line that is drawn over where somebody looks, a
# few lines in a pipe.


def say(stdout: OutputWrapper, text: str) -> None:
    """A line that stays, in place of the one that was drawn."""
    draw(stdout, "")
    stdout.write(text)
    stdout.flush()


def draw(stdout: OutputWrapper, text: str) -> None:
    if stdout.isatty():
        stdout.write(f"\r\033[K{text}", ending="")
        stdout.flush()


def one(_piece: Any) -> int:
    return 1


def follow(
    work: Iterable[Any],
    total: int,
    text: str,
    stdout: OutputWrapper,
    size: Callable[[Any], int] = one,
) -> None:
    """Do the work piece by piece, and show how much is done. `size`: what a piece
    counts for."""
    count = 0
    for piece in work:
        before, count = count, count + size(piece)
        line = f"{text}: {count} of {total}"
        draw(stdout, line)
        if not stdout.isatty() and count * 4 // total > before * 4 // total:
            say(stdout, line)
    draw(stdout, "")


# Being told to stop: Ctrl-C, `kill`, or a terminal that closes.
#
# It is remembered, and what runs looks. An exception alone can be lost on its way, for
# Python drops what is raised while an object is thrown away; and it can come between
# the
# start of a process and the line that keeps it.

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    def __init__(self) -> None:
        self._is_asked = self._breaks_off = False
        # A shell lets what it begins in the background ignore the first.
        for sign in SIGNALS:
            signal.signal(sign, self._ask)

    def look(self) -> None:
        """Raise KeyboardInterrupt once somebody has asked: here we can end."""
        if self._is_asked:
            raise KeyboardInterrupt

    @contextmanager
    def breaks_off(self) -> Iterator[None]:
        """What never looks and starts nothing is interrupted wherever it is."""
        self._breaks_off = True
        try:
            yield
        finally:
            self._breaks_off = False

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._is_asked = True
        if self._breaks_off:
            self._breaks_off = False
            raise KeyboardInterrupt


# Keeping the processes of `serve` running: one that ends is started again.

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


# How the web is started, by whoever starts it on this machine.

SETTINGS = "python:lockbox_site.gunicorn_settings"
WEB = (
    *(sys.executable, "-m", "gunicorn", "--config", SETTINGS),
    *("--log-level", "warning"),
)


# A process of gunicorn's that is alive for as long as something flows from it.
#
# An export takes minutes. The time-out ends a process from which nothing has come for
# so
# long, and not one in the midst of a file.


class WebWorker(SyncWorker):
    wsgi: Any

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi = self._alive_while_it_flows(self.wsgi)

    def _alive_while_it_flows(self, application: Any) -> Any:
        def answer(environ: dict[str, Any], start_response: Any) -> Any:
            body = application(environ, start_response)
            if isinstance(body, environ["wsgi.file_wrapper"]):
                return body  # the kernel sends a file
            return self._noticed(body)

        return answer

    def _noticed(self, body: Iterable[bytes]) -> Iterator[bytes]:
        try:
            for part in body:
                self.notify()
                yield part
        finally:
            if hasattr(body, "close"):
                body.close()
