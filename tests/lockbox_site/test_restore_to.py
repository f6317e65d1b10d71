"""The archive of what is written, and the way back to a second before a wrong step."""

import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from lockbox_site.postgres.cluster import programs, server_user
from lockbox_site.scratch import environment, free_port
from tests.helpers.own_cluster import copied

pytestmark = [
    pytest.mark.long,
    pytest.mark.needs("pgbackrest"),
    pytest.mark.django_db(transaction=True),
]
DEPLOY = Path(settings.BASE_DIR) / "lockbox_site/deploy/pgbackrest"
ROLES = """
create role lockbox_app nologin; create role lockbox_auditor nologin;
create role lockbox_disposal nologin; create role lockbox_owner login createdb;
grant lockbox_app, lockbox_auditor, lockbox_disposal to lockbox_owner;
"""
DATABASE = "create database lockbox owner lockbox_owner template template0"
# What systemd does on a server, to the cluster of the test.
SYSTEMCTL = """#!/bin/sh
case "$1 $2" in
"start postgresql") do="-w -l $DATA/server.log start" ;;
"stop postgresql") do="-w -m fast stop" ;;
"is-active --quiet") do=status ;;
*) exit 0 ;;
esac
exec runuser -u postgres -- "$PROGRAMS/pg_ctl" -D "$DATA" $do >/dev/null 2>&1
"""
MANAGE = """#!/bin/sh
shift
unset PGHOST PGPORT PGUSER
cd {clone} && exec {python} manage.py "$@"
"""


@pytest.fixture
def server(state):
    """A cluster with the archive, and the environment of whoever administers it."""
    if os.geteuid() or "postgres" not in {one.pw_name for one in pwd.getpwall()}:
        pytest.skip("the command is root's, and runs PostgreSQL as postgres")
    folders = {name: state / name for name in ("data", "repo", "spool", "log")}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
        shutil.chown(folder, "postgres")
    state.chmod(0o755)
    (state / "bin").mkdir()
    stand_ins = {
        "systemctl": SYSTEMCTL,
        "lockbox-manage": MANAGE.format(clone=settings.BASE_DIR, python=sys.executable),
    }
    for name, text in stand_ins.items():
        (state / "bin" / name).write_text(text)
        (state / "bin" / name).chmod(0o755)
    port, bin_folder = str(free_port()), programs(server_user())[0]
    configuration = state / "pgbackrest.conf"
    text = (DEPLOY / "lockbox.conf").read_text()
    for place, here in (
        ("/var/lib/pgbackrest", folders["repo"]),
        ("/var/spool/pgbackrest", folders["spool"]),
        ("/var/lib/postgresql/17/main", folders["data"]),
    ):
        assert place in text
        text = text.replace(place, str(here))
    log = folders["log"]
    configuration.write_text(
        f"{text}pg1-socket-path={log}\npg1-port={port}\n[global]\nlock-path={log}\n"
        f"log-path={log}\nrepo1-cipher-pass=a-passphrase-of-the-test\n"
    )
    path = f"{state}/bin:{bin_folder}:{os.environ['PATH']}:/usr/sbin"
    around = {
        **environment("lockbox"),
        "PATH": path,
        "PROGRAMS": str(bin_folder),
        "DATA": str(folders["data"]),
        "PGBACKREST_CONFIG": str(configuration),
        "PGHOST": str(log),
        "PGPORT": port,
        "PGUSER": "postgres",
        "DATABASE_URL": f"postgresql://lockbox_owner@/lockbox?host={log}&port={port}",
        "LOCKBOX_LEDGER_KEY": str(state / "key"),
        "LOCKBOX_LEDGER_FOLDER": str(state / "ledger"),
        "TZ": "UTC",
    }
    _run(around, "initdb", "-D", folders["data"], "-A", "trust", "--locale=C.UTF-8")
    with (folders["data"] / "postgresql.conf").open("a") as file:
        file.write((DEPLOY / "archive.conf").read_text())
        file.write(f"\nlisten_addresses=''\nunix_socket_directories='{log}'\n")
        file.write(f"port={port}\n")
    subprocess.run(["systemctl", "start", "postgresql"], env=around, check=True)
    yield around
    subprocess.run(["systemctl", "stop", "postgresql"], env=around)


def _run(around, *command):
    as_postgres = ["runuser", "-u", "postgres", "--", *map(str, command)]
    done = subprocess.run(as_postgres, env=around, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def _back(around, *arguments):
    command = ["sh", DEPLOY / "lockbox-restore-to", *arguments]
    return subprocess.run(command, env=around, capture_output=True, text=True)


def _objects(around):
    owner = f"host={around['PGHOST']} port={around['PGPORT']} user=postgres"
    with psycopg.connect(f"{owner} dbname=lockbox") as database:
        return database.execute(
            "select count(*) from requests_app_requestedobject"
        ).fetchone()[0]


def test_a_wrong_step_is_gone_back_before(cast, server, state, tmp_path):
    cast.proposed()
    _run(server, "psql", "-qd", "postgres", "-c", ROLES, "-c", DATABASE)
    logins = {"owner": server["DATABASE_URL"]}
    copied(logins, tmp_path / "world")
    # The archiving that has begun may have its lock: it is tried again.
    create = "pgbackrest --stanza=lockbox stanza-create"
    stanza = f"until {create}; do test $? = 50; sleep 1; done"
    _run(server, "sh", "-ec", stanza)
    early = _back(server, "2026-03-01 12:00:00")
    assert early.returncode == 64 and "nothing was touched" in early.stderr
    assert "is no moment" in _back(server, "yesterdayish").stderr
    assert "is still to come" in _back(server, "2126-03-01 12:00:00").stderr
    _run(server, "pgbackrest", "--stanza=lockbox", "--type=full", "backup")
    manage = ["lockbox-manage", "sweep"]
    for command in (["ledger_key", "log.example/ledger"], ["sweep"]):
        subprocess.run([*manage, *command], env=server, capture_output=True)
    before = _objects(server)
    time.sleep(1.1)
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    time.sleep(1.1)
    table = "requests_app_requestedobject"
    wrong = f"alter table {table} disable trigger user; delete from {table}"
    _run(server, "psql", "-qd", "lockbox", "-c", wrong)
    assert _objects(server) == 0 < before
    done = _back(server, moment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert _objects(server) == before
    assert "PostgreSQL is up after" in done.stdout and "done after" in done.stdout
    assert "guards and rights are whole" in done.stdout
    assert "contents are whole" in done.stdout
    # What lies in the archive can't be read without the passphrase.
    stored = [path.read_bytes() for path in (state / "repo").rglob("*.zst")]
    assert stored and all(text.startswith(b"Salted__") for text in stored)
