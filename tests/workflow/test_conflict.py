"""Whoever has a conflict of interest takes no part, in any copy of the case."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import ConflictDeclaration, SecrecyReview
from requests_app.cases.intake.rights import has_conflict
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.steps import case, people
from requests_app.core.step import relation_to
from tests.cast import MAILBOX, SITE
from tests.helpers.cases import forged_decision
from tests.helpers.people import give
from tests.helpers.refusals import assess_by, refused
from tests.helpers.web import in_english, step_url

pytestmark = pytest.mark.django_db


def test_nobody_takes_part_without_a_declaration(cast):
    subject = cast.assigned()
    error = refused(
        ValidationError, lambda s: cast.assess(s, no_conflict=False), subject
    )
    assert "no_conflict" in error.message_dict


def test_a_conflict_shuts_the_case_officer_out_at_once(cast):
    subject = cast.proposed()
    people.declare(
        subject,
        by=cast.karin,
        stage="assessment",
        has_conflict=True,
        ground="close",
        text="My brother",
    )
    assert (subject.status, subject.case_officer) == (
        SecrecyReview.Status.REGISTERED,
        None,
    )
    assert not subject.proposals.filter(status="open").exists()
    refused(
        PermissionDenied,
        assess_by(cast, cast.karin),
        subject_in(subject, SecrecyReview.Status.ASSIGNED, cast),
    )


def test_what_was_assessed_by_whoever_left_with_a_conflict_is_assessed_anew(cast):
    """FL 16-17: what they held carries no grant, though another may hold it too."""
    subject = cast.assigned()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas, basis="x")
    cast.assess(subject, by=cast.jonas)
    told = {"stage": "assessment", "has_conflict": True, "ground": "close"}
    people.declare(subject, by=cast.jonas, **told)
    by_karin = {"by": cast.karin, "no_conflict": True}
    error = refused(ValidationError, lambda s: cast.propose(s, **by_karin), subject)
    wrong = " ".join(error.messages)
    assert "23 kap. 2 § första stycket OSL: den som prövade" in wrong
    assert wrong.count("Den som svarade") > 5
    cast.assess(subject)
    cast.propose(subject)
    assert {row.answered_by for row in subject.harm_tests.all()} == {cast.karin}


def subject_in(subject, _status, cast):
    people.assign(subject, by=cast.per, person=cast.jonas)
    return subject


def test_who_has_a_conflict_is_not_assigned(cast):
    subject = cast.registered()
    people.declare(
        subject, by=cast.karin, stage="assessment", has_conflict=True, ground="close"
    )
    refused(ValidationError, people.assign, subject, by=cast.per, person=cast.karin)


def test_a_conflict_follows_a_request_merged_twice(cast):
    first, second, third = (cast.request(number=f"D{n}", objects=()) for n in "123")
    reviews = [
        case.route(row, by=cast.nils, authority=cast.gsn)
        for row in (first, second, third)
    ]
    people.declare(
        reviews[0], by=cast.bo, stage="decision", has_conflict=True, ground="close"
    )
    for old, kept in ((first, second), (second, third)):
        old.refresh_from_db()
        steps_request.merge(old, by=cast.lena, into=kept, reason="Double")
    assert has_conflict(cast.bo, third.pk)


def test_a_conflict_in_a_double_holds_in_the_database(cast):
    old, subject = cast.assessed(number="D1"), cast.assessed(number="D2")
    people.declare(old, by=cast.bo, stage="decision", has_conflict=True, ground="close")
    steps_request.merge(
        old.access_request, by=cast.lena, into=subject.access_request, reason="Double"
    )
    subject.refresh_from_db()
    cast.propose(subject)
    with pytest.raises(IntegrityError, match="conflict of interest"):
        forged_decision(cast, subject=subject)


def test_the_grounds_are_those_of_the_act_and_having_taken_part_is_none(cast):
    """KL 6:28 first paragraph; 6:31 second paragraph of another board's handling."""
    assert set(ConflictDeclaration.Ground.values) == {
        "party",
        "close",
        "representative",
        "supervision",
        "other",
    }
    subject = cast.assigned()
    karin = in_english(cast.karin)
    shown = karin.get(step_url(subject, "declare")).content.decode()
    assert "Only that you handle the same matter for another board" in shown
    sent = {"stage": "assessment", "has_conflict": "yes", "ground": "earlier"}
    answer = karin.post(step_url(subject, "declare"), {"do": "1", **sent})
    assert "ground" in answer.context["form"].errors


def test_a_lawyer_of_two_boards_handles_the_matter_for_both(cast):
    """Having assessed it for one board shuts nobody out of it for the other."""
    with acting_as(cast.sam):
        give(cast, cast.karin, "legal_reviewer", cast.snc)
    request = cast.request(objects=(MAILBOX, SITE))
    ours, other = (request.reviews.get(authority=a) for a in (cast.gsn, cast.snc))
    case.register(
        ours, by=cast.lena, public_subject="Access", protected_subject="Mailbox"
    )
    people.assign(ours, by=cast.per, person=cast.karin)
    cast.assess(ours)
    assert not has_conflict(cast.karin, request.pk)
    rights = relation_to(cast.karin, other)
    assert rights.takes and rights.reads


def test_a_conflict_shuts_the_officer_out_of_what_extends_it_too(cast):
    first, second = cast.proposed(number="D1"), cast.registered(number="D2")
    with acting_as(cast.lena):
        second.access_request.extends = first.access_request
        second.access_request.save()
    people.declare(
        second, by=cast.karin, stage="assessment", has_conflict=True, ground="close"
    )
    first.refresh_from_db()
    assert (first.case_officer, first.status) == (None, "registered")
    assert not first.proposals.filter(status="open").exists()


def test_a_conflict_in_a_double_shuts_the_officer_out_of_the_right_one(cast):
    double, right = cast.registered(number="D1"), cast.assigned(number="D2")
    people.declare(
        double, by=cast.karin, stage="assessment", has_conflict=True, ground="close"
    )
    request = double.access_request
    request.refresh_from_db()
    steps_request.merge(
        request, by=cast.lena, into=right.access_request, reason="Double"
    )
    right.refresh_from_db()
    assert (right.case_officer, right.status) == (None, "registered")


def test_what_somebody_in_conflict_proposed_is_not_decided(cast):
    subject = cast.proposed()
    people.assign(subject, by=cast.per, person=cast.jonas)
    people.declare(
        subject, by=cast.karin, stage="assessment", has_conflict=True, ground="close"
    )
    subject.refresh_from_db()
    assert subject.case_officer == cast.jonas
    assert not subject.proposals.filter(status="open").exists()
    assert subject.status == "in_assessment"
