"""Whose turn is it: the step that a review waits for, and whether it is this person's.

The rights are those of Involvement, which the buttons and the steps ask too; here is
only what comes first.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import AccessRequest, Act, SecrecyReview
from requests_app.models.ladder import (
    ASSESS,
    LADDER,
    RECEIVE_STOP,
    REGISTER,
    STRIKE_OFF,
    WORKED,
    NextStep,
)
from requests_app.permissions.involvement import Involvement
from requests_app.selectors.queue import aftermath, appeals

Status = SecrecyReview.Status
SEE_CHANGE = NextStep("see-change", _("See what has changed"), "is_to_see_change")
# What comes before or after the ladder, of which more is asked than the right.
STOP = NextStep("stop", _("Stop: protective security"), "stops")
REVOKE = NextStep("revoke", _("Revoke the grant"), "revokes")
TAKE_BACK = NextStep("take-back", _("Take the proposal back"), "works")
RECONSIDER = NextStep("reconsider", _("Make a new decision"), "reconsiders")
FOLLOW_UP = NextStep("follow-up", _("Follow up the conditions"), "follows_up")
SERVE = NextStep("serve", _("Record service"), "serves")
SEND = NextStep("serve", _("Send the decision, and record service"), "serves")
SERVE_REVOCATION = NextStep(
    "serve-revocation", _("Record service of the revocation"), "serves"
)
GIVE_REASONS = NextStep(
    "give-reasons", _("Give the reasons that were asked for"), "corrects"
)
CLOSE = NextStep("close", _("Close the case"), "closes")
DECIDE_STRIKING_OFF = NextStep("strike-off", _("Strike off"), "decides")
# Rights of whoever decides.
DECIDERS = ("decides", "corrects")
# Nothing to fill in and easily undone: taken where it is offered, without its page.
AT_ONCE = ("take",)
ENDED = (Status.DECIDED, Status.LAPSED, Status.STOPPED)
AFTERWARDS = (Status.DECIDED, Status.CLOSED)


def next_step(review: Any, rights: Involvement) -> NextStep | None:
    """The step that this person can take next."""
    if urgent := _urgent_step(review, rights):
        return urgent
    if appealed := appeals.next_step(review, rights):
        return appealed
    if review.status in AFTERWARDS and rights.awaits_reasons and rights.corrects:
        return GIVE_REASONS
    if not review.diary_number and rights.registers:
        return REGISTER
    if (step := _up_the_ladder(review, rights)) or review.status == Status.REGISTERED:
        return step
    if _is_overtaken(review) and rights.reconsiders and not rights.is_at_court:
        return RECONSIDER
    if step := _to_end(review, rights):
        return step
    # Whoever has no other turn in it is told of a change all the same.
    return SEE_CHANGE if rights.is_to_see_change else None


def act_of(step: NextStep | None) -> str:
    """Which of the acts that a roster is laid for."""
    if step == REGISTER:
        return Act.REGISTER
    return Act.DECIDE if step and step.right in DECIDERS else Act.REVIEW


def _up_the_ladder(review: Any, rights: Involvement) -> NextStep | None:
    """Towards a decision."""
    if review.status not in SecrecyReview.OPEN or review.status == Status.NEW:
        return None
    steps = LADDER[review.status].steps
    return next((step for step in steps if getattr(rights, step.right)), None)


def is_to_stop(review: Any) -> bool:
    """Class 4 concerns Sweden's security: nothing goes on, whatever is believed."""
    waits = (*SecrecyReview.OPEN, Status.DECIDED)
    is_awaited = review.access_request.status in AccessRequest.AWAITING
    return review.level == MOST_SERIOUS and review.status in waits and is_awaited


def _urgent_step(review: Any, rights: Involvement) -> NextStep | None:
    """What must be done before anything else goes on."""
    if review.status == Status.STOPPED and rights.receives_stop:
        return None if rights.is_stop_received else RECEIVE_STOP
    if is_to_stop(review) and rights.stops:
        return STOP
    if aftermath.is_to_revoke(review) and rights.revokes:
        return REVOKE
    if not review.law_has_changed:
        return None
    if review.status == Status.PROPOSED and rights.works:
        return TAKE_BACK
    return ASSESS if rights.assesses and review.status in WORKED else None


def _is_overtaken(review: Any) -> bool:
    """Does something newer than the decision call for another one?"""
    is_decided = review.status == Status.DECIDED
    has_fallen = review.ground_has_fallen or review.delegation_has_fallen
    return review.is_outdated or (has_fallen and is_decided)


def _to_end(review: Any, rights: Involvement) -> NextStep | None:
    if rights.works and rights.follows_up and aftermath.awaits_follow_up(review):
        return FOLLOW_UP
    if review.awaits_service and rights.serves:
        return SERVE
    # What takes something back goes before the decision that gave it.
    if review.revocation_unserved and rights.serves:
        return SERVE_REVOCATION
    if _is_to_be_sent(review) and rights.serves:
        return SEND
    is_over = review.access_request.status in AccessRequest.OVER
    if _is_to_be_struck_off(review, rights):
        return _to_strike_off(rights)
    if _is_to_wait(review, rights) or aftermath.awaits_follow_up(review):
        return None
    if review.status in ENDED and is_over and review.diary_number and rights.closes:
        return CLOSE
    return None


def _is_to_be_sent(review: Any) -> bool:
    """The recipient is told as soon as can be, whatever the provider does."""
    return review.status == Status.DECIDED and review.is_to_be_sent


def _is_to_wait(review: Any, rights: Involvement) -> bool:
    """A case is not closed while it can be appealed, or an appeal waits."""
    return review.can_be_appealed or rights.awaits_appeal


def _is_to_be_struck_off(review: Any, rights: Involvement) -> bool:
    """What lapsed or was stopped ends with a decision too."""
    ended = review.status in (Status.LAPSED, Status.STOPPED)
    return ended and bool(review.diary_number) and not rights.has_decision


def _to_strike_off(rights: Involvement) -> NextStep | None:
    if rights.has_proposal:
        return DECIDE_STRIKING_OFF if rights.may_decide else None
    return STRIKE_OFF if rights.proposes_striking_off else None
