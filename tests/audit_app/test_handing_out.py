"""Checkpoints are given to a command of the settings: real ones, good and bad."""

import shlex
import sys
import time
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from audit_app.models import Checkpoint
from audit_app.sealing import outside, sealer
from audit_app.verifying.proofs import opened
from requests_app.core.models import Heartbeat
from requests_app.oversight.sweep import seal_ledger
from tests.cast import Cast
from tests.helpers.ledgers import RECORD, configure, nobody
from tests.helpers.sql import sql
from tests.helpers.web import signed_in

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module", autouse=True)
def cast(once):
    cast = Cast()
    cast.assigned()
    connection.check_constraints()
    return cast


@pytest.fixture
def key(settings, tmp_path):
    key = configure(settings, tmp_path)
    settings.LEDGER_FOLDER = ""
    return key


@pytest.fixture
def command(settings, tmp_path):
    """A program of its own; given its text and what else it is called with."""

    def command(text, *words):
        path = tmp_path / "keep it.py"
        path.write_text(
            f"#!{sys.executable}\nimport os, subprocess, sys, time\n{text}\n"
        )
        path.chmod(0o755)
        settings.LEDGER_COMMAND = shlex.join([str(path), *map(str, words)])

    return command


KEEPS = "open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"


def trouble():
    return Heartbeat.objects.get(name=Heartbeat.LEDGER).trouble


def test_each_new_checkpoint_is_given_to_it_once(key, command, tmp_path):
    kept = tmp_path / "kept; touch x"
    command(KEEPS, kept)
    assert seal_ledger() == seal_ledger() == []
    first = Checkpoint.objects.get()
    assert kept.read_text() == first.note
    assert opened(kept.read_text(), [key.public])[0].size == first.size
    sql(RECORD, "something.new")
    assert seal_ledger() == []
    second = Checkpoint.objects.first()
    assert second.size > first.size
    assert kept.read_text() == first.note + second.note


def test_one_that_fails_is_told_on_every_page_and_tried_again(
    key, command, tmp_path, cast
):
    command("sys.exit('no route to the printer')")
    (line,) = seal_ledger()
    said = "The command of the ledger: it ended with 1: no route to the printer."
    assert line == f"ledger: {said}" and trouble() == said
    assert said in signed_in(cast.karin).get("/").content.decode()
    kept = tmp_path / "kept"
    command(KEEPS, kept)
    assert seal_ledger() == [] and trouble() == ""
    assert kept.read_text() == Checkpoint.objects.first().note


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (" ", "there is none in the setting"),
        ("/nowhere/keep", "No such file"),
        ("keep 'it", "No closing quotation"),
    ],
)
def test_one_that_is_none_is_told(key, settings, setting, said):
    settings.LEDGER_COMMAND = setting
    (line,) = seal_ledger()
    assert said in line and Checkpoint.objects.exists()


def test_one_that_does_not_end_is_ended_with_all_that_it_began(
    key, command, tmp_path, monkeypatch
):
    monkeypatch.setattr(outside, "SECONDS", 1.0)
    child = tmp_path / "child"
    command(
        "child = subprocess.Popen(['sleep', '600'])\n"
        "open(sys.argv[1], 'w').write(str(child.pid))\ntime.sleep(600)",
        child,
    )
    while not child.exists():  # where the machine is slow it may not have begun
        (line,) = seal_ledger()
        assert "it takes longer than 1 seconds" in line
    while is_alive(child.read_text()):
        time.sleep(0.05)


def is_alive(pid):
    """Orphans that have ended may still wait for whoever takes them in."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_it_gets_none_of_our_settings(key, command, tmp_path, monkeypatch):
    monkeypatch.setenv("LOCKBOX_SECRET_KEY", "hidden")
    told = tmp_path / "told"
    command("open(sys.argv[1], 'w').write(' '.join(os.environ))", told)
    assert seal_ledger() == []
    assert "PATH" in told.read_text().split()
    assert "LOCKBOX" not in told.read_text() and "DATABASE" not in told.read_text()


def test_one_that_does_not_read_is_no_trouble(key, command):
    command("pass")
    assert seal_ledger() == []


def test_what_was_given_is_not_made_undone(key, command):
    command("pass")
    assert seal_ledger() == []
    for statement in (
        "delete from audit_app_handedout",
        "insert into audit_app_handedout values (1, now())",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(statement)


def test_without_a_command_nothing_is_asked(key):
    assert sealer.seal_round(nobody) == [] and outside.hand_out_round() == []
