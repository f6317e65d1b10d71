"""The mail server as it is: let in, down, slow to be found, and never asked."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
from imapclient import SocketTimeout

from audit_app import acting
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.sweep import mailbox_troubles, standing
from requests_app.core.models import Heartbeat
from requests_app.providers import mailbox
from tests.helpers.entra import identity
from tests.helpers.mailboxes import mail_rule
from tests.standin.notices import notice

pytestmark = pytest.mark.django_db


def test_a_token_lets_us_in_and_one_that_is_not_taken_is_told(
    cast, mailbox, read, monkeypatch, tmp_path
):
    mail_rule(cast)
    mailbox.arrives()
    with identity(tmp_path, monkeypatch, "LOCKBOX_MAILBOX") as known:
        read()
        assert AccessRequest.objects.count() == 1
        ((scope, _claims),) = known.entra.assertions
        assert "https://outlook.office365.com/.default" in scope
        mailbox.server.says_yes = False
        mailbox.arrives("EXSR2")
        read()
    assert AccessRequest.objects.count() == 1
    assert mailbox_troubles(Heartbeat.objects.all())


def test_a_server_that_is_down_is_seen_and_what_came_meanwhile_is_taken(
    cast, mailbox, read
):
    mail_rule(cast)
    read()
    assert not any(row.trouble for row in standing())
    mailbox.arrives()
    mailbox.server.stop()
    read()
    (trouble,) = mailbox_troubles(Heartbeat.objects.all())
    assert any(row.trouble for row in standing()), trouble
    mailbox.server.start()
    read()
    assert mailbox_troubles(Heartbeat.objects.all()) == []
    assert AccessRequest.objects.count() == 1


def test_a_server_that_takes_us_and_says_nothing_is_given_up(cast, read, monkeypatch):
    monkeypatch.setattr(mailbox, "PATIENCE", SocketTimeout(connect=5, read=1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"imap://a@127.0.0.1:{silent.getsockname()[1]}/INBOX"
        monkeypatch.setenv("LOCKBOX_MAILBOX", address)
        read()
    (trouble,) = mailbox_troubles(Heartbeat.objects.all())
    assert "svarar inte" in trouble


def test_a_wrong_password_is_told_without_it(cast, mailbox, read, monkeypatch):
    monkeypatch.setenv("LOCKBOX_MAILBOX_PASSWORD", "not the right one")
    read()
    (trouble,) = mailbox_troubles(Heartbeat.objects.all())
    assert "not the right one" not in trouble


def test_a_mailbox_is_not_read_without_protection_elsewhere(cast, read, monkeypatch):
    monkeypatch.setenv("LOCKBOX_MAILBOX", "imap://a@mail.example/INBOX")
    read()
    assert "imaps" in Heartbeat.objects.get(name="mailbox").trouble


def test_a_mailbox_not_read_for_five_minutes_is_not_standing(cast, mailbox, read):
    read()
    with acting.at(acting.now() + timedelta(minutes=6)):
        assert any(row.trouble for row in standing())


def test_without_a_mailbox_nothing_is_read_and_nothing_is_wrong(cast, read):
    assert read() == []
    assert list(standing()) == []
    assert not Heartbeat.objects.filter(name="mailbox").exists()


def test_a_notice_long_ago_does_not_begin_a_clock_in_the_future(cast, mailbox, read):
    mail_rule(cast)
    mailbox.append(notice("EXSR1", at=datetime.now(UTC) + timedelta(days=1)))
    mailbox.arrives("EXSR2", at=datetime.now(UTC) + timedelta(days=1))
    read()
    assert AccessRequest.objects.get().requested_at <= acting.now()
