"""The auditor's login at a real streaming replica: read there, put on record here."""

import shutil
import time
from contextlib import contextmanager
from urllib.parse import urlencode

import httpx
import psycopg
import pytest
from django.utils import timezone

from audit_app import ledger
from lockbox_site.postgres.cluster import programs, run, server_user
from lockbox_site.scratch import served
from tests.helpers.own_cluster import asked, copied
from tests.helpers.web import signed_in
from tests.workbench.auditing.test_pages import addresses

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
PORT = "5433"  # of the socket's name only
UNTIL = "Läses från en kopia av databasen"
READS = "select count(*) from audit_app_ledgerentry where event = 'audit.read'"


class Replica:
    """Of the cluster in `state`, made as docs/operations.md has it."""

    def __init__(self, state, logins):
        self.user = server_user()
        self.bin = programs(self.user)[0]
        self.data = state / "replica"
        self.primary = next(state.glob("*/data"))
        self.folder = psycopg.conninfo.conninfo_to_dict(logins["super"])["host"]
        self.urls = {name: f"{url}&port={PORT}" for name, url in logins.items()}
        with (self.primary / "pg_hba.conf").open("a") as file:
            file.write("local replication all peer map=lockbox\n")
        asked(logins["super"], "select pg_reload_conf()")
        self.data.mkdir(0o700)
        shutil.chown(self.data, self.user.pw_uid)
        self._run("pg_basebackup", "-R", "-D", str(self.data), "-h", self.folder,
                  "-U", "postgres", "-c", "fast", "-C", "-S", "auditors")  # fmt: skip

    def _run(self, name, *arguments):
        run([str(self.bin / name), *arguments], self.user)

    @contextmanager
    def running(self):
        where = f"-k {self.folder} -c port={PORT} -c hot_standby_feedback=on"
        log = str(self.data / "server.log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", where, "start")
        try:
            yield
        finally:
            self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    def caught_up(self, logins):
        """Wait until it holds all that the primary has written so far."""
        at = asked(logins["super"], "select pg_current_wal_lsn()")[0][0]
        ends = time.monotonic() + 15
        passed = f"select pg_last_wal_replay_lsn() >= '{at}'"
        while asked(self.urls["super"], passed) != [(True,)]:
            assert time.monotonic() < ends, "the replica does not catch up"
            time.sleep(0.05)


def test_the_auditors_pages_are_read_from_a_replica(cast, logins, state, tmp_path):
    review = cast.answered(number="EXSR500")
    agnes = signed_in(cast.agnes)
    cookie = agnes.cookies["sessionid"].value
    copied(logins, tmp_path / "world")
    replica = Replica(state, logins)
    told = {
        "DATABASE_URL": logins["web"],
        "APP_DATABASE_URL": logins["web"],
        "AUDITOR_DATABASE_URL": replica.urls["audit"],
    }
    cookies = {"sessionid": cookie}
    with (
        served("lockbox", 1, told) as site,
        httpx.Client(base_url=site, cookies=cookies, timeout=60) as http,
    ):
        with replica.running():
            assert asked(replica.urls["audit"], "select pg_is_in_recovery()") == [
                (True,)
            ]
            # Whoever reads the primary, by whichever address, reads no copy.
            assert asked(logins["super"], ledger.HOLDS_UNTIL) == [(None,)]
            # Before it has heard of anything that was written since it began, too.
            assert UNTIL in http.get("/revision/").text
            replica.caught_up(logins)
            for path in addresses(review, cast.karin):
                answer = http.get(path)
                assert answer.status_code == (302 if "/find/" in path else 200), path
                assert "/find/" in path or UNTIL in answer.text, path
            who = "select usename from pg_stat_activity"
            assert ("lockbox_audit",) in asked(replica.urls["super"], who)
            assert ("lockbox_audit",) not in asked(logins["super"], who)
            # What is asked of it is on record at the primary.
            before = asked(logins["owner"], READS)[0][0]
            http.get("/revision/")
            assert asked(logins["owner"], READS) == [(before + 1,)]
            _what_is_written_appears(http, replica, logins, cast)
            _what_lags_says_until_when(http, replica, logins)
        answer = http.get("/revision/")
        assert answer.status_code == 503
        assert "en kopia av databasen, som inte svarar" in answer.text
        # What was sent meanwhile is sent again from there.
        answer = _draw(http, cast, "Meanwhile")
        assert answer.status_code == 503 and 'value="Meanwhile"' in answer.text
        assert http.get("/").status_code == 200
        with replica.running():
            assert UNTIL in http.get("/revision/").text


def _what_is_written_appears(http, replica, logins, cast):
    http.get("/revision/audits/draw/")
    made = _draw(http, cast, "By replica")
    assert made.status_code == 302, made.text[:2000]
    replica.caught_up(logins)
    assert "By replica" in http.get(made.headers["Location"]).text


def _draw(http, cast, name):
    day = f"{timezone.localdate():%Y-%m-%d}"
    typed = {
        "name": name,
        "authorities": cast.gsn.pk,
        "seed": "six four one, two",
        "size": 1,
    }
    typed |= {"decided_from": day, "decided_to": day}
    typed["csrfmiddlewaretoken"] = http.cookies["csrftoken"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return http.post("/revision/audits/draw/", content=urlencode(typed), headers=form)


def _what_lags_says_until_when(http, replica, logins):
    asked(replica.urls["super"], "select pg_wal_replay_pause()")
    lines = "select count(*) from audit_app_ledgerentry"
    held = asked(replica.urls["audit"], lines)
    first, second = (_told(http.get("/revision/").text) for _time in range(2))
    assert first == second
    assert asked(replica.urls["audit"], lines) == held
    assert asked(logins["owner"], lines)[0][0] >= held[0][0] + 2
    asked(replica.urls["super"], "select pg_wal_replay_resume()")
    replica.caught_up(logins)
    assert asked(replica.urls["audit"], lines) == asked(logins["owner"], lines)


def _told(text):
    return text[text.index(UNTIL) :].partition("<")[0]
