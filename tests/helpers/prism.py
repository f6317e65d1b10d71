"""Prism: a server that speaks a provider's own specification, or stands in between."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from lockbox_site.scratch import answers, free_port

PRISM = Path(__file__).resolve().parents[1] / "node_modules" / ".bin" / "prism"


@contextmanager
def prism(specification, command, *rest):
    """`prism(specification, "mock")`, or "proxy" and an address; its own address."""
    port = free_port()
    process = subprocess.Popen(
        [PRISM, command, "-p", str(port), "--errors", specification, *rest],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    try:
        assert answers(port, process), process.stdout.read()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()
