"""A ledger that is tampered with, and the program that strangers look at it with."""

import subprocess
import sys

import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture
def tampering(world):
    """As whoever owns the tables; undone afterwards."""
    with transaction.atomic(using="owner"):
        yield
        transaction.set_rollback(True, using="owner")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The file for others, on a dump and without Django."""
    path = tmp_path_factory.mktemp("program") / "verify_ledger.pyz"
    call_command("verify_ledger", "--program", str(path))

    def look(*arguments, text=None):
        # -I: nothing of ours can be imported.
        done = subprocess.run(
            [sys.executable, "-I", path, *map(str, arguments)],
            capture_output=True, input=text, cwd=path.parent,
        )  # fmt: skip
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    return look
