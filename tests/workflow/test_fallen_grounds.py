"""A ground that falls after the decision: nothing is given on it, and access that runs
on it is for people to take back (OSL 10:2 a, 12:2: when the information is handed out)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.steps import answer
from requests_app.cases.review.law.rules import has_lost_ground
from requests_app.cases.review.steps import assessment, decision
from requests_app.core.step import WrongState
from requests_app.desk.sweep import sweep
from requests_app.registers import steps
from requests_app.registers.models.standing import StandingAssessment
from tests.helpers.consents import consented
from tests.helpers.refusals import fresh, refused
from tests.helpers.standing import name_recipient
from tests.helpers.web import in_english, offered, page, signed_in, work_of

pytestmark = pytest.mark.django_db


def current(cast):
    return StandingAssessment.objects.get(
        authority=cast.gsn, provider=cast.m365.product.provider
    )


def revoke(cast):
    steps.revoke(current(cast), by=cast.ivar, reason="No agreement")


def on_consent(cast):
    subject = cast.assigned()
    given = consented(cast, subject, "OSL-23-2-st1")
    tested = [cast.tested("OSL-23-2-st1", "applies")]
    cast.assess(subject, tested=tested, ground="osl-12-2")
    cast.propose(fresh(subject))
    subject = fresh(subject)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    return fresh(subject), given


def task_of(subject):
    return subject.access_request.deliveries.get(answer="approve")


def test_revoking_calls_back_the_answer_that_is_not_given(cast):
    subject = cast.decided()
    task = task_of(subject)
    revoke(cast)
    assert fresh(task).status == "cancelled"
    assert fresh(subject.access_request).status == "in_review"
    item = work_of(cast.bo)[str(subject)]
    assert item.step_url.endswith("/reconsider/") and item.alarm


def test_a_consent_taken_back_calls_back_the_answer_that_is_not_given(cast):
    subject, given = on_consent(cast)
    task = task_of(subject)
    assessment.withdraw(
        subject,
        by=cast.karin,
        consent=given,
        withdrawn_at=acting.now(),
        withdrawal="No",
    )
    assert fresh(task).status == "cancelled"
    assert work_of(cast.bo)[str(subject)].step_url.endswith("/reconsider/")


def test_a_machine_does_not_send_what_rests_on_a_ground_that_has_fallen(cast):
    subject = cast.decided()
    task = task_of(subject)
    with acting_as(cast.bo):
        message = OutboxMessage.objects.create(
            topic="answer",
            access_request=subject.access_request,
            delivery=task,
            lane="answer:1",
            created_at=acting.now(),
            next_attempt_at=acting.now(),
        )
    revoke(cast)
    assert fresh(message).result == "cancelled"
    assert not subject.access_request.deliveries.waiting().exists()


def test_one_that_has_run_out_falls_by_itself(cast):
    with acting_as(cast.karin):
        row = current(cast)
        due = acting.today() + timedelta(days=1)
        made = StandingAssessment.objects.get(pk=row.pk)
        made.pk, made.confirmed_by, made.confirmed_at = None, None, None
        made.review_due, made.made_by = due, cast.karin
        made.delegation_rule = made.delegation_snapshot = None
        made.save(force_insert=True)
        name_recipient(made)
    steps.confirm(made, by=cast.bo)
    steps.revoke(row, by=cast.bo, reason="Replaced")
    subject = cast.decided()
    assert subject.decisions.get().proposal.reliances.get().standing_assessment == made
    decisions = list(subject.decisions.all())
    assert not has_lost_ground(decisions)
    assert has_lost_ground(decisions, acting.now() + timedelta(days=2))


def test_the_database_lets_no_such_answer_be_ordered_or_given(cast):
    subject = cast.decided()
    task = task_of(subject)
    revoke(cast)
    with (
        pytest.raises(IntegrityError, match="ground that has fallen"),
        transaction.atomic(),
        acting_as(cast.bo),
    ):
        answer.order(fresh(subject.access_request), "approve", by=cast.bo)
    refused(WrongState, cast.confirm, task)


def test_who_answers_is_told_on_the_page_and_stopped(cast):
    """Where an answer stays ordered for a while, because somebody is at work on it."""
    subject = cast.decided()
    task = task_of(subject)
    with acting_as(cast.ivar):
        row = current(cast)
        row.revoked_by, row.revoked_at, row.revoked_reason = (
            cast.ivar,
            acting.now(),
            "x",
        )
        row.save()
    text = in_english(cast.eva).get(page(task)).content.decode()
    assert "no longer stands" in text and "Do not answer" in text
    refused(WrongState, cast.confirm, task)
    sweep()
    assert fresh(task).status == "cancelled"


def test_access_that_runs_on_it_is_first_in_the_queue_to_be_taken_back(cast):
    subject = cast.answered()
    grant = subject.access_request.grants.get()
    revoke(cast)
    item = work_of(cast.bo)[str(subject)]
    assert item.first and item.alarm
    assert item.step_url.endswith(f"/secrecyreview/{subject.pk}/do/revoke/")
    assert item.url == page(subject)
    assert "revoke" in offered(signed_in(cast.bo), grant)
    assert grant.status == "open"
