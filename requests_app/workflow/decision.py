"""Deciding, returning, correcting and reconsidering. Only a person decides."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.as_decided import rest_on
from requests_app.documents.decision import copies_of
from requests_app.documents.document import Document, fingerprint
from requests_app.documents.wording import with_title
from requests_app.law.assessment import assessment_with_texts
from requests_app.law.facts import Basis, basis_of
from requests_app.models import (
    AccessRequest,
    Decision,
    DelegationRule,
    Proposal,
    SecrecyReview,
    StandingAssessment,
)
from requests_app.models.alteration import altered_rows
from requests_app.models.outcome import GRANTS, meaning
from requests_app.models.terms import Terms
from requests_app.permissions.delegation import delegation_for
from requests_app.permissions.roles import today
from requests_app.workflow import answer, approval, conflict, request_state
from requests_app.workflow.content import keep
from requests_app.workflow.proposal import refuse_what_the_law_forbids
from requests_app.workflow.step import (
    ChangedSince,
    WrongState,
    note,
    require,
    save,
    step,
)
from requests_app.workflow.subsequent_review import order_if_needed

Status = SecrecyReview.Status
# Statuses of a request in which a new decision still changes something.
RUNNING = (*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN)


def _is_overtaken(_may: Any, review: SecrecyReview) -> str:
    """Why what is proposed may not be decided as it stands."""
    request = review.access_request
    now = review.proposals.annotate(named=request_state.object_ids_of_each())
    proposal = now.get(status=Proposal.Status.OPEN)
    if proposal.revision != request.revision:
        return _(
            "The provider has changed the request since the proposal: return it, so"
            " that it is assessed again."
        )
    if proposal.object_ids != proposal.named:
        return _(
            "The review has got other objects since the proposal: return it, so that"
            " they are assessed."
        )
    awaited = approval.is_late(request) and request.status in AccessRequest.AWAITING
    if awaited and not review.asks_for_documents:
        return _(
            "The time to answer has run out: the request lapses and can only be"
            " struck off."
        )
    return "" if review.diary_number else _("Register the review before it is decided.")


def _is_not_to_be_changed(rights: Any, review: SecrecyReview) -> str:
    if rights.is_at_court:
        return _(
            "An appeal against the decision has been handed over to the court: it can"
            " not be changed here any more (FL 39 §)."
        )
    if review.access_request.status in RUNNING:
        return ""
    return _(
        "The request is over: a new decision would change nothing. Close the case."
    )


@step(starts_from=(Status.PROPOSED,), may="decides", hindrance=_is_overtaken)
def decide(
    review: SecrecyReview,
    *,
    by: Any,
    no_conflict: bool = False,
    as_read: str | None = None,
    urgent_because: str = "",
) -> Decision:
    """Decide as proposed, under a delegation rule in force that is copied onto it.
    `urgent_because`: why the board could not be awaited, of whoever decides in its
    place (KL 6:39).

    Whoever wants to decide otherwise returns the proposal: what is signed is what
    was read. `as_read`: the fingerprint of both copies as they stood on a page. Raises
    ChangedSince where they would read otherwise by now.
    """
    proposal = review.proposals.get(status=Proposal.Status.OPEN)
    conflict.take_part(
        review, by=by, stage=conflict.Stage.DECISION, declared=no_conflict
    )
    _refuse_altered(review)
    if proposal.outcome in GRANTS:
        approval.keep_freezes_out()
        _refuse_more_of_what_was_revoked(review)
        _refuse_without_ground(proposal)
    refuse_what_the_law_forbids(review, proposal)
    rule = delegation_for(by, review, proposal.outcome, proposal.granted_minutes)
    require(rule is not None)
    _refuse_unexplained(rule, urgent_because)
    if as_read is not None:
        basis = basis_of(review, assessment_with_texts(review))
        _refuse_unread(as_read, drafted(review, proposal, rule, basis, by=by))
    decision = sign(review, proposal, rule, by=by, urgent_because=urgent_because)
    save(proposal, status=Proposal.Status.DECIDED)
    save(review, status=Status.DECIDED)
    answer.order_answer(review.access_request, by=by)
    note("review.decided", on=review, by=by, outcome=decision.outcome)
    return decision


def _refuse_unexplained(rule: DelegationRule | None, urgent_because: str) -> None:
    if rule and rule.is_urgent and not urgent_because.strip():
        text = _("Write why the board's decision can't be awaited (KL 6:39).")
        raise ValidationError({"urgent_because": text})


def _refuse_unread(as_read: str, copies: tuple[Document, Document]) -> None:
    """A rule, a provision, a register or the day may have changed, and no version of
    the case with it."""
    if fingerprint(copies) != as_read:
        raise ChangedSince(
            _("The decision would not read as it did when you read it: read it again.")
        )


def _refuse_more_of_what_was_revoked(review: SecrecyReview) -> None:
    awaits = review.access_request.status in AccessRequest.AWAITING
    if awaits and approval.is_revoked(review.access_request):
        raise WrongState(approval.REVOKED)


def _refuse_altered(review: SecrecyReview) -> None:
    """Nothing is decided on what is not what was recorded."""
    if altered_rows(review.access_request_id, [review.pk]):
        raise WrongState(
            _(
                "Something in the case has been changed outside the system: ask the"
                " information-security manager to look into it first."
            )
        )


def _refuse_without_ground(proposal: Proposal) -> None:
    valid = StandingAssessment.objects.valid(today())
    if proposal.reliances.exclude(standing_assessment__in=valid).exists():
        raise WrongState(
            _(
                "A standing assessment that the proposal relies on is no longer in"
                " force: return the proposal, so that it is assessed again."
            )
        )


def sign(
    review: SecrecyReview,
    proposal: Proposal,
    rule: DelegationRule | None,
    *,
    by: Any,
    urgent_because: str = "",
) -> Decision:
    """Inside a step: the decision as it was proposed, with a copy of the rule."""
    decision = _unsigned(review, proposal, rule, by=by)
    if rule and rule.is_urgent:
        decision.urgent_because = keep(urgent_because)
    decision.save(force_insert=True)
    order_if_needed(decision)
    return decision


def drafted(
    review: SecrecyReview,
    proposal: Proposal,
    rule: DelegationRule | None,
    basis: Basis,
    *,
    by: Any,
) -> tuple[Document, Document]:
    """The decision that the person would make now: the recipient's copy and the full
    one, as they will read. Nothing is written."""
    decision = _unsigned(review, proposal, rule, by=by)
    rest_on(decision, basis.assessment, basis.facts)
    return copies_of(decision)


def _unsigned(
    review: SecrecyReview, proposal: Proposal, rule: DelegationRule | None, *, by: Any
) -> Decision:
    assert rule is not None  # noqa: S101 — the step has asked
    same = [field.name for field in Terms._meta.fields]
    return Decision(
        **{name: getattr(proposal, name) for name in same},
        proposal=proposal,
        review=review,
        decided_by=by,
        decided_by_name=with_title(by),
        rapporteur=proposal.proposed_by,
        rapporteur_name=with_title(proposal.proposed_by),
        decided_at=clock.now(),
        delegation_rule=rule,
        delegation_snapshot=rule.snapshot(),
        security_protection=review.security_protection,
        regime=review.authority.regime,
        answer=meaning(
            proposal.outcome,
            partly=review.access_request.connection.product.can_answer_partly,
        ),
        supersedes=request_state.current_decision(review),
    )


@step(starts_from=(Status.DECIDED,), may="reconsiders", hindrance=_is_not_to_be_changed)
def reconsider(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """Open a decided review again: a new decision will supersede the old (FL 37 §)."""
    # What the others have decided stands: their answer is made anew if this was not it.
    save(review, status=request_state.back_to_work(review))
    if review.access_request.status in AccessRequest.AWAITING:
        answer.order_answer(review.access_request, by=by)
    note("review.reconsidered", on=review, by=by, reason=reason)
