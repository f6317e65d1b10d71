"""Who has really sent a notice: without the provider's signature no clock begins."""

from datetime import UTC, datetime, timedelta

import pytest

from audit_app import acting
from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    ReceivedMail,
)
from requests_app.cases.intake.steps import dialogue, request
from requests_app.cases.intake.sweep import mailbox_troubles
from requests_app.core.models import Heartbeat
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import work_for
from requests_app.providers.mail import line
from requests_app.providers.mailbox import Trusted, signatures_of
from tests.helpers.mailboxes import mail_rule
from tests.helpers.two_persons import changed_by_managers
from tests.standin.notices import Signer, notice

pytestmark = pytest.mark.django_db


def with_a_tail(provider, raw):
    """Signed for as many bytes as there were, and then more is written."""
    signed = provider.signed(raw, length=True)
    return (
        signed.replace(b"EXSR100001\r\n", b"EXSR100001\r\n", 1) + b"Request: EXSR2\r\n"
    )


FORGERIES = {
    "no signature": lambda provider, names, raw: raw,
    "changed on the way": lambda provider, names, raw: provider.signed(raw).replace(
        b"Request: EXSR1", b"Request: EXSR2"
    ),
    "another domain's": lambda provider, names, raw: Signer(
        names, "elsewhere.example"
    ).signed(raw),
    "a subdomain's": lambda provider, names, raw: Signer(
        names, "x.provider.example"
    ).signed(raw),
    "only the beginning": lambda provider, names, raw: with_a_tail(provider, raw),
    "not the subject": lambda provider, names, raw: provider.signed(
        raw, include_headers=[b"from", b"date"]
    ),
    "a second subject": lambda provider, names, raw: (
        b"Subject: Customer Lockbox request EXSR3\r\n" + provider.signed(raw)
    ),
    "a second content type": lambda provider, names, raw: (
        b"Content-Type: text/html; charset=utf-7\r\n" + provider.signed(raw)
    ),
    "an encoding that was not there": lambda provider, names, raw: (
        b"Content-Transfer-Encoding: base64\r\n" + provider.signed(raw)
    ),
    "not the content type": lambda provider, names, raw: provider.signed(
        raw, include_headers=[b"from", b"subject", b"date"]
    ),
    "no key there": lambda provider, names, raw: provider.signed(raw).replace(
        b"s=s1", b"s=s2"
    ),
    "nonsense": lambda provider, names, raw: b"DKIM-Signature: \xff=;;h\r\n" + raw,
}


@pytest.mark.parametrize("way", FORGERIES)
def test_what_the_provider_has_not_signed_waits_for_a_person(
    cast, mailbox, read, provider, names, way
):
    mail_rule(cast)
    mailbox.append(FORGERIES[way](provider, names, notice()))
    read()
    assert not AccessRequest.objects.exists()
    row = ReceivedMail.objects.get()
    assert row.verdict == "doubted" and "provider.example" not in row.signatures
    assert Arrival.objects.get().result == "not_taken"
    lines = [item for item in work_for(cast.nils) if "arrival" in item.url]
    assert len(lines) == 1 and lines[0].clock is None


def doubted(cast, mailbox, read, **sent):
    mail_rule(cast)
    mailbox.append(notice(**sent))
    read()
    return Arrival.objects.get()


def test_a_person_who_looked_in_the_portal_takes_it_in(cast, mailbox, read):
    sent = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
    row = doubted(cast, mailbox, read, at=sent)
    request = dialogue.confirm_mail(row, by=cast.nils, reason="Det står i portalen.")
    assert request.is_draft and request.requested_at == sent
    assert request.clock.answer_by == sent + timedelta(hours=12)
    row.refresh_from_db()
    with pytest.raises(WrongState):
        dialogue.confirm_mail(row, by=cast.nils, reason="En gång till")
    assert not [item for item in work_for(cast.nils) if "arrival/" in item.url]


def test_or_sets_it_aside(cast, mailbox, read):
    row = doubted(cast, mailbox, read)
    request.handle_arrival(row, by=cast.nils, note_text="Bluff, finns inte i portalen.")
    assert not AccessRequest.objects.exists()
    assert not [item for item in work_for(cast.nils) if "arrival/" in item.url]


def test_what_our_own_mail_system_forwards_and_seals_is_believed(
    cast, mailbox, read, provider, names
):
    rule = mail_rule(cast)
    changed_by_managers(cast, rule, sealed_by="exempelstad.example")
    ours = Signer(names, "exempelstad.example")
    altered = provider.signed(notice()).replace(b"A Microsoft", b"[EXTERN] A Microsoft")
    found = "dkim=pass header.d=provider.example"
    mailbox.append(ours.sealed(altered, found))
    read()
    assert AccessRequest.objects.count() == 1
    assert ReceivedMail.objects.get().signatures == [
        "provider.example exempelstad.example"
    ]


@pytest.mark.parametrize(
    "sealed_by, found",
    [
        ("exempelstad.example", "dkim=fail header.d=provider.example"),
        ("exempelstad.example", "dkim=pass header.d=elsewhere.example"),
        ("", "dkim=pass header.d=provider.example"),
        # An envelope's sender, and a comment, are a stranger's own words.
        (
            "exempelstad.example",
            'spf=pass smtp.mailfrom="dkim=pass header.d=provider.example"@evil.example',
        ),
        (
            "exempelstad.example",
            'spf=pass smtp.mailfrom="; dkim=pass header.d=provider.example"@evil.example',
        ),
        ("exempelstad.example", "dkim=none (; dkim=pass header.d=provider.example)"),
        ("exempelstad.example", "dkim=pass header.d=evil.example/provider.example"),
        ("andra.example", "dkim=pass header.d=provider.example"),
    ],
)
def test_another_seal_or_another_finding_is_not(
    cast, mailbox, read, provider, names, sealed_by, found
):
    rule = mail_rule(cast)
    if sealed_by:
        changed_by_managers(cast, rule, sealed_by=sealed_by)
    mailbox.append(Signer(names, "exempelstad.example").sealed(notice(), found))
    read()
    assert not AccessRequest.objects.exists()


def test_a_seal_that_was_broken_is_not(cast, mailbox, read, provider, names):
    rule = mail_rule(cast)
    changed_by_managers(cast, rule, sealed_by="exempelstad.example")
    found = "dkim=pass header.d=provider.example"
    sealed = Signer(names, "exempelstad.example").sealed(notice(), found)
    mailbox.append(sealed.replace(b"Request: EXSR1", b"Request: EXSR2"))
    read()
    assert not AccessRequest.objects.exists()


def test_while_dns_is_silent_it_waits_and_then_a_person_judges(
    cast, mailbox, read, names
):
    mail_rule(cast)
    mailbox.arrives()
    names.is_down = True
    read()
    (trouble,) = mailbox_troubles(Heartbeat.objects.all())
    assert "DNS" in trouble
    assert not ReceivedMail.objects.exists()
    names.is_down = False
    read()
    assert AccessRequest.objects.count() == 1
    mailbox.arrives("EXSR2")
    names.is_down = True
    with acting.at(acting.now() + timedelta(minutes=6)):
        read()
    assert ReceivedMail.objects.get(number="EXSR2").verdict == "doubted"


def test_strangers_who_write_the_providers_address_fill_nothing(cast, mailbox, read):
    mail_rule(cast)
    mailbox.append(*(notice(Subject=f"Spam {number}") for number in range(20)))
    read()
    assert not ReceivedMail.objects.exists()


def test_dns_is_asked_for_those_whom_a_rule_trusts_alone(cast, mailbox, provider):
    """The finding: five signatures whose DNS takes its time held back all mail."""
    mail_rule(cast)
    stranger = b"DKIM-Signature: v=1; d=slow.example; s=s1; h=from; bh=x; b=x\r\n"
    asked = []

    def txt(name, timeout=5.0):
        asked.append(name)

    raw = stranger * 5 + provider.signed(notice())
    trusted = Trusted({"provider.example"}, {"exempelstad.example"})
    assert signatures_of(raw, txt, trusted) == []
    assert asked == []  # beyond five nobody looks
    signatures_of(stranger + provider.signed(notice()), txt, trusted)
    assert asked == [b"s1._domainkey.provider.example."]


def test_a_long_subject_is_read_soon():
    line("=?utf-8?q?a" * 100_000)  # read to its end it takes a quarter of an hour


def test_a_round_that_runs_out_says_so(cast, mailbox, read, monkeypatch):
    """The finding: it counted as a success, whatever lay there still."""
    mail_rule(cast)
    monkeypatch.setattr("requests_app.cases.intake.sweep.LONGEST", -1.0)
    mailbox.append(notice())
    read()
    (trouble,) = mailbox_troubles(Heartbeat.objects.all())
    assert "Mer post kom" in trouble and not ReceivedMail.objects.exists()
