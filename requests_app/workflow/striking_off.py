"""A case that lapsed or was stopped ends with a decision to strike it off.

Neither takes a text: of a case that was stopped for protective security nothing more
is written, and it stays stopped.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.drafting.internal import ENDED, NOTHING_LEFT
from requests_app.models import Decision, Outcome, Proposal, SecrecyReview
from requests_app.permissions.delegation import delegation_for
from requests_app.workflow import conflict, request_state
from requests_app.workflow.content import keep
from requests_app.workflow.decision import sign
from requests_app.workflow.several import each, in_locking_order
from requests_app.workflow.step import note, require, save, step

Status = SecrecyReview.Status
STOPPED = "Ärendet handläggs inte vidare här."
# Whoever asked is owed a decision that can be appealed; it is made elsewhere.
STOPPED_DOCUMENTS = (
    f"{STOPPED} Begäran om allmänna handlingar prövas för sig, i ett beslut som kan"
    " överklagas (2 kap. 17 och 19 §§ tryckfrihetsförordningen)."
)


def _is_not_to_be_proposed(_may: Any, review: SecrecyReview) -> str:
    if not review.diary_number:
        return _("Register the review before it is decided.")
    if _open_proposals(review).exists():
        return _("It has been proposed already to strike the case off.")
    if request_state.current_decision(review) is not None:
        return _("The case has its decision already.")
    return ""


def _is_not_proposed(_may: Any, review: SecrecyReview) -> str:
    if _open_proposals(review).exists():
        return ""
    return _("Nobody has proposed to strike the case off.")


def _decides(relation: Any, _review: SecrecyReview) -> bool:
    """May the person decide to strike off? Of a stopped case nobody reads the content,
    and there is none in this decision."""
    rights: bool = relation.may_decide if relation.has_proposal else relation.has_rule
    return rights and not relation.has_conflict


@step(
    starts_from=(Status.LAPSED, Status.STOPPED),
    may="proposes_striking_off",
    hindrance=_is_not_to_be_proposed,
)
def propose_striking_off(review: SecrecyReview, *, by: Any) -> Proposal:
    """Propose to strike the case off. One that lapsed is then decided as any other."""
    text = keep(_why(review))
    proposal = Proposal.objects.create(
        review=review,
        outcome=Outcome.STRUCK_OFF,
        revision=review.access_request.revision,
        object_ids=request_state.object_ids(review),
        motivation_internal=text,
        motivation_for_recipient=text,
        proposed_by=by,
        proposed_at=clock.now(),
    )
    if review.status == Status.LAPSED:
        save(review, status=Status.PROPOSED)
    else:
        save(review)
    note("review.proposed", on=review, by=by, outcome=Outcome.STRUCK_OFF)
    return proposal


@step
def propose_striking_off_several(rows: Iterable[SecrecyReview], *, by: Any) -> int:
    """Each as `propose_striking_off` does; all or none. Raises SomeHindered."""
    return each(
        propose_striking_off,
        in_locking_order(rows),
        by=by,
        why_denied=lambda _row: _("It is not yours to strike off."),
    )


@step(starts_from=(Status.STOPPED,), may=_decides, hindrance=_is_not_proposed)
def strike_off(
    review: SecrecyReview, *, by: Any, no_conflict: bool = False
) -> Decision:
    """Decide to strike a stopped case off; it stays stopped."""
    proposal = _open_proposals(review).get()
    conflict.take_part(
        review, by=by, stage=conflict.Stage.DECISION, declared=no_conflict
    )
    rule = delegation_for(by, review, proposal.outcome, None)
    require(rule is not None)
    decision = sign(review, proposal, rule, by=by)
    save(proposal, status=Proposal.Status.DECIDED)
    save(review)
    note("review.decided", on=review, by=by, outcome=decision.outcome)
    return decision


def _open_proposals(review: SecrecyReview) -> Any:
    return review.proposals.filter(status=Proposal.Status.OPEN)


def _why(review: SecrecyReview) -> str:
    if review.status == Status.STOPPED:
        return STOPPED_DOCUMENTS if review.asks_for_documents else STOPPED
    ended = ENDED.get(review.access_request.status, "")
    return f"{ended} {NOTHING_LEFT}".strip()
