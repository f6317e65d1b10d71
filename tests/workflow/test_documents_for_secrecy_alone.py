"""Official documents are refused for secrecy alone (TF 2:2), and not kept waiting."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from audit_app import acting
from requests_app.cases.access.selectors import requests_under
from requests_app.cases.review.law.rules import has_lost_ground
from requests_app.cases.review.rights.decision import freezes_over
from requests_app.cases.review.steps import case, decision, people
from requests_app.core.step import WrongState
from requests_app.registers import steps
from requests_app.registers.models.standing import StandingAssessment
from tests.cast import MAILBOX, SITE
from tests.helpers.cases import forged_decision, set_freeze
from tests.helpers.refusals import fresh, refused

pytestmark = pytest.mark.django_db

DOCUMENTS = {"N0.tf": "yes", "N5.patient": "unmet"}


def revoke(cast):
    row = StandingAssessment.objects.get(
        authority=cast.gsn, provider=cast.m365.product.provider
    )
    steps.revoke(row, by=cast.ivar, reason="A flaw")


def registered(cast, subject, matter):
    told = {"public_subject": "A", "matter": matter}
    case.register(subject, by=cast.lena, **told)
    people.assign(subject, by=cast.per, person=cast.karin)


def asked_for(cast, *tested, matter="documents"):
    subject = cast.new()
    registered(cast, subject, matter)
    rows = [
        cast.tested(*pair) for pair in tested or [("OSL-23-2-st1", "does_not_apply")]
    ]
    cast.assess(subject, tested=rows, answers=DOCUMENTS)
    return fresh(subject)


def test_no_freeze_and_no_standing_assessment_keeps_them_waiting(cast):
    revoke(cast)
    made = set_freeze(cast)
    subject = asked_for(cast)
    assert not {"N2", "N5.patient"} & {row.node for row in subject.answers.all()}
    cast.propose(subject)
    granted = decision.decide(subject, by=cast.bo, no_conflict=True)
    assert not granted.proposal.reliances.exists()
    assert not freezes_over(subject.access_request).exists()
    assert list(requests_under(made)) == []
    cast.confirm(subject.access_request.deliveries.get())
    assert fresh(subject.access_request).status == "access_open"


def test_what_was_granted_does_not_fall_with_the_standing_assessment(cast):
    subject = asked_for(cast)
    cast.propose(subject)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    revoke(cast)
    case.freeze(by=cast.ivar, authority=cast.gsn, reason="x", product=cast.m365.product)
    assert not has_lost_ground(subject.decisions.all(), acting.now())
    cast.confirm(subject.access_request.deliveries.get())


def test_what_goes_to_a_processor_rests_on_the_standing_assessment_all_the_same(cast):
    """OSL 10:2 a is the ground: the database holds the decision to it as well."""
    subject = asked_for(cast, ("OSL-23-2-st1", "applies"))
    proposed = cast.propose(subject)
    assert proposed.reliances.exists()
    revoke(cast)
    refused(WrongState, decision.decide, subject, by=cast.bo, no_conflict=True)
    with pytest.raises(IntegrityError, match="standing assessment relied on"):
        forged_decision(cast, subject=subject)


def test_an_answer_alone_opens_no_way_past_a_freeze(cast):
    """The registrar, not the officer, has it registered as a request for documents."""
    subject = asked_for(cast, matter="access")
    cast.propose(subject)
    set_freeze(cast)
    refused(ValidationError, decision.decide, subject, by=cast.bo, no_conflict=True)
    with pytest.raises(IntegrityError, match="stopped by a freeze"):
        forged_decision(cast, subject=subject)


def test_a_freeze_stops_what_another_authority_gives_access_to(cast):
    """One of two has found that documents are asked for; the other has not: the one
    decides, and the answer that would open access waits."""
    request = cast.request(objects=(MAILBOX, SITE))
    subject = request.reviews.get(authority=cast.gsn)
    registered(cast, subject, "documents")
    rows = [cast.tested("OSL-23-2-st1", "does_not_apply")]
    cast.assess(subject, tested=rows, answers=DOCUMENTS)
    made = set_freeze(cast)
    cast.propose(subject)
    assert decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    assert list(freezes_over(request)) == [made]
    assert list(requests_under(made)) == [request]
