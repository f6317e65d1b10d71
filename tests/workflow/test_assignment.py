"""Who works a case: assigned, taken, joined and handed over."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from requests_app.cases.intake.models.review import Assignment, SecrecyReview
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import decision, people
from requests_app.core.step import SomeHindered, WrongState
from tests.helpers.people import sees
from tests.helpers.refusals import assess_by, refused

pytestmark = pytest.mark.django_db


def test_an_unregistered_review_is_not_assigned(cast):
    refused(WrongState, people.assign, cast.new(), by=cast.per, person=cast.karin)


def test_the_registrar_does_not_assign(cast):
    refused(
        PermissionDenied,
        people.assign,
        cast.registered(),
        by=cast.lena,
        person=cast.karin,
    )


def test_somebody_from_another_authority_needs_a_basis(cast):
    subject = cast.registered()
    refused(ValidationError, people.assign, subject, by=cast.per, person=cast.cilla)
    people.assign(subject, by=cast.per, person=cast.cilla, basis="OSL 2:1, avtal 7")
    assert subject.case_officer == cast.cilla
    assert subject.assignments.get().basis == "OSL 2:1, avtal 7"


def test_a_new_case_officer_takes_the_rights_of_the_old(cast):
    subject = cast.assigned()
    people.assign(subject, by=cast.per, person=cast.jonas, reason="Ill")
    refused(PermissionDenied, assess_by(cast, cast.karin), subject)
    cast.assess(subject, by=cast.jonas)
    old = subject.assignments.get(person=cast.karin)
    assert (old.end_reason, old.ended_at is not None) == ("Ill", True)


def test_a_lawyer_takes_a_case_nobody_works_on_but_not_anothers(cast):
    subject = cast.registered()
    people.take(subject, by=cast.karin)
    assert subject.case_officer == cast.karin
    refused(PermissionDenied, people.take, subject, by=cast.jonas)


def test_the_assigned_person_acknowledges_once(cast):
    subject = cast.assigned()
    running = subject.assignments.get()
    assert running.acknowledged_at is None
    refused(PermissionDenied, people.acknowledge, subject, by=cast.jonas)
    people.acknowledge(subject, by=cast.karin)
    running.refresh_from_db()
    assert running.acknowledged_at is not None
    refused(WrongState, people.acknowledge, subject, by=cast.karin)


def test_who_assesses_has_taken_the_case_on(cast):
    subject = cast.assigned()
    cast.assess(subject)
    assert subject.assignments.get().acknowledged_at is not None


def test_who_takes_a_case_has_acknowledged_it(cast):
    subject = cast.registered()
    people.take(subject, by=cast.karin)
    assert subject.assignments.get().acknowledged_at is not None


def test_several_work_a_review_and_none_of_them_decides(cast):
    subject = cast.assigned()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="Much")
    refused(
        WrongState,
        people.add_reviewer,
        subject,
        by=cast.per,
        person=cast.jonas,
        reason="Again",
    )
    cast.assess(subject, by=cast.jonas)
    cast.propose(subject, no_conflict=True)
    refused(PermissionDenied, decision.decide, subject, by=cast.jonas)
    kinds = set(subject.assignments.values_list("kind", flat=True))
    assert kinds == {"officer", "co"}


def test_a_co_reviewer_who_leaves_works_no_more(cast):
    subject = cast.assigned()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="Much")
    refused(
        ValidationError,
        people.remove_reviewer,
        subject,
        by=cast.per,
        person=cast.karin,
        reason="x",
    )
    people.remove_reviewer(
        subject, by=cast.per, person=cast.jonas, reason="Done with it"
    )
    assert not involvement(cast.jonas, subject).works
    assert involvement(cast.karin, subject).works


def test_a_co_reviewer_made_officer_has_one_running_assignment(cast):
    subject = cast.assigned()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="Much")
    people.assign(subject, by=cast.per, person=cast.jonas, reason="Takes over")
    running = Assignment.objects.get(review=subject, ended_at=None)
    assert (running.person, running.kind) == (cast.jonas, "officer")
    assert involvement(cast.jonas, subject).works


def test_a_conflict_shuts_a_co_reviewer_out_at_once(cast):
    subject = cast.assigned()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="Much")
    people.declare(
        subject, by=cast.jonas, stage="assessment", has_conflict=True, ground="close"
    )
    assert not sees(cast.jonas, subject)
    assert subject.assignments.filter(person=cast.jonas, ended_at=None).count() == 0
    assert SecrecyReview.objects.get(pk=subject.pk).case_officer == cast.karin


def test_a_leavers_cases_are_handed_over_all_or_none(cast):
    cases = [cast.assigned(number=f"H{number}") for number in range(3)]
    given = people.assign_several(
        cases, by=cast.per, person=cast.jonas, reason="Karin leaves"
    )
    assert given == 3
    officers = {row.case_officer for row in SecrecyReview.objects.all()}
    assert officers == {cast.jonas}


def test_nothing_is_handed_over_when_one_case_can_not_be(cast):
    cases = [cast.assigned(number=f"H{number}") for number in range(2)]
    people.assign(cases[1], by=cast.per, person=cast.jonas, reason="Ill")
    people.declare(
        cases[1], by=cast.jonas, stage="assessment", has_conflict=True, ground="close"
    )
    people.assign(cases[1], by=cast.per, person=cast.karin, reason="Back")
    refused(
        SomeHindered,
        people.assign_several,
        cases,
        by=cast.per,
        person=cast.jonas,
        reason="Karin leaves",
    )
    officers = {row.case_officer for row in SecrecyReview.objects.all()}
    assert officers == {cast.karin}
