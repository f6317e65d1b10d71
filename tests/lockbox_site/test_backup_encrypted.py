"""A backup is of no use to whoever has the disk, and is restored with its key."""

import json
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from audit_app.ledger import record
from audit_app.models import LedgerEntry
from lockbox_site import backup as lockbox_site_backup
from lockbox_site.backup import restore

pytestmark = [
    pytest.mark.long,
    pytest.mark.needs("age"),
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "auditor"]),
]
PHRASE = "Barnavårdsakten för Seedad Fras-Exempel"


def a_key(folder, name):
    """A file with a private key, and one with its public half."""
    private, public = folder / f"{name}.key", folder / f"{name}.pub"
    subprocess.run(["age-keygen", "-o", private], check=True, capture_output=True)
    subprocess.run(["age-keygen", "-y", "-o", public, private], check=True)
    return private, public


@pytest.fixture
def key(settings, tmp_path):
    private, public = a_key(tmp_path, "ours")
    settings.BACKUP_RECIPIENTS = str(public)
    return private


@pytest.fixture
def seeded(cast):
    cast.decided()
    record("list.read", by=cast.karin, kind="read", page=PHRASE)


def tells_the_phrase(folder):
    """As its files stand, and as PostgreSQL's own program unpacks the dump."""
    whole = b"".join(path.read_bytes() for path in folder.iterdir())
    command = [
        lockbox_site_backup._path("pg_restore"),
        "--file=-",
        folder / lockbox_site_backup.DUMP,
    ]
    return PHRASE in (
        whole + subprocess.run(command, capture_output=True).stdout
    ).decode(errors="replace")


def test_without_its_key_it_is_of_no_use(seeded, key, settings, tmp_path, elsewhere):
    backup = lockbox_site_backup.make(tmp_path / "backups")
    assert not tells_the_phrase(backup)
    assert (
        key.read_text().split()[-1]
        not in (backup / lockbox_site_backup.NAME).read_text()
    )
    other, _public = a_key(tmp_path, "another")
    settings.BACKUP_RECIPIENTS = ""
    assert tells_the_phrase(
        lockbox_site_backup.make(tmp_path / "in_clear")
    )  # it is found, if there
    elsewhere()
    with pytest.raises(CommandError, match="--identity names the file with its key"):
        restore(backup, print)
    with pytest.raises(CommandError, match="age: no identity matched"):
        restore(backup, print, other)
    with pytest.raises(CommandError, match="age: .*no such file"):
        restore(backup, print, tmp_path / "gone")


def test_with_its_key_it_is_restored_whole(seeded, key, tmp_path, elsewhere, capsys):
    backup = lockbox_site_backup.make(tmp_path / "backups")
    before = LedgerEntry.objects.count()
    elsewhere()
    call_command("restore", str(backup), identity=key)
    assert "guards, rights, history and ledger are whole" in capsys.readouterr().out
    assert LedgerEntry.objects.count() >= before
    assert LedgerEntry.objects.filter(event="list.read").exists()


def test_one_that_is_cut_short_leaves_nothing_behind(seeded, key, tmp_path, elsewhere):
    """By whoever writes its digest anew, too: `age` says so before it is taken in."""
    backup = lockbox_site_backup.make(tmp_path / "backups")
    path = backup / lockbox_site_backup.DUMP
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    told = json.loads((backup / lockbox_site_backup.NAME).read_text())
    told["sha256"] = lockbox_site_backup.digest(path)
    (backup / lockbox_site_backup.NAME).write_text(json.dumps(told))
    elsewhere()
    with pytest.raises(CommandError, match="age: "):
        restore(backup, print, key)
    assert connections["owner"].introspection.table_names() == []


@pytest.mark.parametrize("text", ["no key", "AGE-SECRET-KEY-1XX", ""])
def test_for_nobody_no_backup_is_made(seeded, settings, tmp_path, text):
    (tmp_path / "whom").write_text(text)
    settings.BACKUP_RECIPIENTS = str(tmp_path / "whom")
    with pytest.raises(CommandError, match="age: "):
        lockbox_site_backup.make(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []
