"""The simulated Microsoft 365: its notice is read as a real one, in seconds."""

import pytest

from lockbox_site.demo.city import NOTICES_NAME, ensure_notices
from lockbox_site.simulators.microsoft365 import DOMAIN, SENDER, SUBJECT, Simulator
from requests_app.cases.intake.models.request import AccessRequest, ReceivedMail
from requests_app.desk.sweep import sweep
from tests.helpers.mailboxes import mail_rule

pytestmark = pytest.mark.django_db


def test_a_request_there_is_a_draft_here_after_one_sweep(cast, mailbox, monkeypatch):
    mail_rule(cast, sender=SENDER, signed_by=DOMAIN, subject_pattern=f"^{SUBJECT}")
    with Simulator(names_port=0) as server:
        monkeypatch.setenv("LOCKBOX_MAILBOX_DNS", server.names.address)
        number = server.example(1)
        sweep()
    request = AccessRequest.objects.get()
    assert (request.external_id, request.is_draft) == (number, True)
    assert ReceivedMail.objects.get().signatures == [DOMAIN]


def test_nothing_is_put_into_a_mailbox_elsewhere(monkeypatch):
    monkeypatch.setenv("LOCKBOX_MAILBOX", "imaps://a@mail.example/INBOX")
    with Simulator(names_port=0) as server:
        assert server.example(1) in server.requests


def test_without_a_mailbox_the_demo_has_no_rule():
    assert not ensure_notices("") and NOTICES_NAME
