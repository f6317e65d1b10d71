"""A provider's notice by mail becomes a draft, whatever else lies in the mailbox."""

from datetime import UTC, datetime, timedelta

import pytest

from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    MailboxPosition,
    ReceivedMail,
)
from requests_app.cases.intake.steps import request as steps_request
from requests_app.desk.queue.everything import work_for
from requests_app.providers.application import Application
from tests.helpers.mailboxes import mail_rule
from tests.helpers.two_persons import changed_by_managers
from tests.standin.notices import other

pytestmark = pytest.mark.django_db


def verdicts():
    return sorted(ReceivedMail.objects.values_list("verdict", flat=True))


def test_a_notice_is_a_draft_whose_clock_began_when_it_was_sent(cast, mailbox, read):
    mail_rule(cast)
    sent = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=7)
    mailbox.arrives(at=sent)
    assert read() == ["mail EXSR100001: notice"]
    request = AccessRequest.objects.get()
    assert request.is_draft and request.received_by == "mail"
    assert (request.external_id, request.support_case) == ("EXSR100001", "SR-77")
    assert request.requested_at == sent
    assert request.clock.answer_by == sent + timedelta(hours=12)
    kept = request.arrivals.get()
    assert kept.payload.media_type == "message/rfc822"
    assert b"Request: EXSR100001" in kept.payload.body
    assert b"DKIM-Signature" in kept.payload.body
    assert "EXSR100001" in [item.name for item in work_for(cast.nils)]


def test_nothing_in_the_mailbox_is_changed(cast, mailbox, read):
    mail_rule(cast)
    mailbox.arrives()
    mailbox.append(other(1))
    before = mailbox.server.flags()
    read()
    assert mailbox.server.flags() == before
    assert set().union(*before.values()) == set()


def test_each_mail_is_taken_once_and_others_are_counted(cast, mailbox, read):
    mail_rule(cast)
    mailbox.append(other(1), other(2))
    mailbox.arrives()
    mailbox.append(other(3))
    read()
    assert read() == []
    assert AccessRequest.objects.count() == 1
    assert ReceivedMail.objects.count() == 1
    assert MailboxPosition.objects.get().others == 3


def test_a_mailbox_made_anew_gives_nothing_twice(cast, mailbox, read):
    mail_rule(cast)
    mailbox.arrives()
    mailbox.append(other(1))
    read()
    first = MailboxPosition.objects.get().uid_validity
    mailbox.server.made_anew()
    assert read() == []
    position = MailboxPosition.objects.get()
    assert position.uid_validity != first and position.others == 1
    assert AccessRequest.objects.count() == Arrival.objects.count() == 1


def test_the_same_notice_to_two_approvers_is_one_request(cast, mailbox, read):
    mail_rule(cast)
    mailbox.arrives(To="anna@exempelstad.example")
    mailbox.arrives(To="bo@exempelstad.example")
    read()
    assert verdicts() == ["known", "notice"]
    request = AccessRequest.objects.get()
    results = list(request.arrivals.values_list("result", flat=True))
    assert results == ["notice", "new"] and request.revision == 1


def test_a_mail_that_goes_on_about_a_request_lies_with_it(cast, mailbox, read):
    mail_rule(cast)
    mailbox.arrives()
    mailbox.arrives(Subject="Your answer has been received")
    read()
    assert verdicts() == ["known", "notice"]


def test_a_notice_written_otherwise_is_told_to_a_person(cast, mailbox, read):
    mail_rule(cast)
    mailbox.arrives(Subject="Access approval wanted")
    read()
    assert not AccessRequest.objects.exists()
    assert "subject" in Arrival.objects.get().trouble or "ämne" in (
        Arrival.objects.get().trouble
    )
    rows = [item.url for item in work_for(cast.nils)]
    assert any("arrival" in url for url in rows)


def test_the_providers_other_mail_is_kept_for_trials_and_wakes_nobody(
    cast, mailbox, read
):
    mail_rule(cast)
    mailbox.arrives(Subject="News", text="Nothing that has a number.\n")
    read()
    assert verdicts() == ["other"]
    assert not Arrival.objects.exists()


def test_what_another_rule_finds_afterwards_is_taken_in(cast, mailbox, read):
    rule = mail_rule(cast)
    mailbox.arrives(Subject="Ny begäran", text="Begäran: EXSR9 för {tenant}\n")
    read()
    assert verdicts() == ["other"]
    changed_by_managers(
        cast,
        rule,
        subject_pattern="^(Customer Lockbox request|Ny begäran)",
        number_pattern="(EXSR[0-9]+)",
    )
    read()
    assert verdicts() == ["notice", "other"]
    assert AccessRequest.objects.get().external_id == "EXSR9"


def test_a_notice_of_another_tenant_is_not_taken_in(cast, mailbox, read):
    mail_rule(cast)
    mailbox.arrives(tenant="grannstad.onmicrosoft.example")
    read()
    assert not AccessRequest.objects.exists()
    assert Arrival.objects.get().result == "not_taken"


def test_of_two_tenants_each_gets_its_own(cast, mailbox, read):
    mail_rule(cast)
    azure = mail_rule(cast, name="Grannen", tenant="grannstad.onmicrosoft.example")
    changed_by_managers(cast, azure, connection=cast.azure)
    mailbox.arrives("EXSR1")
    mailbox.arrives("EXSR2", tenant="grannstad.onmicrosoft.example")
    read()
    rows = AccessRequest.objects.values_list("external_id", "connection__name")
    assert set(rows) == {("EXSR1", "m365"), ("EXSR2", "azure")}


def test_what_a_person_types_stays_when_a_mail_comes_again(cast, mailbox, read):
    mail_rule(cast)
    mailbox.arrives()
    read()
    request = AccessRequest.objects.get()
    completed(cast, request)
    mailbox.arrives(Message_ID="<again@provider.example>")
    read()
    request.refresh_from_db()
    assert (request.revision, request.duration_minutes) == (2, 120)
    assert not request.is_draft


def completed(cast, request):
    steps_request.complete_notice(
        request,
        by=cast.nils,
        application=Application(
            external_id=request.external_id,
            service="Exchange",
            justification="Felsökning",
            duration_minutes=120,
            requested_at=request.requested_at,
            support_case=request.support_case,
        ),
        payload=b"{}",
    )
