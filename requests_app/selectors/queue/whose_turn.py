"""Whose turn is it: the step that a review waits for, and whether it is this person's.

The rights are those of Involvement, which the buttons and the steps ask too; here is
only what comes first.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import AccessRequest, SecrecyReview
from requests_app.permissions import Involvement
from requests_app.selectors.queue import aftermath, appeals

Status = SecrecyReview.Status
# A step as its label and its name.
Turn = tuple[Any, str]
ASSESS: Turn = (gettext_lazy("Assess"), "assess")
WORKING: dict[str, Turn] = {
    Status.ASSIGNED: ASSESS,
    Status.IN_ASSESSMENT: (gettext_lazy("Propose a decision"), "propose"),
}
# Nothing to fill in and easily undone: taken where it is offered, without its page.
AT_ONCE = ("take",)
ENDED = (Status.DECIDED, Status.LAPSED, Status.STOPPED)


def next_step(review: Any, may: Involvement) -> Turn | None:
    """The step that this person can take next."""
    if urgent := _urgent_step(review, may):
        return urgent
    if appealed := appeals.turn(review, may):
        return appealed
    if not review.diary_number and may.registers:
        return _("Register"), "register"
    if review.status == Status.REGISTERED:
        return _to_begin(may)
    if review.status == Status.PROPOSED and may.decides:
        return _("Decide"), "decide"
    if may.assesses and review.status in WORKING:
        return WORKING[review.status]
    if _is_overtaken(review) and may.reconsiders and not may.is_at_court:
        return _("Make a new decision"), "reconsider"
    return _to_end(review, may) or _to_look(may)


def is_to_stop(review: Any) -> bool:
    """Class 4 concerns Sweden's security: nothing goes on, whatever is believed."""
    waits = (*SecrecyReview.OPEN, Status.DECIDED)
    is_awaited = review.access_request.status in AccessRequest.AWAITING
    return review.level == MOST_SERIOUS and review.status in waits and is_awaited


def _urgent_step(review: Any, may: Involvement) -> Turn | None:
    """What must be done before anything else goes on."""
    if review.status == Status.STOPPED and may.receives_stop:
        received: Turn = (_("Take the stop over"), "receive-stop")
        return None if may.is_stop_received else received
    if is_to_stop(review) and may.stops:
        return _("Stop: protective security"), "stop"
    if aftermath.is_to_revoke(review) and may.revokes:
        return _("Revoke the grant"), "revoke"
    if not review.law_has_changed:
        return None
    if review.status == Status.PROPOSED and may.works:
        return _("Take the proposal back"), "take-back"
    return ASSESS if may.assesses and review.status in WORKING else None


def _is_overtaken(review: Any) -> bool:
    """Does something newer than the decision call for another one?"""
    is_decided = review.status == Status.DECIDED
    return review.is_outdated or (review.ground_has_fallen and is_decided)


def _to_begin(may: Involvement) -> Turn | None:
    if may.assigns:
        return _("Assign"), "assign"
    return (_("Take the case"), "take") if may.takes else None


def _to_end(review: Any, may: Involvement) -> Turn | None:
    if may.works and may.follows_up and aftermath.awaits_follow_up(review):
        return _("Follow up the conditions"), "follow-up"
    if review.awaits_service and may.serves:
        return _("Record service"), "serve"
    # What takes something back goes before the decision that gave it.
    if review.revocation_unserved and may.serves:
        return _("Record service of the revocation"), "serve-revocation"
    if _is_to_be_sent(review) and may.serves:
        return _("Send the decision, and record service"), "serve"
    is_over = review.access_request.status in AccessRequest.OVER
    if _is_to_be_struck_off(review, may):
        return _to_strike_off(may)
    if _is_to_wait(review, may):
        return None
    if review.status in ENDED and is_over and review.diary_number and may.closes:
        return _("Close the case"), "close"
    return None


def _is_to_be_sent(review: Any) -> bool:
    """The recipient is told as soon as can be, whatever the provider does."""
    return review.status == Status.DECIDED and review.is_to_be_sent


def _is_to_wait(review: Any, may: Involvement) -> bool:
    """A case is not closed while it can be appealed, or an appeal waits."""
    return review.can_be_appealed or may.awaits_appeal


def _to_look(may: Involvement) -> Turn | None:
    """Whoever has no other turn in it is told of a change all the same."""
    if may.is_to_see_change:
        return _("See what has changed"), "see-change"
    return None


def _is_to_be_struck_off(review: Any, may: Involvement) -> bool:
    """What lapsed or was stopped ends with a decision too."""
    ended = review.status in (Status.LAPSED, Status.STOPPED)
    return ended and bool(review.diary_number) and not may.has_decision


def _to_strike_off(may: Involvement) -> Turn | None:
    if may.has_proposal:
        return (_("Strike off"), "strike-off") if may.may_decide else None
    if may.proposes_striking_off:
        return _("Propose to strike off"), "propose-striking-off"
    return None
