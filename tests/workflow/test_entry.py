"""What was typed by hand: corrected, changed by the provider, answered past us."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import OutsideAnswer
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.steps import afterwards, decision
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import work_for
from requests_app.providers.application import Application
from tests.cast import MAILBOX, SITE
from tests.helpers.refusals import refused

pytestmark = pytest.mark.django_db


def terms(request, **changes):
    application = Application(
        external_id=request.external_id,
        service="Exchange",
        justification="Repair a corrupted item",
        duration_minutes=240,
        object_ids=(MAILBOX,),
        requested_at=request.received_at,
    )
    return replace(application, **changes)


def correct(request, *, by, **changes):
    steps_request.correct_entry(
        request,
        by=by,
        application=terms(request, **changes),
        payload=b"{}",
        reason="I read the wrong line in the portal.",
    )
    request.refresh_from_db()


def outside(request, *, by, **changes):
    told = {
        "answer": "deny",
        "given_at": acting.now(),
        "way": "portal",
        "given_by": "Jour, driftcentralen",
        "account": "Nätet var nere.",
        "reference": "INC 17",
    }
    return steps_request.record_outside_answer(request, by=by, **{**told, **changes})


def test_what_was_typed_wrong_is_corrected_and_stays_as_a_revision(cast):
    subject = cast.assigned()
    request = subject.access_request
    sent = request.received_at - timedelta(minutes=30)
    correct(
        request,
        by=cast.lena,
        external_id="EXSR11",
        duration_minutes=60,
        requested_at=sent,
    )
    assert (request.external_id, request.duration_minutes) == ("EXSR11", 60)
    assert request.revision == 2 and request.received_at == sent
    arrival = request.arrivals.first()
    assert (arrival.result, arrival.arrived_by) == ("correction", cast.lena)
    assert arrival.reason.text == "I read the wrong line in the portal."
    before = request.history.filter(revision=1).first()
    assert (before.external_id, before.duration_minutes) == ("EXSR1", 240)


def test_a_correction_sends_a_proposal_back_and_is_refused_after_the_decision(cast):
    subject = cast.proposed()
    correct(subject.access_request, by=cast.karin, duration_minutes=60)
    subject.refresh_from_db()
    assert subject.status == SecrecyReview.Status.IN_ASSESSMENT
    cast.assess(subject)
    cast.propose(subject, granted_minutes=60)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    subject.access_request.refresh_from_db()
    with pytest.raises(WrongState):
        correct(subject.access_request, by=cast.karin, duration_minutes=30)


def test_what_came_from_a_machine_is_not_corrected(cast):
    request = cast.assigned().access_request
    received = steps_request.receive(
        cast.m365,
        terms(request, external_id="EXSR9"),
        by=cast.intake,
        payload=b"{}",
        received_by="poll",
    )
    with pytest.raises(WrongState):
        correct(received.access_request, by=cast.lena, duration_minutes=60)
    with (
        pytest.raises(DatabaseError),
        acting_as(cast.lena),
        transaction.atomic(),
    ):
        row = received.access_request
        row.external_id, row.revision = "EXSR10", 2
        row.save()
        connection.check_constraints()


def test_who_sees_only_a_part_of_it_corrects_nothing(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    for person in (cast.lena, cast.rut, cast.agnes):
        with pytest.raises(PermissionDenied):
            correct(request, by=person, duration_minutes=60)


def test_the_providers_change_is_recorded_on_what_was_typed(cast):
    subject = cast.decided()
    request = subject.access_request
    steps_request.record_change(
        request,
        by=cast.karin,
        application=terms(request, object_ids=(MAILBOX, "other@skola.example")),
        payload=b"{}",
        reason="The portal shows another mailbox since 03.10.",
    )
    request.refresh_from_db()
    assert request.arrivals.first().result == "revision"
    assert request.deliveries.get().status == "blocked"
    fresh = request.requested_objects.get(external_id="other@skola.example")
    assert fresh.added_in_revision == 2


def test_a_change_that_changes_nothing_is_refused(cast):
    request = cast.assigned().access_request
    correct(request, by=cast.lena, duration_minutes=60)
    with pytest.raises(ValidationError):
        correct(request, by=cast.lena, duration_minutes=60)


def test_a_number_in_other_letters_is_the_same_request(cast):
    request = cast.request("EXSR1")
    again = steps_request.receive(
        cast.m365,
        terms(request, external_id=" exsr1", duration_minutes=60),
        by=cast.intake,
        payload=b"{}",
        received_by="poll",
    )
    assert again.access_request == request and AccessRequest.objects.count() == 1


def test_an_answer_past_us_does_not_lapse_as_unanswered(cast):
    subject = cast.assigned()
    request = subject.access_request
    outside(request, by=cast.lena)
    request.refresh_from_db()
    assert request.status == AccessRequest.Status.ELSEWHERE
    with acting.at(request.answer_deadline + timedelta(hours=1)):
        assert afterwards.sweep_request(request, by=cast.sweeper) == []
    request.refresh_from_db()
    assert request.status == AccessRequest.Status.ELSEWHERE
    with pytest.raises(WrongState):
        outside(request, by=cast.lena)


def test_an_answer_past_us_needs_a_proof_also_in_the_database(cast):
    request = cast.request()
    with pytest.raises(DatabaseError), transaction.atomic():
        outside(request, by=cast.lena, reference="")
    assert not OutsideAnswer.objects.exists()


def test_an_approval_past_us_opens_nothing_and_is_an_alarm(cast):
    subject = cast.assigned()
    outside(subject.access_request, by=cast.karin, answer="approve")
    assert not subject.access_request.grants.exists()
    alarms = [item.alarm for item in work_for(cast.karin)]
    assert "Godkänd utanför Lockbox, utan beslut." in alarms


def test_the_time_alone_is_corrected_and_moves_the_clock(cast):
    subject = cast.assigned()
    request = subject.access_request
    before, sent = request.answer_deadline, request.received_at - timedelta(hours=2)
    correct(request, by=cast.lena, requested_at=sent)
    assert request.received_at == sent
    assert request.answer_deadline == before - timedelta(hours=2)


@pytest.mark.parametrize("days", [-30, 1])
def test_nothing_is_answered_before_it_was_asked_nor_in_the_future(cast, days):
    request = cast.request()
    at = acting.now() + timedelta(days=days)
    told = refused(
        ValidationError, outside, request, by=cast.lena, given_at=at
    ).message_dict
    assert list(told) == ["given_at"]
