"""What the law lets a case officer propose."""

import pytest
from django.core.exceptions import ValidationError

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.facts import ReservationTerm
from requests_app.cases.review.steps import proposal
from tests.helpers.refusals import fresh, refused

pytestmark = pytest.mark.django_db


def test_secrecy_that_applies_is_not_broken_without_a_ground(cast):
    subject = cast.assigned()
    cast.assess(subject, ground="none")
    refused(ValidationError, cast.propose, subject)
    cast.propose(subject, outcome="refused")
    assert subject.status == SecrecyReview.Status.PROPOSED


def test_a_provision_that_the_information_set_names_is_tested_before_a_grant(cast):
    subject = cast.assigned()
    cast.assess(subject, tested=[cast.tested("OSL-21-7", "does_not_apply")])
    error = refused(ValidationError, cast.propose, subject)
    assert "23 kap. 2 §" in str(error)


def test_a_risk_that_a_reservation_removes_must_be_reserved(cast):
    subject = cast.assigned()
    cast.assess(
        subject,
        tested=[cast.tested("OSL-23-2-st1", "applies_unless_reserved")],
        ground="none",
    )
    refused(ValidationError, cast.propose, subject)
    refused(
        ValidationError,
        lambda s: cast.propose(s, outcome="granted_with_reservation"),
        fresh(subject),
    )
    reserved = ReservationTerm("Åsa Öström", "Tell nobody")
    cast.propose(subject, outcome="granted_with_reservation", reservations=[reserved])


def test_absolute_secrecy_is_neither_reserved_nor_tested_away(cast):
    subject = cast.assigned()
    for outcome in ("applies_unless_reserved", "does_not_apply"):
        refused(
            ValidationError,
            lambda s, o=outcome: cast.assess(s, tested=[cast.tested("OSL-26-3", o)]),
            fresh(subject),
        )


def test_a_request_that_is_not_genuine_is_not_granted(cast):
    subject = cast.assigned()
    cast.assess(subject, genuine="no")
    refused(ValidationError, cast.propose, subject)


@pytest.mark.parametrize("minutes", [None, 0, 241])
def test_a_grant_has_a_length_that_the_product_allows(cast, minutes):
    refused(
        ValidationError,
        lambda s: cast.propose(s, granted_minutes=minutes),
        cast.assessed(),
    )


def test_a_case_officer_takes_their_proposal_back(cast):
    subject = cast.proposed()
    proposal.withdraw_proposal(subject, by=cast.karin, reason="Wrong length")
    assert subject.status == SecrecyReview.Status.IN_ASSESSMENT
