"""Real gunicorn processes on a database of our choice."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings

from lockbox_site.processes.web import WEB


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
    plain["LOCKBOX_SEALING_KEY"] = str(settings.SEALING_KEY)
    return {**os.environ, **databases, **plain}


@contextmanager
def served(
    database: str, workers: int = 2, variables: dict[str, str] | None = None
) -> Iterator[str]:
    """Serve the database; yields the address. Stops the processes afterwards.
    `variables` are of their environment, beside our own."""
    port = free_port()
    command = [*WEB, "--workers", str(workers), "--bind", f"127.0.0.1:{port}"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 — our own
            command,
            env=environment(database) | (variables or {}),
            cwd=settings.BASE_DIR,
            stdout=log,
            stderr=log,
        )
        try:
            if not answers(port, process):
                log.seek(0)
                raise RuntimeError(log.read().decode() or "gunicorn did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def free_port() -> int:
    """A port of this machine; somebody else may take it before it is used."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Does it, within half a minute, and before the process ends?"""
    for _attempt in range(300):
        if process.poll() is not None:
            return False
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False
