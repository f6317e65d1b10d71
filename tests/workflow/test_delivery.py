"""Answers, revocations, ends of access and withdrawals."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.rights import (
    can_read_request,
    is_loose,
    requests_visible_to,
)
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import case, decision
from requests_app.core.step import WrongState
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)
from tests.cast import hours
from tests.helpers.refusals import fresh, refused

pytestmark = pytest.mark.django_db


def test_only_the_executor_confirms_an_answer(cast):
    task = cast.decided().access_request.deliveries.get()
    for person in (cast.karin, cast.bo, cast.lena, cast.sam):
        refused(
            PermissionDenied,
            delivery.confirm,
            Delivery.objects.get(pk=task.pk),
            by=person,
            given_at=acting.now(),
            no_conflict=True,
        )
    cast.confirm(task)


def test_an_answer_is_confirmed_once_and_not_before_the_decision(cast):
    task = cast.decided().access_request.deliveries.get()
    refused(ValidationError, lambda t: cast.confirm(t, given_at=hours(-1)), fresh(task))
    refused(ValidationError, lambda t: cast.confirm(t, given_at=hours(1)), fresh(task))
    late = fresh(task)
    cast.confirm(task)
    refused(WrongState, cast.confirm, late)


def test_what_is_classified_after_the_click_does_not_undo_the_click(cast):
    task = cast.decided().access_request.deliveries.get()
    clicked = acting.now()
    held = InformationSet.objects.get(name="Pupil health")
    with acting.at(hours(0.1)):
        with acting_as(cast.ines):
            SecurityClassification.objects.create(
                information_set=held,
                valid_from=acting.today(),
                confidentiality=4,
                integrity=1,
                availability=1,
            )
        refused(WrongState, cast.confirm, fresh(task))
        cast.confirm(fresh(task), given_at=clicked)
    assert task.access_request.grants.get().status == "open"


def test_revoking_gives_the_executor_a_task_and_nothing_ends_before_it_is_done(cast):
    grant = cast.answered().access_request.grants.get()
    why = {"reason": "Outside its scope", "reason_for_recipient": "Stop at once"}
    refused(PermissionDenied, delivery.revoke, fresh(grant), by=cast.karin, **why)
    delivery.revoke(grant, by=cast.bo, **why)
    task = grant.access_request.deliveries.get(answer="revoke")
    assert fresh(grant).status == "open"
    assert "Stop at once" in task.text.text
    assert grant.end_note.text == "Outside its scope"
    refused(WrongState, delivery.revoke, fresh(grant), by=cast.bo, **why)
    cast.confirm(task)
    assert fresh(grant).end_reason == "revoked"


def test_access_ends_early_when_the_provider_is_done(cast):
    grant = cast.answered().access_request.grants.get()
    delivery.end_access(grant, by=cast.karin, account="Repaired")
    assert (grant.status, grant.end_reason) == ("ended", "completed")


def test_a_withdrawn_request_is_struck_off_by_somebody_else(cast):
    subject = cast.assigned()
    dialogue.withdraw(subject.access_request, by=cast.karin, reason="Mail 14.02")
    subject = fresh(subject)
    assert subject.proposals.get().outcome == "struck_off"
    decision.decide(subject, by=cast.bo, no_conflict=True)
    assert subject.access_request.deliveries.count() == 0
    case.close(subject, by=cast.karin)
    assert fresh(subject.access_request).status == "closed"


UNKNOWN = ("nobody@knows.example",)


def test_a_request_withdrawn_before_it_is_routed_is_closed(cast):
    request = cast.request(objects=UNKNOWN)
    why = "Solved in the support case"
    dialogue.withdraw(request, by=cast.nils, reason=why)
    request.refresh_from_db()
    assert request.status == "closed" and not request.reviews.exists()
    assert not is_loose(request)
    newest = request.history.first()
    assert (newest.history_user_name, newest.history_change_reason) == (
        "Nils Test",
        why,
    )
    events = LedgerEntry.objects.filter(event__startswith="request.")
    assert list(events.order_by("id").values_list("event", flat=True)) == [
        "request.received",
        "request.withdrawn",
        "request.closed",
    ]


def test_who_routes_still_finds_a_request_closed_before_it_was_routed(cast):
    request = cast.request(objects=UNKNOWN)
    dialogue.withdraw(request, by=cast.nils, reason="Mail")
    assert request in requests_visible_to(cast.nils)
    assert can_read_request(cast.nils, request)
    assert request not in requests_visible_to(cast.lena)


def test_a_request_routed_in_part_waits_for_its_review(cast):
    request = cast.request(objects=("kurator@skola.example", *UNKNOWN))
    dialogue.withdraw(request, by=cast.nils, reason="Mail")
    request.refresh_from_db()
    assert request.status == "withdrawn"
    assert request.reviews.get().proposals.get().outcome == "struck_off"
