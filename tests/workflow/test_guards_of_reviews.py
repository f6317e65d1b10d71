"""What must always hold of reviews and their assessments, tried with raw SQL."""

import pytest
from django.db import IntegrityError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.models.assessment import AssessmentAnswer, HarmTest
from requests_app.cases.review.steps import people
from requests_app.core.content import keep
from tests.cast import MAILBOX, SITE, provision
from tests.helpers.cases import arrive, asked
from tests.helpers.refusals import fresh, refuses

pytestmark = pytest.mark.django_db


def test_a_suspicion_can_not_stand_beside_work(cast):
    subject = cast.assessed()
    subject.security_protection = "suspected"
    with pytest.raises(IntegrityError), acting_as(cast.karin):
        subject.save()


def test_an_opinion_stays_as_it_was_given(cast):
    made = asked(cast, cast.assigned())[0]
    people.answer(made, by=cast.ines, opinion="Nej", no_conflict=True)
    other = keep("Ja")
    for change in (
        {"opinion": other},
        {"status": "open"},
        {"question": other},
        {"person": cast.dora},
    ):
        row = fresh(made)
        for name, value in change.items():
            setattr(row, name, value)
        refuses("consultation", row.save, cast.ines)
    refuses("kept", fresh(made).delete, cast.ines)


def test_an_opinion_is_given_by_who_is_asked_and_in_their_own_name(cast):
    subject = cast.assigned()
    row = fresh(asked(cast, subject)[0])
    row.opinion, row.status, row.answered_at = keep("Ja"), "answered", acting.now()
    refuses("consultation", row.save, cast.karin)
    row.pk, row.id = None, None
    row._state.adding = True
    refuses("consultation", row.save, cast.karin)


def test_the_assessment_stays_as_it_was_when_it_is_proposed_and_decided(cast):
    for subject in (cast.proposed(number="1"), cast.decided(number="2")):
        test, answer = subject.harm_tests.first(), subject.answers.first()
        test.outcome = "does_not_apply"
        answer.answer = "no"
        for row in (test, answer):
            refuses("not open", row.save, cast.karin)
            refuses("kept", fresh(row).delete, cast.karin)
        more = {
            "review": subject,
            "answered_by": cast.karin,
            "answered_at": acting.now(),
        }
        refuses(
            "not open",
            lambda more=more: AssessmentAnswer.objects.create(
                **more, node="N99", question="?", answer="yes"
            ),
            cast.karin,
        )
        refuses(
            "not open",
            lambda more=more: HarmTest.objects.create(
                **more,
                provision=provision("OSL-21-1"),
                harm_test="straight",
                outcome="does_not_apply",
            ),
            cast.karin,
        )


def test_nobody_assesses_in_anothers_name(cast):
    subject = cast.assessed()
    row = subject.harm_tests.first()
    row.outcome = "does_not_apply"
    refuses("own name", row.save, cast.bo)


def test_what_is_named_lies_in_no_review_that_was_dropped(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    arrive(cast)
    row = request.requested_objects.get(external_id=SITE)
    assert row.review.status == "dropped"
    row.removed_in_revision = None
    refuses("has no review", row.save, cast.lena)
    live = request.reviews.live().get()
    live.status = "dropped"
    refuses("has no review", live.save, cast.lena)
