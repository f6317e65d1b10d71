"""What hangs on a proposal or a decision stays as it was, whoever writes."""

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.models.decision import (
    Condition,
    ConditionFollowUp,
    Proposal,
    Reservation,
    ServiceOfDecision,
)
from requests_app.cases.review.steps import decision
from requests_app.core.content import keep
from requests_app.registers.models.standing import StandingAssessment, StandingReliance
from tests.cast import hours
from tests.helpers.cases import assessed_as
from tests.helpers.refusals import refuses

pytestmark = pytest.mark.django_db


def test_what_is_proposed_is_not_taken_away(cast):
    subject = cast.proposed("refused")
    refuses("kept", subject.proposals.get().delete, cast.karin)


def test_a_decision_relies_on_nothing_more_afterwards(cast):
    subject = cast.decided()
    other = StandingAssessment.objects.filter(authority=cast.snc).first()
    refuses(
        "open proposal",
        lambda: StandingReliance.objects.create(
            review=subject,
            proposal=subject.proposals.get(),
            standing_assessment=other,
        ),
        cast.karin,
    )


@pytest.mark.parametrize(
    "authority, provider", [("SNC", "Microsoft"), ("GSN", "Exempelmoln")]
)
def test_a_grant_relies_on_its_own_authority_and_provider(cast, authority, provider):
    subject = assessed_as(cast, "applies")
    foreign = StandingAssessment.objects.get(
        authority__code=authority, provider__name=provider
    )
    with acting_as(cast.karin):
        proposal = Proposal.objects.create(
            review=subject,
            proposed_by=cast.karin,
            proposed_at=acting.now(),
            outcome="granted",
            revision=1,
            object_ids=[],
            motivation_internal=keep("x"),
            motivation_for_recipient=keep("x"),
        )
    refuses(
        "standing assessment",
        lambda: StandingReliance.objects.create(
            review=subject, proposal=proposal, standing_assessment=foreign
        ),
        cast.karin,
    )


def test_a_service_is_of_the_reviews_own_decision_and_not_before_it(cast):
    one, two = cast.decided(number="1"), cast.decided(number="2")
    made = one.decisions.get()
    true = {
        "review": one,
        "decision": made,
        "served_at": made.decided_at,
        "way": "hand",
        "recipient": "Ann",
        "recorded_by": cast.lena,
        "recorded_at": acting.now(),
    }
    for change in (
        {"review": two},
        {"served_at": hours(-24)},
        {"recorded_by": cast.karin},
    ):
        refuses(
            "service",
            lambda change=change: ServiceOfDecision.objects.create(
                **{**true, **change}
            ),
            cast.lena,
        )


def test_what_is_said_of_a_condition_is_said_of_a_decided_one(cast):
    decided, open_one = (cast.assessed(number=number) for number in "12")
    for subject in (decided, open_one):
        cast.propose(subject, conditions=[ConditionTerm("no_copying", "Copy nothing.")])
    decision.decide(decided, by=cast.bo, no_conflict=True)
    true = {
        "condition": decided.conditions.get(),
        "review": decided,
        "is_kept": True,
        "noted_by": cast.karin,
        "noted_at": acting.now(),
    }
    for change in (
        {"condition": open_one.conditions.get(), "review": open_one},
        {"review": open_one},
        {"noted_by": cast.bo},
    ):
        refuses(
            "condition",
            lambda change=change: ConditionFollowUp.objects.create(
                **{**true, **change}
            ),
            cast.karin,
        )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_slipped_in_between_the_proposal_and_the_decision(cast):
    subject = cast.proposed()
    rows = {"review": subject, "proposal": subject.proposals.get()}
    refuses(
        "open proposal",
        lambda: Condition.objects.create(
            **rows, kind="other", nature="contractual", text=keep("More")
        ),
        cast.bo,
    )
    refuses(
        "open proposal",
        lambda: Reservation.objects.create(**rows, bound="x", prohibition=keep("y")),
        cast.bo,
    )
