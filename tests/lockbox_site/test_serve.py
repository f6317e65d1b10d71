"""Commands of manage.py: what is wrong is said at once and in one sentence."""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[2]
# Seconds until what hangs is given up; a slow machine is no fault.
PATIENCE = 600
MANAGE = CLONE / "manage.py"


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
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1 and out == ""
        assert f"Port {taken} is taken" in err and "Traceback" not in err
        assert len(err.strip().splitlines()) == 1


def test_a_port_that_is_none_is_refused():
    process = serve("--port", "99999")
    _out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1 and "99999 is no port" in err


def test_the_address_is_told_at_once_also_into_a_pipe():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = serve("--port", str(port))
    try:
        assert select.select([process.stdout], [], [], PATIENCE)[0], "nothing was told"
        told = os.read(process.stdout.fileno(), 10_000).decode()
        assert f"http://127.0.0.1:{port}/" in told
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def python(*command, **environment):
    return subprocess.run(
        [sys.executable, *command],
        cwd=CLONE,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def said(process):
    """The one sentence with which a command gave up."""
    assert process.returncode == 1, process.stderr
    assert process.stderr.startswith("lockbox: ") and process.stderr.count("\n") == 1
    return process.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("-c", "import lockbox_site.settings"),
        ("-c", "import lockbox_site.wsgi"),
        (str(MANAGE), "check"),
        (str(MANAGE), "help", "serve"),
    ],
    ids=" ".join,
)
def test_what_only_reads_the_settings_makes_and_starts_nothing(command, state):
    environment = {"LOCKBOX_STATE": str(state)}
    if command[0] == "-c":
        environment["DJANGO_SETTINGS_MODULE"] = "lockbox_site.settings"
    process = python(*command, **environment)
    assert process.returncode == 0, process.stderr
    assert list(state.iterdir()) == []


@pytest.mark.parametrize("command", ["sweep", "poll", "demo", "showmigrations"])
def test_a_command_without_the_local_server_says_how_to_start_it(command, state):
    process = python(str(MANAGE), command, LOCKBOX_STATE=str(state))
    assert "`make start` starts it" in said(process)


def test_traceback_still_shows_where_a_command_stopped(state):
    process = python(str(MANAGE), "poll", "--traceback", LOCKBOX_STATE=str(state))
    assert process.returncode == 1 and "Traceback" in process.stderr


@pytest.mark.parametrize(
    "url",
    [
        "mysql://owner:hemligt@db/lockbox",
        "postgresql://owner:hemligt@db",
        "postgresql://owner:hem/ligt@db/lockbox",
        "postgresql://owner:hem@ligt@db/lockbox",
        "postgresql://owner:hemligt%@db/lockbox",
        "postgresql://owner:hemligt@db:x/lockbox",
        "postgresql://owner:hemligt@db/lockbox?nonsense=1",
        "",
    ],
)
def test_an_address_that_can_not_be_read_is_named_and_not_shown(url):
    process = python(str(MANAGE), "poll", DATABASE_URL=url, LOCKBOX_SECRET_KEY="x")
    assert "lockbox: DATABASE_URL " in said(process)
    assert "ligt" not in process.stderr


def test_a_database_that_does_not_answer_is_told_in_one_sentence():
    url = "postgresql://owner:hemligt@/lockbox?host=/nowhere"
    process = python(str(MANAGE), "migrate", DATABASE_URL=url, LOCKBOX_SECRET_KEY="x")
    assert "The database can not be used: " in said(process)
    assert "hemligt" not in process.stderr


def test_a_setting_that_is_missing_is_told_in_one_sentence():
    process = python(str(MANAGE), "check", DATABASE_URL="postgresql:///lockbox")
    assert "LOCKBOX_SECRET_KEY is not set" in said(process)
