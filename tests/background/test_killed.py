"""A sweep of a process of its own, killed when the mail server has taken a notice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from audit_app import acting
from lockbox_site.scratch import environment
from requests_app.duty.models.notices import LadderNotice
from tests.background.conftest import tell
from tests.cast import hours

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def test_killed_between_sending_and_noting_it_comes_twice_at_most_and_says_so(
    staffed, inbox
):
    staffed.assigned()
    victim = subprocess.Popen(
        [sys.executable, MANAGE, "sweep"],
        env={
            **environment(connection.settings_dict["NAME"]),
            "LOCKBOX_MAIL": f"smtp://127.0.0.1:{inbox.port}",
            "LOCKBOX_MAIL_FROM": "lockbox@stad.example",
            "LOCKBOX_HOSTS": "lockbox.stad.example",
        },
    )
    inbox.when_taken = lambda: os.kill(victim.pid, signal.SIGKILL)
    assert victim.wait(120) == -signal.SIGKILL
    inbox.when_taken = lambda: None
    assert LadderNotice.objects.get().sent_at is None and len(inbox.mails) == 1
    # Another sweep may be sending it now.
    assert tell(staffed) == []
    with acting.at(hours(0.1)):
        assert tell(staffed) == ["notices: 1 sent"] and tell(staffed) == []
    first, second = inbox.to("karin")
    assert "två gånger" not in first.get_content()
    assert "kan ha skickats två gånger" in second.get_content()
    assert first["Message-ID"] == second["Message-ID"]
    assert LadderNotice.objects.get().maybe_twice
