"""An access and its extensions end together, and what is revoked of it stays closed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access import clients
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.steps import delivery, outbox
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.steps import dialogue, request
from requests_app.cases.review.steps import afterwards, decision
from requests_app.core.step import WrongState, machine_account
from requests_app.desk.sweep import sweep
from requests_app.providers.application import Application
from tests.cast import LOG, hours
from tests.helpers.caller import Caller
from tests.helpers.extended import (
    applied,
    grant_of,
    granted,
    machine,
    more,
    opened,
    registered_and_assessed,
)
from tests.helpers.refusals import fresh, refused

pytestmark = pytest.mark.django_db
WHY = {"reason": "Outside its scope", "reason_for_recipient": "Sluta genast."}


@pytest.fixture
def caller(cast):
    credentials = clients.make_client(cast.contract, by=cast.sam, name="EM")
    return Caller(credentials)


def revoke(cast, access_request):
    delivery.revoke(fresh(grant_of(access_request)), by=cast.bo, **WHY)


def test_an_extension_adds_its_time_to_the_end_of_what_it_extends(cast, caller):
    first = opened(cast)
    second = more(cast, first)
    dialogue.acknowledge(granted(cast, second), by=machine(cast))
    third = more(cast, first, "P-3")
    dialogue.acknowledge(granted(cast, third), by=machine(cast))
    ends = [grant_of(row).ends_at for row in (first, second, third)]
    assert grant_of(second).opens_at == ends[0]
    assert grant_of(third).opens_at == ends[1]
    assert ends[2] - grant_of(first).opens_at == timedelta(hours=3)
    assert fresh(grant_of(second)).status == "scheduled"


def test_revoking_closes_what_is_open_and_what_was_to_open(cast, caller):
    first = opened(cast)
    second = more(cast, first)
    dialogue.acknowledge(granted(cast, second), by=machine(cast))
    revoke(cast, first)
    assert grant_of(first).status == "open"
    assert grant_of(second).end_reason == "revoked"
    for row in (first, second):
        task = row.deliveries.get(answer="revoke")
        assert task.status == "open" and "Sluta genast." in task.text.text
        dialogue.acknowledge(task, by=machine(cast))
    assert fresh(grant_of(first)).end_reason == "revoked"


def test_revoking_by_the_extension_closes_the_first_access_too(cast, caller):
    first = opened(cast)
    second = more(cast, first)
    dialogue.acknowledge(granted(cast, second), by=machine(cast))
    revoke(cast, second)
    assert first.deliveries.get(answer="revoke").status == "open"


def test_an_answer_that_waited_is_withdrawn_and_opens_nothing(cast, caller):
    first = opened(cast)
    second = more(cast, first)
    task = granted(cast, second)
    revoke(cast, first)
    assert fresh(task).status == "cancelled"
    refused(WrongState, dialogue.acknowledge, fresh(task), by=machine(cast))
    sweep()
    assert not second.grants.exists()
    assert not second.deliveries.filter(status="open").exists()


def test_an_extension_under_review_is_granted_no_more(cast, caller):
    first = opened(cast)
    second = more(cast, first)
    subject = second.reviews.get()
    registered_and_assessed(cast, subject)
    cast.propose(fresh(subject), granted_minutes=60)
    revoke(cast, first)
    subject = fresh(subject)
    refused(WrongState, decision.decide, subject, by=cast.bo, no_conflict=True)


def test_no_extension_is_taken_in_once_it_has_been_revoked(cast, caller):
    first = opened(cast)
    revoke(cast, first)
    told = {
        "number": "P-9",
        "justification": "More",
        "minutes": 60,
        "sent_at": acting.now().isoformat(),
    }
    assert caller.post("/requests/P-1/extensions", told).status_code == 409
    assert not AccessRequest.objects.filter(external_id="P-9").exists()


def test_the_database_opens_nothing_of_what_was_revoked(cast, caller):
    """Around the steps: an answer approved before, access opened after."""
    first = opened(cast)
    second = more(cast, first)
    task = granted(cast, second)
    with acting_as(cast.bo):
        row = fresh(first)
        row.revoked_at = acting.now()
        row.save()
        task.status, task.confirmed_by = "confirmed", cast.bo
        task.confirmed_at = task.given_at = acting.now()
        with pytest.raises(IntegrityError, match="revoked"), transaction.atomic():
            task.save()


def test_the_database_opens_no_scheduled_part_of_it(cast, caller):
    first = opened(cast)
    second = more(cast, first)
    dialogue.acknowledge(granted(cast, second), by=machine(cast))
    grant = grant_of(second)
    with acting_as(cast.lena):
        row = fresh(first)
        row.revoked_at = acting.now()
        row.save()
        grant.status = "open"
        with pytest.raises(IntegrityError, match="revoked"), transaction.atomic():
            grant.save()
    row = fresh(first)
    with acting_as(cast.lena):
        row.revoked_at = None
        with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
            row.save()


def test_the_provider_is_told_and_reads_it_in_the_status(cast, caller):
    client = cast.contract.contract_clients.get()
    first = opened(cast)
    second = more(cast, first)
    clients.listen_at(client, by=cast.sam, webhook_url="https://hooks.example.org/x")
    revoke(cast, first)
    told = OutboxMessage.objects.filter(event="request.access_revoked")
    assert {row.access_request_id for row in told} == {first.pk, second.pk}
    read = caller.get("/requests/P-1").json()
    assert (read["status"], read["answer"]["answer"]) == ("access_revoked", "revoke")
    assert caller.get("/requests/P-2").json()["status"] == "access_revoked"
    listed = caller.get("/requests").json()["requests"]
    assert {row["status"] for row in listed} == {"access_revoked"}
    caller.post("/requests/P-1/acknowledge", "")
    read = caller.get("/requests/P-1").json()
    assert read["status"] == "access_revoked" and read["access"]["ended_at"]


def test_a_refused_extension_leaves_what_it_extends_open(cast, caller):
    """What it extends stands on a decision of its own."""
    first = opened(cast)
    second = more(cast, first)
    dialogue.acknowledge(granted(cast, second), by=machine(cast))
    subject = second.reviews.get()
    decision.reconsider(subject, by=cast.bo, reason="Not needed")
    cast.propose(
        fresh(subject), outcome="refused", granted_minutes=None, granted_scope=""
    )
    decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    assert grant_of(second).end_reason == "revoked"
    assert grant_of(first).status == "open" and fresh(first).revoked_at is None


def test_the_same_terms_sent_later_are_no_change(cast, caller):
    access_request = applied(cast)
    later = Application(
        external_id="P-1",
        justification="Repair",
        duration_minutes=60,
        object_ids=(LOG,),
        requested_at=hours(-1),
    )
    again = request.receive(
        cast.contract, later, by=machine(cast), payload=b"{}", received_by="contract"
    )
    assert again.result is None
    assert fresh(access_request).revision == 1


def test_a_stopped_extension_takes_back_the_access_that_runs(cast, caller):
    first = opened(cast)
    second = more(cast, first)
    subject = second.reviews.get()
    afterwards.stop(subject, by=cast.lena, level="suspected")
    assert first.deliveries.get(answer="revoke").status == "open"


def test_revoking_does_not_wait_for_an_extension_that_is_being_sent(cast, caller):
    """What came of it is told as it was, and taken back by itself."""
    first = opened(cast)
    second = more(cast, first)
    task = granted(cast, second)
    message = OutboxMessage.objects.create(
        topic="answer",
        access_request=second,
        delivery=task,
        lane=f"answer:{second.pk}",
        created_at=acting.now(),
        next_attempt_at=acting.now(),
    )
    message.uncertain, message.lease_until = True, hours(0.1)
    message.save()
    with acting.at(hours(0.05)):
        revoke(cast, first)
        assert outbox.is_being_sent(first)
    assert fresh(task).status == "open" and fresh(second).revoked_at is not None
    with acting.at(hours(0.06)):
        sent_at = fresh(task).created_at
        by = machine_account("outbox")
        delivery.transmitted(fresh(task), by=by, given_at=sent_at)
    assert fresh(task).status == "confirmed"
    assert second.deliveries.filter(answer="revoke").count() == 1
    assert not second.grants.running().exists()
