"""Backup → another database → restored and looked at: the drill."""

import json
import subprocess
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from audit_app import acting
from audit_app.models import LedgerEntry
from audit_app.reconcile import everything
from lockbox_site import backup as lockbox_site_backup
from lockbox_site.backup import restore
from requests_app.cases.access import clients
from requests_app.cases.access.models import Comparison
from requests_app.cases.access.restore import ask_clients
from requests_app.core.models import Heartbeat
from requests_app.core.step import machine_account
from requests_app.registers.models.cloud import Connection
from tests.helpers.sql import sql

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "auditor"]),
]


@pytest.fixture
def backup(cast, tmp_path):
    cast.decided()
    return lockbox_site_backup.make(tmp_path / "backups")


@pytest.fixture
def client(cast):
    """Of the contract API, and so of a connection that is to be compared."""
    return clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln").client


def test_nobody_else_reads_a_file_of_it(backup):
    for path in (backup, *backup.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_backup_is_restored_whole(client, backup, elsewhere, capsys):
    """Guards, rights, history and ledger; and the providers are to be asked, what
    calls us too."""
    waiting = Connection.objects.get(external_id="azure-tenant")
    assert not waiting.is_automatic
    elsewhere()
    call_command("restore", str(backup))
    assert "guards, rights, history and ledger are whole" in capsys.readouterr().out
    # A second time there is something in the way.
    with pytest.raises(CommandError, match="is not empty"):
        restore(backup, print)
    (mark,) = Heartbeat.objects.filter(name__startswith="restored:")
    assert mark.name == f"restored:{client.connection_id}"
    # The owner's mark is a line, and the restore tells what it was.
    (told,) = LedgerEntry.objects.filter(object_type="requests_app_heartbeat")
    assert LedgerEntry.objects.get(event="database.restored").xid == told.xid
    assert "requests_app_heartbeat" not in {
        one.object_type for one in everything("default")
    }
    (line,) = ask_clients(machine_account("sweep"))
    made_at = json.loads((backup / lockbox_site_backup.NAME).read_text())["made_at"]
    compared = Comparison.objects.get(concluded_at=None)
    assert compared.connection_id == client.connection_id
    assert compared.lost_from == datetime.fromisoformat(made_at)


def test_what_is_not_as_it_was_is_not_restored(backup, elsewhere):
    told = json.loads((backup / lockbox_site_backup.NAME).read_text())
    newer = {**told, "migrations": [*told["migrations"], "requests_app.9999_later"]}
    (backup / lockbox_site_backup.NAME).write_text(json.dumps(newer))
    elsewhere()
    with pytest.raises(CommandError, match="knows nothing of requests_app.9999_later"):
        restore(backup, print)
    (backup / lockbox_site_backup.NAME).write_text(json.dumps(told))
    with (backup / lockbox_site_backup.DUMP).open("r+b") as file:
        file.write(b"?")
    with pytest.raises(CommandError, match="digest differs"):
        restore(backup, print)
    (backup / lockbox_site_backup.NAME).unlink()
    with pytest.raises(CommandError, match=r"manifest.json'. Nothing was touched"):
        restore(backup, print)


@pytest.mark.parametrize("lost", [lockbox_site_backup.DUMP, lockbox_site_backup.NAME])
def test_half_a_backup_is_not_begun_with(backup, elsewhere, lost):
    for half, why in ((len, "as it was made|no whole"), (None, "no whole backup")):
        whole = (backup / lost).read_bytes()
        if half:
            (backup / lost).write_bytes(whole[: len(whole) // 2])
        else:
            (backup / lost).unlink()
        elsewhere()
        with pytest.raises(CommandError, match=f"({why}).*Nothing was touched"):
            restore(backup, print)
        assert connections["owner"].introspection.table_names() == []


def test_a_secret_key_that_was_changed_since_is_told_and_no_fault(
    backup, elsewhere, settings
):
    """The finding: whoever had changed it was told not to use what was whole."""
    settings.SECRET_KEY = "another" * 8
    elsewhere()
    told = []
    assert restore(backup, told.append) == []
    assert "everybody signs in anew" in " ".join(told)


def test_what_came_back_by_other_means_is_treated_alike(client, capsys):
    with pytest.raises(CommandError, match="has no offset"):
        call_command("restore", "--point", "2026-11-30T14:03:05")
    with pytest.raises(CommandError, match="is no moment"):
        call_command("restore", "--point", "yesterday")
    call_command("restore", "--point", "2026-11-30T14:03:05+01:00")
    assert "ledger_restart" in capsys.readouterr().out
    (mark,) = Heartbeat.objects.filter(name__startswith="restored:")
    assert mark.trouble == "2026-11-30T14:03:05+01:00"


def test_a_full_disk_leaves_no_half_backup(transactional_db, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True
    )
    if made.returncode:
        pytest.skip("a small disk needs root")
    try:
        with pytest.raises(CommandError, match="No space left on device"):
            lockbox_site_backup.make(disk)
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", disk], check=True)


def test_another_that_is_being_made_is_left_alone(transactional_db, tmp_path):
    with acting.at(datetime(2026, 3, 4, 2, 15, tzinfo=UTC)):
        others = (
            tmp_path / "lockbox-20260304T021500Z.unfinished" / lockbox_site_backup.DUMP
        )
        others.parent.mkdir()
        others.write_text("half of it")
        with pytest.raises(CommandError, match="No backup was made: File exists"):
            lockbox_site_backup.make(tmp_path)
    assert others.exists()


def test_a_witness_is_told_that_its_key_may_not_go_on(cast, tmp_path, elsewhere):
    """What it has cosigned since the backup it would not know, and cosign a fork."""
    row = "('log.example', 1, decode(repeat('00', 32), 'hex'), '', now())"
    sql(f"insert into audit_app_witnessedlog values {row}", using="owner")
    folder = lockbox_site_backup.make(tmp_path / "backups")
    elsewhere()
    (fault,) = restore(folder, print)
    assert "ledger_key --witness" in fault


def test_the_secret_key_is_marked_and_not_told(backup, settings):
    text = (backup / lockbox_site_backup.NAME).read_text()
    mark = json.loads(text)["beside"]["LOCKBOX_SECRET_KEY"]
    assert str(settings.SECRET_KEY) not in text
    settings.SECRET_KEY = "another"
    assert lockbox_site_backup.key_mark() != mark


FORGED = {
    "alter table audit_app_ledgerentry disable trigger user;"
    " update audit_app_ledgerentry set payload = payload || ' ' where id = 1": (
        ("line", "audit_app_ledgerentry")
    ),
    "alter table audit_app_ledgerdetail disable trigger user;"
    " update audit_app_ledgerdetail set body = body || ' '"
    " where entry_id = (select min(entry_id) from audit_app_ledgerdetail)": (
        ("detail", "audit_app_ledgerentry")
    ),
    "alter table requests_app_authority disable trigger user;"
    " update requests_app_authority set name = 'x'"
    " where id = (select min(id) from requests_app_authority)": (
        ("row", "requests_app_authority")
    ),
}


@pytest.mark.parametrize(("forged", "said"), FORGED.items())
def test_what_was_changed_past_the_guards_is_found(cast, forged, said):
    before = set(everything("default"))
    with transaction.atomic():
        sql("set local role none")
        sql(forged)
        found = set(everything("default")) - before
        assert {(one.what, one.object_type) for one in found} == {said}
        transaction.set_rollback(True)
