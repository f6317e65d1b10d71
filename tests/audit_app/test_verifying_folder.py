"""The program for strangers, on the folder that the ledger is published to."""

import subprocess

import pytest

from tests.audit_app.sealed_ledger import sealed_twice


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), sealed_twice(tmp_path_factory.mktemp("w")) as w:
        yield w


def test_a_changed_entry_is_told(world, program, tmp_path):
    subprocess.run(["cp", "-r", world.folder, tmp_path / "log"], check=True)
    bundle = tmp_path / "log/tile/entries/000"
    body = bundle.read_bytes()
    bundle.write_bytes(body[:-3] + b"?" + body[-2:])
    code, said = program("--folder", tmp_path / "log")
    assert code == 1 and "The first leaf that is wrong: 255." in said, said


def test_what_stands_after_the_last_entry_is_told(world, program, tmp_path):
    subprocess.run(["cp", "-r", world.folder, tmp_path / "log"], check=True)
    bundle = tmp_path / "log/tile/entries/000"
    bundle.write_bytes(bundle.read_bytes() + b"\0\3 no")
    code, said = program("--folder", tmp_path / "log")
    assert code == 1 and "The first leaf that is wrong: 255." in said, said


def test_whose_it_is_nobody_knows_without_a_key(world, program):
    code, said = program("--dump", world.dump)
    assert code == 2 and "No checkpoint by a known key" in said, said


def test_a_ledger_whose_checkpoints_were_all_taken_is_not_whole(
    world, program, tmp_path
):
    lines = world.dump.read_bytes().splitlines(keepends=True)
    start = next(
        n
        for n, line in enumerate(lines)
        if line.startswith(b"COPY public.audit_app_checkpoint ")
    )
    while lines[start + 1] != b"\\.\n":
        del lines[start + 1]
    stripped = tmp_path / "stripped.sql"
    stripped.write_bytes(b"".join(lines))
    code, said = program("--dump", stripped, "--key", world.key.public)
    assert code == 1 and "no checkpoint is there" in said, said
    assert " 0 checkpoints." in said
