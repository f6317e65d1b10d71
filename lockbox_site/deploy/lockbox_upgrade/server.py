"""The server: where its things lie, its commands, and a sentence for who runs it."""

import os
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

RELEASES = Path("/opt/lockbox")
SETTINGS = Path("/etc/lockbox")
BACKUPS = Path("/var/backups/lockbox")
PATIENCE = 180  # seconds until what has been started has to be ready


class Trouble(Exception):
    """A sentence for whoever runs the server."""


def run(*command: str | Path, **more: Any) -> str:
    """What it says; Trouble with its last words where it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        cwd="/",
        # With the lock, which is free when the last of them has ended.
        close_fds=False,
        **more,
    )
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip()).split("\n")
        # What a traceback ends with; the journal has all of it.
        words = " ".join(line for line in lines if line[:1] != " ")[-400:]
        raise Trouble(f"`{' '.join(map(str, command))}` failed. {words}")
    return done.stdout.strip()


def succeeds(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def current() -> str:
    return os.readlink(RELEASES / "current")


def manage(*command: str) -> str:
    return run("/usr/local/sbin/lockbox-manage", "owner", *command)


def wait_until_ready() -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen("http://127.0.0.1:8000/ready", timeout=5):
                return
        except OSError as error:
            answer = error.read().decode() if hasattr(error, "read") else str(error)
        if time.monotonic() > deadline:
            raise Trouble(f"The web is not ready after {PATIENCE} seconds: {answer}")
        time.sleep(0.5)
