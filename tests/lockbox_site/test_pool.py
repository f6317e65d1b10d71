"""PgBouncer in between: a pool of sessions is as good as none, one of transactions is
refused before anybody meets it."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse

from lockbox_site import checks
from lockbox_site.pool import pool_hindrance, refuse_pool_of_transactions
from lockbox_site.postgres.cluster import server_user
from lockbox_site.scratch import environment, free_port
from tests import tools
from tests.helpers.web import signed_in

pytestmark = [
    pytest.mark.long,
    pytest.mark.needs("pgbouncer"),
    pytest.mark.django_db(transaction=True),
]
BETWEEN = ("default", "auditor")
CONFIGURATION = """
[databases]
* = host={server} port={server_port} user=lockbox_owner
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = {port}
auth_type = any
pool_mode = {mode}
"""


@pytest.fixture
def between(transactional_db, state):
    """Every alias of the web through PgBouncer, in a mode; and back again."""
    before = {alias: dict(connections[alias].settings_dict) for alias in BETWEEN}

    @contextmanager
    def running(mode):
        port, user = free_port(), server_user()
        here = before["default"]
        file = state / f"{mode}.ini"
        folder = state / mode
        folder.mkdir()
        shutil.chown(folder, user.pw_uid)
        file.write_text(
            CONFIGURATION.format(
                server=here["HOST"],
                server_port=here["PORT"] or 5432,
                folder=folder,
                port=port,
                mode=mode,
            )
        )
        drop = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        process = subprocess.Popen(
            [tools.path("pgbouncer"), "--quiet", file],
            **(drop if os.geteuid() == 0 else {}),
        )
        try:
            _point(host=str(folder), port=str(port))
            yield folder, port
        finally:
            process.kill()  # asked politely, it waits for whoever is connected
            process.wait(20)
            for alias, values in before.items():
                connections[alias].close()
                connections[alias].settings_dict.update(values)

    return running


def _point(host, port):
    for alias in BETWEEN:
        connections[alias].close()
        values = connections[alias].settings_dict
        options = {k: v for k, v in values["OPTIONS"].items() if k != "requirepeer"}
        values.update(HOST=host, PORT=port, OPTIONS=options)
    ends = time.monotonic() + 20
    while True:
        try:
            connections["default"].ensure_connection()
            return
        except Exception:
            assert time.monotonic() < ends
            time.sleep(0.1)


def shown(name):
    with connections["default"].cursor() as cursor:
        cursor.execute(f"show {name}")
        return cursor.fetchone()[0]


def test_through_a_pool_of_sessions_it_works_and_waits_as_long(cast, between):
    cast.proposed()
    with between("session"):
        with connections["default"].cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            raw = connections["default"].connection.info.backend_pid
            assert cursor.fetchone() != (raw,), "nothing is in between"
        waits = [shown(name) for name in ("lock_timeout", "statement_timeout", "jit")]
        assert waits == ["2s", "5min", "off"]
        assert checks.pools(databases=BETWEEN) == []
        karin = signed_in(cast.karin)
        for _time in range(2):
            page = reverse("admin:requests_app_secrecyreview_changelist")
            assert karin.get(page).status_code == 200


def test_a_pool_of_transactions_is_refused_as_the_web_starts(cast, between):
    assert checks.pools(databases=BETWEEN) == []
    with between("transaction") as (folder, port):
        messages = checks.pools(databases=BETWEEN)
        assert {one.id for one in messages} == {"lockbox.E013"}
        assert "Set pool_mode = session" in messages[0].msg
        name = connections["default"].settings_dict["NAME"]
        url = f"postgresql://lockbox_owner@/{name}?host={folder}&port={port}"
        command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0"]
        command += ["--config", "python:lockbox_site.gunicorn_settings"]
        ended = subprocess.run(
            command,
            env=environment(name) | {"DATABASE_URL": url},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode != 0
        assert "a pool stands in between" in ended.stderr


def test_a_database_that_is_down_keeps_no_web_from_starting(monkeypatch):
    for alias in BETWEEN:
        monkeypatch.setitem(connections[alias].settings_dict, "HOST", "/nowhere")
    with pytest.raises(psycopg.Error):
        pool_hindrance("default")
    refuse_pool_of_transactions()
