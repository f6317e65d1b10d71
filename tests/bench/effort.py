"""What the processes of a server hold in memory, and how long they have worked."""

import itertools
import os
import re
from contextlib import suppress
from pathlib import Path

from django.db import connection


def memory() -> str:
    """Of the workers that this process has started, in MB: what each holds, and its own
    share of it (pages that several have are divided among them)."""
    figures = [_memory_of(pid) for pid in sorted(_workers())]
    return ", ".join(f"{rss:.0f} ({pss:.0f})" for rss, pss in figures)


def processor() -> float:
    """Seconds that gunicorn and the whole PostgreSQL have worked, with those of their
    processes that have ended."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        [session] = cursor.fetchone()
    parents = [*_masters(), _parent(session)]
    family = itertools.chain(parents, *map(_children, parents))
    return sum(_worked(pid) for pid in family)


def _masters() -> list[int]:
    return [pid for pid in _children(os.getpid()) if "gunicorn" in _command(pid)]


def _workers() -> list[int]:
    return [pid for master in _masters() for pid in _children(master)]


def _parent(pid: int) -> int:
    return int(_figures(pid)[1])


def _worked(pid: int) -> float:
    """The process itself, and those of its children that it has waited for."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return sum(map(int, _figures(pid)[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0


def _figures(pid: int) -> list[str]:
    """What stands in proc_pid_stat(5) after the name: its state, its parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _children(pid: int) -> list[int]:
    files = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(one) for path in files for one in path.read_text().split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def _memory_of(pid: int) -> tuple[float, float]:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    sizes = dict(re.findall(r"^(\w+): +(\d+) kB$", text, re.MULTILINE))
    return int(sizes["Rss"]) / 1024, int(sizes["Pss"]) / 1024
