"""A grant written past the application, by its own role."""

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.models.assessment import HarmTest
from requests_app.cases.review.models.decision import Decision, Proposal
from requests_app.cases.review.steps.decision import order_if_needed
from requests_app.core.content import keep
from requests_app.core.models import meaning
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.standing import StandingAssessment, StandingReliance
from tests.cast import provision
from tests.helpers.cases import declared


def hindering(subject):
    """Codes of what gives secrecy: all may be named in what is forged."""
    outcomes = ("applies", "applies_unless_reserved")
    rows = subject.harm_tests.filter(outcome__in=outcomes)
    return sorted(set(rows.values_list("provision__code", flat=True)))


def forge(cast, subject, **changes):
    """A proposal and a decision of it, both written without the workflow."""
    with acting_as(cast.karin):
        reasons = keep("x")
    terms = {
        "outcome": "granted",
        "revision": 1,
        "object_ids": list(subject.requested_objects.values_list("pk", flat=True)),
        "granted_minutes": 60,
        "granted_scope": "All",
        "ground": "osl-10-2a",
        "motivation_internal": reasons,
        "motivation_for_recipient": reasons,
        "named_codes": hindering(subject),
        "named_because": reasons,
        **changes,
    }
    rule = DelegationRule.objects.get(authority=subject.authority, item_no="4.7")
    with acting_as(cast.karin):
        proposal = Proposal.objects.create(
            review=subject,
            proposed_by=cast.karin,
            proposed_at=acting.now(),
            **terms,
        )
        general = StandingAssessment.objects.get(
            authority=cast.gsn, provider=cast.m365.product.provider
        )
        StandingReliance.objects.create(
            review=subject, proposal=proposal, standing_assessment=general
        )
    with acting_as(cast.bo):
        declared(subject, cast.bo, "decision", has_conflict=False)
        made = Decision.objects.create(
            **terms,
            review=subject,
            proposal=proposal,
            decided_by=cast.bo,
            decided_by_name="Bo Test",
            rapporteur=cast.karin,
            rapporteur_name="Karin Test",
            decided_at=acting.now(),
            delegation_rule=rule,
            delegation_snapshot={
                "item_no": rule.item_no,
                "board_decision": rule.board_decision,
            },
            security_protection=subject.security_protection,
            regime=subject.authority.regime,
            answer=meaning(terms["outcome"], partly=False),
        )
        order_if_needed(made)
        return made


def forced(cast, subject, code, outcome, ground):
    """A harm test written past the step, by whoever works the case."""
    row = provision(code)
    with acting_as(cast.karin):
        HarmTest.objects.create(
            review=subject,
            provision=row,
            harm_test=row.harm_test,
            outcome=outcome,
            ground=ground,
            answered_by=cast.karin,
            answered_at=acting.now(),
        )
    return subject
