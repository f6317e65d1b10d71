"""Whoever assessed, answered or proposed does not decide, whoever wrote after them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from audit_app.acting import acting_as
from requests_app.cases.review.models.assessment import AssessmentAnswer, HarmTest
from requests_app.cases.review.steps import decision, people, proposal
from requests_app.organisation import steps
from tests.helpers.cases import forged_decision
from tests.helpers.people import delegate
from tests.helpers.refusals import refused

pytestmark = pytest.mark.django_db


def legal_reviewers_decide(cast):
    rule = delegate(cast, person=None, role="legal_reviewer")
    steps.confirm_delegation(rule, by=cast.bo)
    return rule


def test_who_assessed_does_not_decide_after_another_wrote_over_it(cast):
    legal_reviewers_decide(cast)
    subject = cast.assessed()
    people.assign(subject, by=cast.per, person=cast.jonas, reason="Ill")
    cast.assess(
        subject,
        by=cast.jonas,
        genuine="yes",
        tested=[cast.tested("OSL-23-2-st1", "applies", "Mine.")],
        ground_motivation="Mine too.",
    )
    assert HarmTest.objects.get(review=subject).answered_by == cast.jonas
    for row in AssessmentAnswer.objects.filter(review=subject):
        with acting_as(cast.jonas):
            row.answered_by = cast.jonas
            row.save()
    cast.propose(subject, by=cast.jonas)
    refused(PermissionDenied, decision.decide, subject, by=cast.karin, no_conflict=True)


def test_who_proposed_before_does_not_decide_anothers_proposal(cast):
    legal_reviewers_decide(cast)
    subject = cast.assigned()
    cast.propose(subject, outcome="refused", granted_minutes=None, no_conflict=True)
    proposal.return_proposal(subject, by=cast.bo, comment="No", no_conflict=True)
    people.assign(subject, by=cast.per, person=cast.jonas, reason="Ill")
    cast.propose(
        subject,
        by=cast.jonas,
        outcome="refused",
        granted_minutes=None,
        no_conflict=True,
    )
    refused(PermissionDenied, decision.decide, subject, by=cast.karin, no_conflict=True)


def test_who_answered_does_not_decide_by_sql(cast):
    rule = legal_reviewers_decide(cast)
    subject = cast.assigned()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="Much")
    cast.assess(subject, by=cast.jonas)
    cast.assess(subject, tested=[cast.tested("OSL-23-2-st1", "applies", "Over it.")])
    cast.propose(subject)
    with pytest.raises(IntegrityError, match="who assessed"):
        forged_decision(
            cast,
            subject=subject,
            decided_by=cast.jonas,
            delegation_rule=rule,
            delegation_snapshot={"item_no": "5.1", "board_decision": "§ 9"},
        )
