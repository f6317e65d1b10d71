"""Whatever somebody must act on is seen by /healthz, by a figure and by a mail within
five minutes; each failure is a real one."""

import json
import os
import subprocess
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from audit_app.acting import acting_as
from lockbox_site.management.commands import watch as command
from lockbox_site.scratch import free_port
from lockbox_site.watch import BY_NAME
from requests_app.core import sweep as core_sweep
from requests_app.core.models import Heartbeat
from requests_app.desk.sweep import sweep
from requests_app.organisation.steps import keep_account
from tests.helpers.people import rewrite
from tests.standin.mail import Received
from tests.standin.tls import make_certificate

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TOKEN = "a-token-of-the-watch"


@pytest.fixture
def inbox(settings):
    handler = Received(free_port())
    handler.start()
    settings.MAIL_SERVER = {"host": "127.0.0.1", "port": handler.port}
    settings.MAIL_FROM = "lockbox@stad.example"
    settings.ALLOWED_HOSTS = ["lockbox.stad.example", "testserver"]
    settings.METRICS_TOKEN = TOKEN
    yield handler
    handler.stop()


@pytest.fixture
def watch(cast, inbox, tmp_path, monkeypatch):
    """The watch after a round in which all was well."""
    monkeypatch.setattr(command, "PAUSE", 0.1)
    sam = cast.sam
    sam.email = "sam@stad.example"
    with acting_as(sam):
        keep_account(sam, by=sam)
    folder = tmp_path / "told"
    folder.mkdir()
    sweep()

    def watch(**options):
        call_command("watch", state=folder, **options)
        return inbox.mails

    assert watch() == []
    yield watch
    connection.close()


def watched(settings, **changes):
    settings.WATCHED = settings.WATCHED._replace(**changes)


def seen(name):
    """What /healthz says of it, and the figure."""
    answer = Client(raise_request_exception=False).get("/healthz")
    state = answer.json()
    text = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    rows = {
        row.labels.get("cause"): row.value
        for family in text_string_to_metric_families(text.content.decode())
        for row in family.samples
        if row.name == "lockbox_trouble"
    }
    return answer.status_code, state[name], state["what_to_do"].get(name), rows[name]


def is_seen_everywhere(watch, name, state):
    """Within the minute of the next round, in words that say what to do."""
    to_do = str(BY_NAME[name].to_do)
    assert seen(name) == (503, state, to_do, 1.0)
    (mail,) = watch()[-1:]
    assert f"{name} {state}" in mail["Subject"] and mail["To"] == "sam@stad.example"
    assert to_do in " ".join(mail.get_content().split())
    told = len(watch())
    assert len(watch()) == told, "the same again is no news"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("no right to mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_nearly_full(watch, settings, small_disk):
    watched(settings, folders=[str(small_disk), "/nowhere"])
    is_seen_everywhere(watch, "disk", "full")
    watched(settings, folders=[])
    assert "allt är väl igen" in watch()[-1]["Subject"]


def test_a_backup_that_failed(watch, tmp_path):
    (tmp_path / "no-folder").touch()
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup", tmp_path / "no-folder" / "backups")
    is_seen_everywhere(watch, "backup", "failed")
    call_command("backup", tmp_path / "backups")
    assert seen("backup")[1:] == ("ok", None, 0.0)


def test_a_backup_that_is_too_old(watch):
    old = timezone.now() - timedelta(hours=31)
    Heartbeat.objects.create(name=Heartbeat.BACKUP, at=old)
    is_seen_everywhere(watch, "backup", "old")


def test_a_server_on_which_none_was_ever_made(watch, cast, settings):
    settings.LOCAL = False
    assert seen("backup")[1] == "ok"
    rewrite(cast.sam, date_joined=timezone.now() - timedelta(days=3))
    is_seen_everywhere(watch, "backup", "never")


def test_a_certificate_of_ten_days(watch, settings, tmp_path):
    watched(settings, certificates=[str(make_certificate(tmp_path, days=10))])
    is_seen_everywhere(watch, "certificates", "ends")
    watched(settings, certificates=[str(make_certificate(tmp_path, days=15))])
    assert seen("certificates")[1] == "ok"
    watched(settings, certificates=["/nowhere.pem"])
    assert seen("certificates")[1] == "unreadable"


def test_a_sweep_that_stands_still(watch):
    """Four minutes until it counts as dead, and one until the watch looks."""
    Heartbeat.objects.filter(name__in=("sweep", "round")).update(
        at=timezone.now() - timedelta(minutes=4, seconds=1)
    )
    is_seen_everywhere(watch, "sweep", "stopped")


def test_a_clock_that_is_wrong(watch, monkeypatch):
    real = timezone.now
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real() + timedelta(minutes=3))
        core_sweep.clocks_agree()
    is_seen_everywhere(watch, "clock", "wrong")


def test_a_mailbox_that_can_not_be_read(watch, monkeypatch):
    monkeypatch.setenv("LOCKBOX_MAILBOX", "imaps://lockbox@localhost:1/INBOX")
    monkeypatch.setenv("LOCKBOX_MAILBOX_PASSWORD", "x")
    sweep()
    is_seen_everywhere(watch, "mailbox", "unreadable")


def test_a_database_that_is_down_is_mailed_to_whom_we_knew(watch, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    is_seen_everywhere(watch, "database", "down")


def test_a_unit_that_failed_is_told_once_a_day(watch):
    mails = watch(failed="lockbox-check.service")
    assert mails[-1]["Subject"] == "Lockbox: lockbox-check.service"
    assert "journalctl" in mails[-1].get_content()
    assert len(watch(failed="lockbox-check.service")) == 1
    assert len(watch()) == 1


def test_where_nobody_can_be_told_it_is_an_error(watch, settings, inbox):
    inbox.stop()
    with pytest.raises(CommandError, match="refused"):
        watch(failed="lockbox-backup.service")
    inbox.start()
    assert len(watch(failed="lockbox-backup.service")) == 1
    settings.MAIL_SERVER = {}
    before = timezone.now() - timedelta(minutes=10)
    Heartbeat.objects.filter(name=Heartbeat.WATCH).update(at=before)
    with pytest.raises(CommandError, match="LOCKBOX_MAIL is not set"):
        watch(failed="lockbox-check.service")
    assert seen("watch")[1] == "stopped"
    # The finding: so it stood for ever, when there was nothing to be told too.
    watch()
    assert seen("watch")[1] == "ok"


def test_a_moment_is_no_trouble(watch, settings, small_disk, monkeypatch):
    watched(settings, folders=[str(small_disk)])

    def over(_seconds):
        watched(settings, folders=[])

    monkeypatch.setattr(command.time, "sleep", over)
    assert watch() == []


def test_what_was_told_is_kept_and_a_broken_file_begins_anew(watch, tmp_path, settings):
    told = tmp_path / "told" / "told.json"
    assert json.loads(told.read_text())["to"] == ["sam@stad.example"]
    told.write_text("{")
    assert watch() == []


def test_a_service_outside_is_asked_for_while_all_is_well(
    watch, settings, small_disk, tmp_path
):
    asked = []

    class Service(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_what):
            pass

    server = HTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    pings = {name: f"{url}/{name}" for name in ("backup", "sweep", "watch")}
    watched(settings, pings=pings)
    call_command("sweep")
    call_command("backup", tmp_path / "backups")
    watch()
    assert asked == ["/sweep", "/backup", "/watch"]
    watched(settings, folders=[str(small_disk)])
    watch()
    assert len(asked) == 3
    server.shutdown()
    server.server_close()
    watched(settings, folders=[])
    call_command("sweep")


def test_who_is_named_in_the_settings_is_told(watch, settings):
    watched(settings, alarm_to=["jour@stad.example", "drift@stad.example"])
    mails = watch(failed="lockbox-check.service")
    assert {mail["To"] for mail in mails} == set(settings.WATCHED.alarm_to)
