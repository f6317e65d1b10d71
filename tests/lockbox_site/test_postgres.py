"""The launcher for real: clusters of their own, made, killed and made again.

LOCKBOX_STATE (the parent of the per-clone state folder) keeps them apart from the
clone's own cluster; LOCKBOX_POSTGRES_BIN chooses the programs. Needs no Django.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.long

CLONE = Path(__file__).resolve().parents[2]
SUBREAPER = 36  # prctl(2): PR_SET_CHILD_SUBREAPER

Done = subprocess.CompletedProcess[str]
Launch = Callable[..., Done]


def _url(done: Done) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _ask(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def _do(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _data(state: Path) -> Path:
    return next(state.glob("*/data"))


def _socket_folder(url: str) -> Path:
    return Path(psycopg.conninfo.conninfo_to_dict(url)["host"])


def _postmaster(state: Path) -> int:
    return int((_data(state) / "postmaster.pid").read_text().split("\n")[0])


def _children(parent: int) -> list[int]:
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if file.read_text().rpartition(")")[2].split()[1] == str(parent):
                found.append(int(file.parent.name))
    return found


def _kill_all(state: Path) -> None:
    postmaster = _postmaster(state)
    children = _children(postmaster)
    assert children
    for pid in [postmaster, *children]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _mark(url: str) -> None:
    _do(url, "CREATE TABLE mark (word text)", "INSERT INTO mark VALUES ('kept')")


def _marked(url: str) -> bool:
    return _ask(url, "SELECT word FROM mark") == [("kept",)]


def test_a_second_start_returns_the_same_address(launch: Launch) -> None:
    url = _url(launch("start"))
    assert url.startswith("postgresql://lockbox_owner@/lockbox?host=%2Ftmp%2F")
    started = "SELECT pg_postmaster_start_time()"
    before = _ask(url, started)
    assert _url(launch("start")) == url
    assert _ask(url, started) == before


def test_the_owner_may_act_as_the_roles_and_is_no_superuser(launch: Launch) -> None:
    url = _url(launch("start"))
    roles = _ask(
        url,
        "SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb "
        "FROM pg_roles WHERE rolname LIKE 'lockbox%' ORDER BY rolname",
    )
    assert roles == [
        ("lockbox_app", False, False, False, False),
        ("lockbox_auditor", False, False, False, False),
        ("lockbox_disposal", False, False, False, False),
        ("lockbox_owner", True, False, False, True),
    ]
    member = "SELECT pg_has_role('{}', 'MEMBER WITH ADMIN OPTION')"
    for role in ("lockbox_app", "lockbox_auditor", "lockbox_disposal"):
        assert _ask(url, member.format(role)) == [(True,)]
        _do(url, f"SET ROLE {role}")
    _do(url, "CREATE DATABASE other", "DROP DATABASE other WITH (FORCE)")


def test_the_cluster_is_private_checked_and_utf8(launch: Launch, state: Path) -> None:
    url = _url(launch("start"))
    assert stat.S_IMODE(_data(state).stat().st_mode) == 0o700
    assert stat.S_IMODE(_socket_folder(url).stat().st_mode) == 0o700
    assert _ask(url, "SHOW data_checksums") == [("on",)]
    assert _ask(url, "SHOW server_encoding") == [("UTF8",)]
    assert _ask(url, "SELECT lower('ÅÄÖ')") == [("åäö",)]


def test_nothing_listens_on_tcp(launch: Launch, state: Path) -> None:
    url = _url(launch("start"))
    assert _ask(url, "SHOW listen_addresses") == [("",)]
    held = set()
    for descriptor in Path(f"/proc/{_postmaster(state)}/fd").iterdir():
        held.add(os.readlink(descriptor))
    assert any(name.startswith("socket:") for name in held)
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            assert f"socket:[{line.split()[9]}]" not in held


def test_data_survives_kill_9_of_the_whole_server(launch: Launch, state: Path) -> None:
    url = _url(launch("start"))
    _mark(url)
    _kill_all(state)
    assert _url(launch("start")) == url
    assert _marked(url)


def test_a_dead_server_that_nobody_reaps_does_not_block(
    launch: Launch, state: Path
) -> None:
    prctl = ctypes.CDLL(None).prctl
    prctl(SUBREAPER, 1)
    try:
        url = _url(launch("start"))
        _mark(url)
        dead = _postmaster(state)
        _kill_all(state)
        assert _url(launch("start")) == url
        assert _marked(url)
        assert ") Z " in Path(f"/proc/{dead}/stat").read_text()
    finally:
        launch("stop")
        prctl(SUBREAPER, 0)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def test_data_survives_a_reboot(launch: Launch, state: Path) -> None:
    """The socket folder is gone, and the old process number is another's."""
    url = _url(launch("start"))
    _mark(url)
    old = (_data(state) / "postmaster.pid").read_text()
    number = old.split("\n")[0]
    _kill_all(state)
    shutil.rmtree(_socket_folder(url))
    owner = _data(state).stat().st_uid
    user = owner if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=user, cwd="/") as other:
        changed = old.replace(number, str(other.pid), 1)
        (_data(state) / "postmaster.pid").write_text(changed)
        assert _url(launch("start")) == url
        assert other.poll() is None
        other.kill()
    assert _marked(url)


def test_a_running_server_whose_socket_was_swept_away_is_restarted(
    launch: Launch,
) -> None:
    url = _url(launch("start"))
    _mark(url)
    shutil.rmtree(_socket_folder(url))
    assert _url(launch("start")) == url
    assert _marked(url)


def test_two_starts_at_once_make_one_cluster(launch: Launch, state: Path) -> None:
    command = [sys.executable, "-m", "lockbox_site.postgres", "start"]
    environment = {**os.environ, "LOCKBOX_STATE": str(state)}
    both = [
        subprocess.Popen(
            command, cwd=CLONE, env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    first, second = (one.communicate()[0] for one in both)
    assert [one.returncode for one in both] == [0, 0]
    assert first == second != ""
    log = (_data(state) / "server.log").read_text()
    assert log.count("ready to accept connections") == 1


def test_stop_stops_and_destroy_leaves_nothing(launch: Launch, state: Path) -> None:
    url = _url(launch("start"))
    assert launch("status").returncode == 0
    assert launch("stop").returncode == 0
    with pytest.raises(psycopg.OperationalError):
        _ask(url, "SELECT 1")
    assert launch("status").returncode == 3
    _url(launch("start"))
    assert launch("destroy").returncode == 0
    assert not _socket_folder(url).exists()
    assert [path.suffix for path in state.iterdir()] == [".lock"]


def test_the_address_names_whose_server_it_must_be(launch: Launch) -> None:
    """In /tmp anybody may listen, where our server is not."""
    url = _url(launch("start"))
    stranger = url.rpartition("=")[0] + "=nobody"
    with pytest.raises(psycopg.OperationalError, match="requirepeer"):
        _ask(stranger, "SELECT 1")


def test_a_server_that_is_full_is_left_alone(launch: Launch, state: Path) -> None:
    url = _url(launch("start"))
    before = _postmaster(state)
    with contextlib.ExitStack() as connections:
        with pytest.raises(psycopg.OperationalError, match="slots|too many"):
            while True:
                connections.enter_context(psycopg.connect(url))
        assert _url(launch("start")) == url
    assert _postmaster(state) == before
