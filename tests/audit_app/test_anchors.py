"""A verdict counts what it rests on, and without a checkpoint it is none."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from audit_app.sealing import keys
from audit_app.verifying.lines import Anchors, gaps_in_words, spans
from audit_app.verifying.proofs import WITNESS, note_from
from tests.audit_app.sealed_ledger import sealed_twice
from tests.audit_app.tamperings import tamper
from tests.helpers.sql import sql

CHECKPOINT = "audit_app_checkpoint"
COSIGNED = "select audit_ledger_cosigned(%s, %s, %s)"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock(), sealed_twice(folder) as w:
        yield w


def verdict(capsys):
    """What the command says, and what it ends with."""
    try:
        call_command("verify_ledger")
        code, error = 0, ""
    except CommandError as refused:
        code, error = refused.returncode, str(refused)
    return code, capsys.readouterr().out + error


def test_it_counts_checkpoints_and_keys_and_says_that_nobody_outside_has_seen_them(
    world, capsys
):
    code, said = verdict(capsys)
    assert code == 0 and "The ledger is whole." in said
    assert f"2 checkpoints by 1 key, the newest of {world.size} lines; 0 came" in said
    assert f"2 by {world.key.public}" in said
    assert "Nobody outside has seen any of them" in said


@pytest.fixture
def cosigned(world, tampering, settings, tmp_path):
    by = keys.make("witness.example/w", WITNESS)
    settings.LEDGER_POLICY = str(tmp_path / "policy")
    (tmp_path / "policy").write_text(f"witness w {by.public}\nquorum none\n")
    text = note_from(world.kept.read_text()).text
    line = by.cosign(text, 1).line
    sql(COSIGNED, world.size, str(by.public), line, using="owner")
    return by


def test_a_witness_that_has_seen_it_is_named(world, cosigned, capsys):
    code, said = verdict(capsys)
    assert code == 0 and "Nobody outside" not in said
    assert f"1 cosigned by {cosigned.name}, the newest of {world.size} lines" in said


def test_a_cosignature_that_is_none_is_told_and_does_not_count(world, cosigned, capsys):
    sql("set constraints all immediate", using="owner")
    tamper(
        "audit_app_cosignature",
        f"update audit_app_cosignature set checkpoint_id = {world.first}",
    )
    code, said = verdict(capsys)
    assert code == 1 and f"a cosignature of checkpoint {world.first}: " in said
    assert "1 cosigned" not in said


def test_a_command_that_took_one_counts(world, tampering, capsys):
    sql("select audit_ledger_handed_out(%s)", world.first, using="owner")
    assert "1 taken by the command of the settings" in verdict(capsys)[1]


def test_without_checkpoints_the_word_is_not_whole(world, tampering, capsys):
    """Whoever owns the database takes them all away."""
    tamper(CHECKPOINT, f"delete from {CHECKPOINT}")
    code, said = verdict(capsys)
    assert code == 1 and "nothing proves that the ledger is as" in said
    assert "The ledger is whole." not in said


def test_the_program_for_strangers_says_the_same(world, program, tmp_path):
    key = ["--key", world.key.public]
    code, said = program("--dump", world.dump, *key)
    assert code == 0 and "2 checkpoints by 1 key" in said and "Nobody outside" in said
    code, said = program("--dump", world.dump, *key, "--checkpoint", world.kept)
    assert code == 0 and "1 kept elsewhere" in said and "Nobody" not in said
    code, said = program("--dump", world.dump)
    assert code == 2 and "No fault was found." in said and "is whole." not in said
    code, said = program("--folder", world.folder)
    assert code == 2 and "nothing proves" in said
    code, said = program("--folder", world.folder, *key)
    assert code == 0 and "1 checkpoint by 1 key" in said


def test_a_folder_that_lost_its_checkpoint_is_not_looked_at(world, program, tmp_path):
    copy = tmp_path / "log"
    shutil.copytree(world.folder, copy)
    (copy / "checkpoint").unlink()
    assert program("--folder", copy, "--key", world.key.public)[0] == 2


def test_gaps_in_the_numbers_are_counted_and_explained(world, tampering, capsys):
    (said,) = gaps_in_words([7, 1, 2, 5])
    assert said.startswith("2 gaps in the numbers of lines, 3 numbers in all, the last")
    assert "before line 7" in said and "undone" in said
    assert list(gaps_in_words([4, 5, 6])) == []
    sql("select nextval('audit_app_ledgerentry_id_seq')", using="owner")
    sql(
        "select audit_ledger_record('event', 'x', '', '', null, null, null, '')",
        using="owner",
    )
    assert "in the numbers of lines" in verdict(capsys)[1]


def test_numbers_side_by_side_are_told_as_one_span():
    assert spans([3, 1, 2, 7]) == "1–3, 7"
    assert spans(range(0, 100, 2)).endswith("38, …")


def test_nothing_is_proved_by_a_key_that_is_not_known():
    assert not Anchors().is_proved
