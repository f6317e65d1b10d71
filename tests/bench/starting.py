"""Processes that begin together, however long each takes to be ready. No Django."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

PATIENCE = 300  # seconds: one that never comes ends the others
_barriers: list[Any] = []


@contextmanager
def small_processes(number: int) -> Iterator[ProcessPoolExecutor]:
    """A small Python of its own for each of so many jobs: a copy of one that has begun
    afresh, and loaded what they work with."""
    server = get_context("forkserver")
    server.set_forkserver_preload(["tests.bench.callers"])
    barrier = (server.Barrier(number, timeout=PATIENCE),)
    with ProcessPoolExecutor(number, server, _begin_with, barrier) as pool:
        yield pool


def _begin_with(barrier: Any) -> None:
    _barriers.append(barrier)


def when_all_are_ready() -> None:
    """In a job: raises BrokenBarrierError where another is not."""
    _barriers[0].wait()
