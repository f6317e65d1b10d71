"""Who assesses, on what is in force, and what an answer leads to."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import decision
from requests_app.cases.review.steps.assessment import HarmTestInput
from requests_app.core.step import WrongState
from requests_app.desk.queue import reviews
from tests.cast import provision
from tests.helpers.cases import arrive
from tests.helpers.refusals import assess_by, fresh, refused
from tests.helpers.web import page, signed_in, step_url, work_of

pytestmark = pytest.mark.django_db


def test_only_the_case_officer_assesses(cast):
    subject = cast.assigned()
    for person in (cast.jonas, cast.bo, cast.per, cast.lena, cast.cilla, cast.agnes):
        refused(PermissionDenied, assess_by(cast, person), fresh(subject))
    cast.assess(subject)


def test_suspected_security_protection_stops_the_review_and_keeps_no_text(cast):
    subject = cast.assigned()
    secret = "the war organisation"
    cast.assess(subject, security_protection="suspected", ground_motivation=secret)
    assert subject.status == SecrecyReview.Status.STOPPED
    assert subject.protected_subject is None
    assert not subject.answers.exists() and not subject.harm_tests.exists()
    assert secret.encode() not in b"".join(
        bytes(row.body)
        for row in type(subject.access_request.justification).objects.all()
    )
    refused(WrongState, cast.propose, subject)


# 23:2 OSL changes at midnight in Sweden, between these two.
BEFORE = datetime(2028, 6, 30, 20, tzinfo=UTC)

CHANGED = datetime(2028, 7, 1, 4, tzinfo=UTC)


def test_a_test_of_a_version_no_longer_in_force_is_made_anew(cast):
    with acting.at(BEFORE):
        decided = cast.decided(number="old")
        subject = cast.assessed(number="open")
        proposed = cast.proposed(number="proposed")
        old = provision("OSL-23-2-st1")
    karin = signed_in(cast.karin)
    with acting.at(CHANGED):
        new = provision("OSL-23-2-st1")
        assert work_of(cast.karin)[str(subject)].step_url.endswith("/assess/")
        assert work_of(cast.karin)[str(proposed)].step_url.endswith("/take-back/")
        shown = karin.get(page(old)).context["citing"]
        assert {row.pk for row in shown} == {subject.pk, proposed.pk}
        assert not signed_in(cast.cilla).get(page(old)).context["citing"]
        with pytest.raises(ValidationError):
            decision.decide(proposed, by=cast.bo, no_conflict=True)
        form = karin.get(step_url(subject, "assess")).context["form"]
        assert [row.provision for row in form.rows] == [new]
        assert [(row.test.provision, row.is_replaced) for row in form.ended] == [
            (old, True)
        ]
        with pytest.raises(ValidationError):
            cast.propose(subject)
        cast.assess(subject)
        assert not reviews.ended_tests().filter(review=subject)
        cast.propose(subject)
    outcomes = {row.provision: row.outcome for row in subject.harm_tests.all()}
    assert outcomes == {old: "struck", new: "applies"}
    assert decided.harm_tests.get().provision == old
    assert decided.harm_tests.get().outcome == "applies"


def test_an_answer_is_given_anew_when_what_it_was_confirmed_on_has_changed(cast):
    subject = cast.assigned(engineer_country="DE")
    cast.assess(subject)
    assert fresh(subject).answers.get(node="N9.country").answer == "eea"
    arrive(cast, engineer_country="IN")
    with pytest.raises(ValidationError):
        cast.propose(fresh(subject))
    again = fresh(subject)
    cast.assess(again, answers={"N9.country": "third", "N9.transfer": "clauses"})
    cast.propose(again)


def coming_version(cast, code):
    """Of a provision, in the place of the one in force from tomorrow on."""
    tomorrow = acting.today() + timedelta(days=1)
    row = provision(code)
    with acting_as(cast.sam):
        row.valid_to = tomorrow
        row.save()
        row.pk, row.valid_from, row.valid_to = None, tomorrow, None
        row.save(force_insert=True)
    return row


def test_a_version_that_has_not_begun_is_not_what_is_tested(cast):
    coming = coming_version(cast, "OSL-25-1")
    subject = cast.assigned()
    tested = [HarmTestInput(coming, "does_not_apply", "Not yet.")]
    cast.assess(subject, tested=tested, ground="none")
    assert not fresh(subject).harm_tests.exists()
    with pytest.raises(ValidationError):
        cast.propose(fresh(subject))
