"""Checkpoints stamped by a real time-stamping authority (RFC 3161), checked by openssl."""

import subprocess

import pytest
from django.db import DatabaseError, connection, transaction

from audit_app.models import Checkpoint, Stamp
from audit_app.sealing import keys, outside, sealer
from audit_app.sealing.keys import Silent
from requests_app.core.models import Heartbeat
from requests_app.oversight.sweep import query, seal_ledger
from tests.cast import Cast
from tests.helpers import time_stamping
from tests.helpers.ledgers import RECORD, configure, nobody
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back

pytestmark = [pytest.mark.needs("openssl"), pytest.mark.usefixtures("undone")]


@pytest.fixture(scope="module", autouse=True)
def world(once):
    Cast().assigned()
    connection.check_constraints()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = time_stamping.make(tmp_path_factory.mktemp("tsa"))
    with time_stamping.serving(folder) as address:
        yield folder, address


@pytest.fixture
def log(settings, tmp_path, authority):
    folder, address = authority
    configure(settings, tmp_path)
    settings.LEDGER_TSA = address
    settings.LEDGER_TSA_ROOTS = str(folder / "root.pem")
    assert sealer.seal_round(nobody) == []
    return tmp_path / "log"


def by_openssl(log, roots):
    command = ["openssl", "ts", "-verify", "-data", log / "stamped"]
    command += ["-in", log / "stamped.tsr", "-CAfile", roots]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_newest_checkpoint_is_stamped_once_and_openssl_agrees(log, authority):
    roots = authority[0] / "root.pem"
    asked = []

    def counted(url, body):
        asked.append(url)
        return query(url, body)

    assert outside.stamp_round(counted) == outside.stamp_round(counted) == []
    assert asked == [authority[1]]
    newest = Checkpoint.objects.first()
    assert (log / "stamped").read_text() == newest.note
    told = by_openssl(log, roots)
    assert told.returncode == 0, told.stderr
    assert "Verification: OK" in told.stdout + told.stderr
    (log / "stamped").write_text(newest.note + "x")
    assert by_openssl(log, roots).returncode != 0
    # What lies there is put right by the next round.
    assert outside.stamp_round(nobody) == []
    assert by_openssl(log, roots).returncode == 0


def test_a_later_checkpoint_has_a_stamp_of_its_own(log):
    assert outside.stamp_round(query) == []
    sql(RECORD, "test.written")
    assert sealer.seal_round(nobody) == []
    assert outside.stamp_round(query) == []
    assert Stamp.objects.count() == Checkpoint.objects.count() == 2
    assert (log / "stamped").read_text() == Checkpoint.objects.first().note


def test_one_that_is_down_alarms_and_nothing_is_lost(log, settings, authority):
    settings.LEDGER_TSA = "http://127.0.0.1:9/"
    (told,) = seal_ledger()
    assert told.startswith("ledger: The time-stamping authority: ")
    assert Heartbeat.objects.get(name=Heartbeat.LEDGER).trouble
    assert Checkpoint.objects.count() == 1 and not Stamp.objects.exists()
    assert (log / "checkpoint").read_text() == Checkpoint.objects.first().note
    settings.LEDGER_TSA = authority[1]
    assert seal_ledger() == []
    assert Heartbeat.objects.get(name=Heartbeat.LEDGER).trouble == ""
    assert Stamp.objects.count() == Checkpoint.objects.count()


def other_note(url, body):
    """A stamp that is whole, and of something else."""
    wanted = outside.TimestampRequestBuilder().data(b"other").build()
    return query(url, wanted.as_bytes())


def cut(url, body):
    status, answer = query(url, body)
    return status, answer[:-1]


def from_before(url, body):
    """Whole, of this very note, and asked for by somebody else."""
    note = Checkpoint.objects.first().note.encode()
    return query(url, outside.TimestampRequestBuilder().data(note).build().as_bytes())


def silent(url, body):
    raise Silent("it does not answer")


@pytest.mark.parametrize(
    "lie, said",
    [
        (other_note, "does not verify"),
        (cut, "does not verify"),
        (from_before, "Nonce mismatch"),
        (lambda url, body: (200, b""), "does not verify"),
        (lambda url, body: (200, b"<html>Welcome</html>"), "does not verify"),
        (lambda url, body: (503, b""), "it answers 503"),
        (silent, "it does not answer"),
    ],
)
def test_what_is_no_stamp_is_not_kept(log, lie, said):
    (told,) = outside.stamp_round(lie)
    assert said in told
    assert not Stamp.objects.exists() and not (log / "stamped").exists()


def test_the_stamp_of_somebody_elses_authority_is_none(log, settings, tmp_path):
    other = time_stamping.make(tmp_path / "other")
    settings.LEDGER_TSA_ROOTS = str(other / "root.pem")
    (told,) = outside.stamp_round(query)
    assert "does not verify" in told
    for path in ("", str(tmp_path / "none"), settings.LEDGER_KEY):
        settings.LEDGER_TSA_ROOTS = path
        (told,) = outside.stamp_round(query)
        assert "can not be read" in told
    assert not Stamp.objects.exists()


@pytest.mark.parametrize(("ahead", "is_told"), [("2 hours", True), ("50 s", False)])
def test_a_clock_set_forward_is_told_by_who_stamps(log, ahead, is_told):
    behind_our_back(
        "audit_app_checkpoint",
        f"update audit_app_checkpoint set at = now() + interval '{ahead}'",
    )
    rounds = [*outside.stamp_round(query), *outside.stamp_round(nobody)]
    rounds += outside.faults("default", keys.stamp_roots(), str)
    assert len(rounds) == 3 * is_told
    assert all("our clock is set forward" in told for told in rounds)
    # It is a stamp all the same.
    assert Stamp.objects.count() == 1


def test_without_an_authority_nobody_is_asked(log, settings):
    settings.LEDGER_TSA = ""
    assert outside.stamp_round(nobody) == []


def test_the_verifier_finds_a_stamp_of_something_else(log):
    assert outside.stamp_round(query) == []
    roots = keys.stamp_roots()
    seen = []
    assert list(outside.faults("default", roots, seen.append)) == []
    assert seen == [Checkpoint.objects.get().size]
    shorter = (
        "update audit_app_stamp set answer = substr(answer, 1, length(answer) - 9)"
    )
    behind_our_back("audit_app_stamp", shorter)
    (told,) = outside.faults("default", roots, seen.append)
    assert told.startswith(f"the time stamp of checkpoint {Stamp.objects.get().pk}: ")


def test_the_application_can_neither_change_a_stamp_nor_take_it_away(log):
    assert outside.stamp_round(query) == []
    before = bytes(Stamp.objects.get().answer)
    for statement in (
        "update audit_app_stamp set answer = ''",
        "delete from audit_app_stamp",
        "insert into audit_app_stamp values (1, '', now())",
    ):
        with pytest.raises(DatabaseError, match="denied"), transaction.atomic():
            sql(statement)
    sql("select audit_ledger_stamped(%s, 'x')", Checkpoint.objects.first().pk)
    assert bytes(Stamp.objects.get().answer) == before
