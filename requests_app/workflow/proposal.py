"""Proposing a decision: the case officer's own work."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.law.case import IntendedDecision
from requests_app.law.facts import Basis, basis_of
from requests_app.law.grounds import lawful_ground
from requests_app.law.parts import given, given_parts
from requests_app.law.reasons import Naming, Omission
from requests_app.law.rules import obstacles
from requests_app.law.terms import ConditionTerm, ReservationTerm
from requests_app.models import (
    AccessRequest,
    Outcome,
    Proposal,
    ReturnComment,
    SecrecyReview,
    StandingReliance,
)
from requests_app.models.outcome import GRANTS
from requests_app.words.phrases import listed
from requests_app.workflow import conflict, request_state
from requests_app.workflow.printed_text import refuse_unfinished, refuse_unprintable
from requests_app.workflow.reasons import (
    naming_of,
    reasons_fields,
    recipient_texts,
    refuse_reasons,
)
from requests_app.workflow.return_comment import settle
from requests_app.workflow.step import WrongState, note, save, step
from requests_app.workflow.terms import refuse_unnamed, term_texts, write_terms

# Statuses of the request in which something can be decided about it.
Status = SecrecyReview.Status
WORKING = (Status.ASSIGNED, Status.IN_ASSESSMENT)
# Of an approval that hands out documents, where neither request nor product says.
SHORTEST_USUAL = 60
REVIEWABLE = (*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN)


@step(starts_from=WORKING, may="assesses")
def propose(
    review: SecrecyReview,
    *,
    by: Any,
    outcome: str,
    motivation_internal: str,
    naming: Naming | None = None,
    omission: Omission | None = None,
    granted_minutes: int | None = None,
    granted_scope: str = "",
    conditions: Iterable[ConditionTerm] = (),
    reservations: Iterable[ReservationTerm] = (),
    settled: Iterable[ReturnComment] = (),
    no_conflict: bool = False,
) -> Proposal:
    """Propose a decision to somebody else (föredragning). The recipient reads all of
    its reasons, unless an omission says what is left out, and why."""
    conflict.take_part(
        review, by=by, stage=conflict.Stage.ASSESSMENT, declared=no_conflict
    )
    _refuse_untimely(review, outcome)
    _refuse_foreign_demand(review, outcome)
    basis = basis_of(review)
    conditions, reservations = list(conditions), list(reservations)
    decision = _intended(
        basis, outcome, granted_minutes, granted_scope, conditions, reservations
    )
    _refuse(basis, decision)
    refuse_unnamed(review, reservations)
    naming = naming_of(basis, naming)
    refuse_reasons(review, basis, outcome, naming, omission)
    terms = term_texts(decision.scope, conditions, reservations)
    texts = recipient_texts(motivation_internal, omission)
    refuse_unprintable(review, **terms, **texts)
    refuse_unfinished(**{"motivation_internal": motivation_internal, **texts})
    parts = given_parts(basis.facts, outcome)
    proposal = Proposal.objects.create(
        review=review,
        outcome=outcome,
        part_ids=[part.key for part in parts],
        revision=review.access_request.revision,
        object_ids=request_state.object_ids(review),
        granted_minutes=decision.minutes,
        granted_scope=decision.scope,
        ground=decision.ground,
        **reasons_fields(motivation_internal, naming, omission),
        proposed_by=by,
        proposed_at=clock.now(),
    )
    write_terms(proposal, conditions, reservations)
    if outcome in GRANTS and basis.facts.needs_reliance:
        _rely(proposal, basis)
    settle(settled, by=by)
    save(review, status=Status.PROPOSED)
    note("review.proposed", on=review, by=by, outcome=outcome)
    return proposal


def _refuse_untimely(review: SecrecyReview, outcome: str) -> None:
    is_open = review.access_request.status in REVIEWABLE
    withdrawn = not (is_open or request_state.awaits_documents(review))
    if withdrawn and outcome != Outcome.STRUCK_OFF:
        raise WrongState(
            _("The request no longer waits for an answer: propose to strike it off.")
        )
    if review.status == Status.ASSIGNED and outcome in GRANTS:
        raise WrongState(_("Assess the request before you propose to grant it."))


def _refuse_foreign_demand(review: SecrecyReview, outcome: str) -> None:
    """Nothing goes to a foreign authority without a ground (OSL 8:3, GDPR 48)."""
    is_demand = review.matter == SecrecyReview.Matter.FOREIGN_DEMAND
    if outcome in GRANTS and is_demand and not review.treaty_ground.strip():
        text = _(
            "A demand by a foreign authority is granted only where OSL 8:3 allows it (a"
            " special provision in an act or ordinance, or that a Swedish authority"
            " could be given the information and it is clearly consistent with Swedish"
            " interests) and, for personal data to a third country, GDPR article 48:"
            " refuse it otherwise. What is not secret and holds no personal data is"
            " handed out to anyone as official documents: have the request registered"
            " as one for those."
        )
        raise ValidationError({"outcome": text})


def _intended(
    basis: Basis,
    outcome: str,
    minutes: int | None,
    scope: str,
    conditions: list[ConditionTerm],
    reservations: list[ReservationTerm],
) -> IntendedDecision:
    """A grant with the ground that carries it; nothing of a grant in a refusal."""
    counts = (len(conditions), len(reservations))
    if outcome not in GRANTS:
        return IntendedDecision(outcome, "", None, "", *counts)
    reserved = outcome == Outcome.GRANTED_WITH_RESERVATION
    facts = given(basis.facts, outcome)
    ground = lawful_ground(facts, reserved=reserved)
    if not basis.facts.is_of_access:
        # Nobody decides for how long; an approval in the provider's service ends.
        minutes = basis.facts.longest_asked or SHORTEST_USUAL
    if outcome == Outcome.PARTIALLY_GRANTED and not scope.strip():
        scope = listed(part.name for part in given_parts(basis.facts, outcome))
    return IntendedDecision(outcome, ground, minutes, scope, *counts)


def _rely(proposal: Proposal, basis: Basis) -> None:
    for row in basis.reliance.rows:
        StandingReliance.objects.create(
            review=proposal.review, proposal=proposal, standing_assessment=row
        )


def refuse_what_the_law_forbids(review: SecrecyReview, proposal: Proposal) -> None:
    """Raise ValidationError where the proposal may not be decided as things are now."""
    _refuse_foreign_demand(review, proposal.outcome)
    _refuse(basis_of(review), as_proposed(proposal))


def as_proposed(proposal: Proposal) -> IntendedDecision:
    return IntendedDecision(
        outcome=proposal.outcome,
        ground=proposal.ground,
        minutes=proposal.granted_minutes,
        scope=proposal.granted_scope,
        conditions=proposal.conditions.count(),
        reservations=proposal.reservations.count(),
    )


def _refuse(basis: Basis, decision: IntendedDecision) -> None:
    """Say everything that stands in the way, each at the field it hangs on."""
    texts: dict[str, list[str]] = {}
    for obstacle in obstacles(basis.facts, decision):
        texts.setdefault(obstacle.field or NON_FIELD_ERRORS, []).append(obstacle.text)
    if texts:
        raise ValidationError(texts)


@step(starts_from=(Status.PROPOSED,), may="works")
def withdraw_proposal(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """Take one's own proposal back to change it."""
    for proposal in review.proposals.filter(status=Proposal.Status.OPEN):
        save(proposal, status=Proposal.Status.OVERTAKEN)
    save(review, status=Status.IN_ASSESSMENT)
    note("review.proposal_withdrawn", on=review, by=by, reason=reason)
