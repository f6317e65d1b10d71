"""What PostgreSQL tells of its standby and of the archive of its log, at a real one."""

import time

import httpx
import psycopg
import pytest

from lockbox_site.postgres.cluster import programs, run, server_user
from lockbox_site.scratch import served
from tests.helpers.own_cluster import asked, copied

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
TOKEN = "a-token-of-the-watch"
FAILED = "select failed_count > 0 from pg_stat_archiver"


def test_a_standby_that_is_away_and_an_archive_that_fails(
    cast, logins, state, tmp_path
):
    copied(logins, tmp_path / "world")
    told = {
        **{"DATABASE_URL": logins["web"], "APP_DATABASE_URL": logins["web"]},
        **{"AUDITOR_DATABASE_URL": logins["audit"], "LOCKBOX_METRICS_TOKEN": TOKEN},
    }
    said(logins, "select pg_create_physical_replication_slot('auditors', true)")
    said(logins, "alter system set archive_mode = on")
    said(logins, "alter system set archive_command = '/bin/false'")
    user = server_user()
    data = next(state.glob("*/data"))
    run([str(programs(user)[0] / "pg_ctl"), "-D", str(data), "-w", "restart",
         "-l", str(data / "restarted.log")], user)  # fmt: skip
    said(logins, "select pg_switch_wal()")
    ends = time.monotonic() + 30
    while asked(logins["super"], FAILED) != [(True,)]:
        assert time.monotonic() < ends
        time.sleep(0.1)
    with served("lockbox", 1, told) as site:
        health = httpx.get(
            f"{site}/healthz", headers={"accept-language": "sv"}, timeout=60
        ).json()
        assert (health["standby"], health["archive"]) == ("away", "failing")
        assert "replikeringsplats" in health["what_to_do"]["standby"]
        figures = httpx.get(
            f"{site}/metrics", headers={"authorization": f"Bearer {TOKEN}"}, timeout=60
        ).text
        for cause in ("standby", "archive"):
            assert f'lockbox_trouble{{cause="{cause}"}} 1.0' in figures
        assert 'lockbox_standby_behind_bytes{standby="auditors"}' in figures


def said(logins, statement):
    with psycopg.connect(logins["super"], autocommit=True) as superuser:
        superuser.execute(statement)
