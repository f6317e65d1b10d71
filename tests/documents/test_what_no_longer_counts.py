"""A decision's paper says nothing of questions that are no longer put, of people who
have left the case, and of time where documents are handed out for good."""

import pytest

from requests_app.cases.intake.models.review import ConflictDeclaration
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.steps import case, decision, people
from requests_app.registers.models.information import InformationSet
from tests.helpers.cases import NAMED, arrive
from tests.helpers.refusals import fresh
from tests.helpers.two_persons import proposed

pytestmark = pytest.mark.django_db


def test_data_protection_that_is_asked_no_more_neither_bars_nor_instructs(cast):
    """The set is corrected, or the provider narrows its request, in between."""
    subject = cast.assigned()
    cast.assess(subject, answers={"N9.processor": "no", "N9.dpia": "missing"})
    held = InformationSet.objects.get(name="Pupil health")
    proposed(held, cast.ines, personal_data="none")
    cast.assess(fresh(subject))
    cast.propose(fresh(subject))
    made = decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    document = document_of(made, full=True)
    assert "28.3 a" not in " ".join(document.notes)
    assert not [row for row in document.rules if "dataskydds" in row.citation]


def test_whoever_left_with_a_conflict_has_not_taken_part_in_the_end(cast):
    """FL 16 and 31, KL 6:30: another has assessed it all and answers for it."""
    subject = cast.assessed()
    ground = ConflictDeclaration.Ground.values[0]
    told = {"stage": "assessment", "has_conflict": True, "ground": ground}
    people.declare(fresh(subject), by=cast.karin, **told)
    people.assign(fresh(subject), by=cast.per, person=cast.jonas)
    cast.assess(fresh(subject), by=cast.jonas)
    cast.propose(fresh(subject), by=cast.jonas, outcome="refused")
    made = decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    assert document_of(made, full=False).others == ()


def test_documents_are_not_handed_out_for_some_hours(cast):
    subject = arrive(cast, duration_minutes=None).access_request.reviews.get()
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(fresh(subject), by=cast.per, person=cast.karin)
    tested = [cast.tested(NAMED, "does_not_apply")]
    cast.assess(fresh(subject), tested=tested, answers={"N0.tf": "yes"})
    cast.propose(fresh(subject), granted_minutes=None)
    decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    answer = subject.access_request.deliveries.get().text.text
    assert "lämnar ut de begärda" in answer and "Åtkomst medges" not in answer
