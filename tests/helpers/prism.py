"""Prism: a server that speaks a provider's own specification, or stands in between."""

import os
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

PRISM = Path(__file__).resolve().parents[1] / "node_modules" / ".bin" / "prism"
GENEROUS = 300.0  # seconds


@contextmanager
def prism(specification, command, *rest):
    """`prism(specification, "mock")`, or "proxy" and an address; its own address."""
    port = _free_port()
    process = subprocess.Popen(
        [PRISM, command, "-p", str(port), "--errors", specification, *rest],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    try:
        _wait_for(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(process, port):
    end = time.monotonic() + GENEROUS
    while process.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"Prism did not start: {process.stdout.read()}")
