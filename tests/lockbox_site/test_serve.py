"""The server says at once what is wrong with its port, and where it is."""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


@pytest.fixture
def taken():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def serve(*args, **environment):
    return subprocess.Popen(
        [sys.executable, str(MANAGE), "serve", *args],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_taken_port_is_refused_in_one_sentence(taken):
    for process in (serve("--port", str(taken)), serve(PORT=str(taken))):
        out, err = process.communicate(timeout=60)
        assert process.returncode == 1 and out == ""
        assert f"Port {taken} is taken" in err and "Traceback" not in err
        assert len(err.strip().splitlines()) == 1


def test_a_port_that_is_none_is_refused():
    process = serve("--port", "99999")
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "99999 is no port" in err


def test_the_address_is_told_at_once_also_into_a_pipe():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = serve("--port", str(port))
    try:
        assert select.select([process.stdout], [], [], 30)[0], "nothing was told"
        told = os.read(process.stdout.fileno(), 10_000).decode()
        assert f"http://127.0.0.1:{port}/" in told
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
