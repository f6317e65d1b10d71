"""What a command can't carry out is said in a sentence, and leaves nothing behind."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit_app.models import LedgerEntry
from tests import moment
from tests.helpers.own_cluster import copied

CLONE = Path(__file__).resolve().parents[2]


def test_nobody_is_made_a_superuser():
    with pytest.raises(CommandError, match="no superusers"):
        call_command("createsuperuser")


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [0, -1])
def test_a_sweep_that_goes_round_has_a_pause(cast, seconds):
    before = LedgerEntry.objects.count()
    with pytest.raises(CommandError, match="1 or more"):
        call_command("sweep", every=seconds)
    assert LedgerEntry.objects.count() == before


@pytest.mark.django_db
def test_a_number_of_no_line_is_told(cast, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("1 99999999999999999999"))
    with pytest.raises(CommandError, match="Not a number of a line: '9999"):
        call_command("dispose_details", basis="KSN 1", by="agnes")


@pytest.mark.django_db(transaction=True)
def test_another_login_than_the_owners_makes_no_token(cast, logins, tmp_path):
    copied(logins, tmp_path / "world")
    settings = {
        **moment.kept(),
        "PATH": os.environ["PATH"],
        "DATABASE_URL": logins["web"],
        "APP_DATABASE_URL": logins["web"],
        "AUDITOR_DATABASE_URL": logins["audit"],
        "LOCKBOX_SECRET_KEY": "a-dummy-of-sufficient-length-0123456789-abcdefg",
    }
    for command in (["scim_token", "x"], ["register_token", "x", "--for", "per"]):
        process = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=CLONE,
            env=settings,
            capture_output=True,
            text=True,
        )
        assert process.returncode == 1 and process.stdout == ""
        assert "run it with the owner's" in process.stderr
        assert "Traceback" not in process.stderr
