"""Real gunicorn processes on a database of our choice."""

import itertools
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection


def environment(database: str) -> dict[str, str]:
    """This process's environment, with every login pointed at another database."""
    urls = {
        "DATABASE_URL": settings.OWNER_URL,
        "APP_DATABASE_URL": settings.APP_URL,
        "AUDITOR_DATABASE_URL": settings.AUDITOR_URL,
    }
    databases = {
        name: urlsplit(url)._replace(path=f"/{database}").geturl()
        for name, url in urls.items()
        if url
    }
    # Only this machine asks: without TLS.
    plain = {"LOCKBOX_HOSTS": "127.0.0.1", "LOCKBOX_HTTPS": "0"}
    plain["LOCKBOX_SECRET_KEY"] = str(settings.SECRET_KEY)
    return {**os.environ, **databases, **plain}


@contextmanager
def served(
    database: str, workers: int = 2, told: dict[str, str] | None = None
) -> Iterator[str]:
    """Serve the database; yields the address. Stops the processes afterwards. `told` is
    their environment beside our own."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "lockbox_site.wsgi"]
    command += ["--workers", str(workers), "--log-level", "warning"]
    command += ["--bind", f"127.0.0.1:{port}"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 — our own
            command,
            env=environment(database) | (told or {}),
            cwd=settings.BASE_DIR,
            stdout=log,
            stderr=log,
        )
        try:
            if not _answers(port, process):
                log.seek(0)
                raise RuntimeError(log.read().decode() or "gunicorn did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def memory() -> str:
    """Of the workers that this process has started, in MB: what each holds, and its own
    share of it (pages that several have are divided among them)."""
    figures = [_held(pid) for pid in sorted(_workers())]
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
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(one) for path in found for one in path.read_text().split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def _held(pid: int) -> tuple[float, float]:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    sizes = dict(re.findall(r"^(\w+): +(\d+) kB$", text, re.MULTILINE))
    return int(sizes["Rss"]) / 1024, int(sizes["Pss"]) / 1024


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    for _attempt in range(300):
        if process.poll() is not None:
            return False
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False
