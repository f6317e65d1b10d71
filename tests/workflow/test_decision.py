"""Who decides and on what rule; what a new decision does to the old."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import decision, proposal
from requests_app.core.step import WrongState, machine_account
from requests_app.organisation.models import DelegationRule
from tests.helpers.refusals import fresh, refused

pytestmark = pytest.mark.django_db


def test_another_person_decides_and_the_rule_is_copied(cast):
    subject = cast.decided()
    made = subject.decisions.get()
    assert made.decided_by == cast.bo and made.rapporteur == cast.karin
    assert made.delegation_snapshot["item_no"] == "4.7"
    assert made.delegation_snapshot["board_decision"] == "2020-01-15 § 7"


def entered_again(subject, **changes):
    """The authority's one item ends, and stands as another with these changes."""
    rule = DelegationRule.objects.get(item_no="4.7", authority=subject.authority)
    with acting_as(machine_account("system")):
        rule.valid_to = rule.valid_from
        rule.save()
        rule.pk, rule.valid_to = None, None
        confirmed_by, confirmed_at = rule.confirmed_by, rule.confirmed_at
        rule.confirmed_by = rule.confirmed_at = None
        for name, value in changes.items():
            setattr(rule, name, value)
        rule.save()
    with acting_as(confirmed_by):
        rule.confirmed_by, rule.confirmed_at = confirmed_by, confirmed_at
        rule.save()


def test_a_reviewer_does_not_decide_their_own_proposal(cast):
    subject = cast.proposed()
    entered_again(subject, role="legal_reviewer")
    refused(PermissionDenied, decision.decide, subject, by=cast.karin, no_conflict=True)
    decision.decide(subject, by=cast.jonas, no_conflict=True)


def test_nobody_decides_without_a_rule_for_the_outcome(cast):
    subject = cast.proposed()
    entered_again(subject, outcomes=["refused"])
    refused(PermissionDenied, decision.decide, subject, by=cast.bo, no_conflict=True)


def test_a_rule_that_has_ended_gives_no_right(cast):
    subject = cast.proposed()
    with acting_as(machine_account("system")):
        rule = DelegationRule.objects.get(item_no="4.7", authority=subject.authority)
        rule.valid_to = acting.today() - timedelta(days=2)
        rule.save()
    refused(PermissionDenied, decision.decide, subject, by=cast.bo, no_conflict=True)


def test_another_authoritys_decision_maker_does_not_decide(cast):
    refused(
        PermissionDenied,
        decision.decide,
        cast.proposed(),
        by=cast.didrik,
        no_conflict=True,
    )


def test_no_machine_decides(cast):
    refused(
        PermissionDenied,
        decision.decide,
        cast.proposed(),
        by=cast.sweeper,
        no_conflict=True,
    )


def test_a_second_decision_says_who_was_first(cast):
    subject = cast.proposed()
    late = fresh(subject)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    error = refused(WrongState, decision.decide, late, by=cast.bo, no_conflict=True)
    assert "Bo Test" in str(error)


def test_a_returned_proposal_goes_back_with_its_comment(cast):
    subject = cast.proposed()
    proposal.return_proposal(
        subject, by=cast.bo, comment="Shorter, please", no_conflict=True
    )
    assert subject.status == SecrecyReview.Status.IN_ASSESSMENT
    assert subject.proposals.get().returned_comment.text == "Shorter, please"
    refused(PermissionDenied, lambda s: cast.propose(s, by=cast.jonas), fresh(subject))
    cast.propose(subject, granted_minutes=60)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    assert subject.decisions.get().granted_minutes == 60


def test_a_new_decision_supersedes_the_old_and_its_answer(cast):
    subject = cast.decided()
    first = subject.decisions.get()
    decision.reconsider(subject, by=cast.bo, reason="New facts")
    assert not subject.access_request.deliveries.filter(status="open").exists()
    cast.propose(subject, outcome="refused")
    decision.decide(subject, by=cast.bo, no_conflict=True)
    second = subject.decisions.get(superseded_by=None)
    assert second.supersedes == first
    task = subject.access_request.deliveries.get(status="open")
    assert task.answer == Delivery.Answer.DENY


def test_a_refusal_while_access_runs_orders_it_taken_back(cast):
    subject = cast.answered()
    decision.reconsider(fresh(subject), by=cast.bo, reason="The engineer copied files")
    subject = fresh(subject)
    cast.propose(subject, outcome="refused")
    decision.decide(subject, by=cast.bo, no_conflict=True)
    task = subject.access_request.deliveries.get(status="open")
    assert task.answer == Delivery.Answer.REVOKE
    cast.confirm(task)
    grant = subject.access_request.grants.get()
    assert (grant.status, grant.end_reason) == ("ended", "revoked")


def test_a_review_is_registered_before_it_is_decided(cast):
    subject = cast.new()
    dialogue.withdraw(subject.access_request, by=cast.lena, reason="Mail")
    subject = fresh(subject)
    refused(WrongState, decision.decide, subject, by=cast.bo, no_conflict=True)
