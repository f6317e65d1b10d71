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
