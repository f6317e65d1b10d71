"""Commands of manage.py: what is wrong is said at once and in one sentence."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests import moment

pytestmark = pytest.mark.long

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


@pytest.fixture
def free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def serve(*args, **environment):
    """Killed, with all it has begun, where it is not done in time: what it printed by
    then is what the test finds."""
    process = subprocess.Popen(
        [sys.executable, str(MANAGE), "serve", *args],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = threading.Timer(PATIENCE, end_session, [process.pid])
    deadline.start()
    try:
        yield process
    finally:
        deadline.cancel()
        end_session(process.pid)
        process.communicate()


def end_session(leader):
    listed = subprocess.run(
        ["pgrep", "-s", str(leader)], capture_output=True, text=True
    )
    for pid in map(int, listed.stdout.split()):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def lines_until(process, wanted):
    """What it says in a pipe up to the line that is wanted."""
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if wanted in line:
            return lines
    raise AssertionError(f"{lines} {process.stderr.read()}")


def test_a_taken_port_is_refused_in_one_sentence(taken):
    for place in (serve("--port", str(taken)), serve(PORT=str(taken))):
        with place as process:
            out, err = process.communicate()
        assert process.returncode == 1 and out == ""
        assert f"Port {taken} is taken" in err and "Traceback" not in err
        assert len(err.strip().splitlines()) == 1


def test_a_port_that_is_none_is_refused():
    with serve("--port", "99999") as process:
        _out, err = process.communicate()
    assert process.returncode == 1 and "99999 is no port" in err


def python(*command, **environment):
    return subprocess.run(
        [sys.executable, *command],
        cwd=CLONE,
        env={"PATH": os.environ["PATH"], **moment.kept(), **environment},
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


def test_the_city_is_built_once_and_served_without_a_warning(launch, state, free):
    """What `make run` does, from nothing and again."""
    place = {"LOCKBOX_STATE": str(state)}
    for building in (
        ["Building Exempelstad (invented) …"]
        + [f"Building Exempelstad (invented): {n} of 38" for n in (10, 19, 29, 38)],
        [],
    ):
        with serve("--demo", "--port", free, **place) as process:
            lines = lines_until(process, f"http://127.0.0.1:{free}/")
            with urllib.request.urlopen(f"http://127.0.0.1:{free}/healthz") as answer:
                answered = json.load(answer)
                assert answered.pop("seen_outside") is None
                assert answered.pop("what_to_do") == {}
                assert set(answered.values()) == {"ok"}
            lines_until(process, "Stop with Ctrl-C")
            # As the terminal does: to everybody in the foreground.
            os.killpg(process.pid, signal.SIGINT)
            rest, err = process.communicate()
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", int(free))), "left running"
        assert lines[:-2] == [
            "Preparing the local database …",
            *building,
            "39 requests in Exempelstad.",
        ]
        assert (rest.split("\n")[-2], err, process.returncode) == ("Stopping.", "", 0)


def test_a_database_of_an_earlier_version_is_not_built_upon(launch, state):
    with psycopg.connect(launch("start").stdout.strip()) as connection:
        connection.execute(
            "CREATE TABLE django_migrations"
            " (id serial, app text, name text, applied timestamptz)"
        )
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('requests_app', '0000_long_ago', now())"
        )
    _is_refused(state)


def test_nor_is_one_whose_migrations_were_made_anew_since(launch, state):
    process = python(str(MANAGE), "migrate", LOCKBOX_STATE=str(state))
    assert process.returncode == 0, process.stderr
    with psycopg.connect(launch("start").stdout.strip()) as connection:
        connection.execute("DROP TABLE requests_app_breach CASCADE")
    _is_refused(state)


def _is_refused(state):
    process = python(str(MANAGE), "serve", "--port", "0", LOCKBOX_STATE=str(state))
    assert process.returncode == 1 and "`make destroy` removes it" in process.stderr
    assert process.stderr.count("\n") == 1


def test_without_postgresql_nothing_is_begun(state):
    place = {"LOCKBOX_STATE": str(state), "LOCKBOX_POSTGRES_BIN": str(state)}
    process = python(str(MANAGE), "serve", "--port", "0", **place)
    assert "No PostgreSQL 15 or later found" in said(process)


def test_a_folder_that_may_not_be_written_is_named():
    process = python(str(MANAGE), "migrate", LOCKBOX_STATE="/proc/nobody")
    assert "/proc/nobody: " in said(process)
