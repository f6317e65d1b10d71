"""A real mailbox, a name server, a provider that signs, and a rule that knows it."""

from types import SimpleNamespace

import pytest

from audit_app import acting
from lockbox_site.simulators.name_server import NameServer
from requests_app.cases.intake.models.request import MailboxPosition, MailRule
from requests_app.cases.intake.steps.dialogue import Judged, Place, keep_mail
from requests_app.cases.intake.sweep import read_mailbox
from tests.helpers.two_persons import changed_by_managers
from tests.standin import dovecot
from tests.standin.notices import DOMAIN, SENDER, TENANT, Signer, notice

RULE = {
    "name": "Customer Lockbox",
    "sender": SENDER,
    "signed_by": DOMAIN,
    "subject_pattern": "^Customer Lockbox request",
    "number_pattern": "Request: (EXSR[0-9]+)",
    "case_pattern": "Service request: ([A-Z0-9-]+)",
    "tenant": TENANT,
}


def mail_rule(cast, **terms):
    """By two persons, as every rule."""
    row = MailRule(connection=cast.m365)
    changed_by_managers(cast, row, **{**RULE, **terms})
    return MailRule.objects.get(name=terms.get("name", RULE["name"]))


def received(cast, number="EXSR100001", verdict="notice", rule=None):
    """A notice as the reading of the mailbox hands it over; its arrival."""
    rule = rule or MailRule.objects.first() or mail_rule(cast)
    position, _made = MailboxPosition.objects.get_or_create(
        name="a mailbox", defaults={"uid_validity": 1, "rules": "x"}
    )
    now = acting.now()
    mail = Judged(
        notice(number),
        Place(1, position.last_uid + 1, now),
        verdict,
        rule,
        [DOMAIN] if verdict != "doubted" else [],
        now,
        number=number,
        support_case="SR-77",
        trouble="x" if verdict != "notice" else "",
    )
    return keep_mail(mail, by=cast.intake, position=position, passed=0).arrival


@pytest.fixture(scope="session")
def names():
    with NameServer() as server:
        yield server


@pytest.fixture(scope="session")
def provider(names):
    return Signer(names)


@pytest.fixture
def mailbox(monkeypatch, names, provider):
    """An empty one. `notice` appends one that is signed."""
    names.is_down = False
    with dovecot.Dovecot() as server:
        monkeypatch.setenv("LOCKBOX_MAILBOX", server.address)
        monkeypatch.setenv("LOCKBOX_MAILBOX_PASSWORD", dovecot.PASSWORD)
        monkeypatch.setenv("LOCKBOX_MAILBOX_DNS", names.address)

        def arrives(number="EXSR100001", **terms):
            server.append(provider.signed(notice(number, **terms)))

        yield SimpleNamespace(server=server, arrives=arrives, append=server.append)


@pytest.fixture
def read(cast):
    """One round."""
    return lambda: read_mailbox(cast.intake)
