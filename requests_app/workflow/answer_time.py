"""When the answer in the provider's portal can have been given."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.law.reliance import has_lost_ground
from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import (
    AccessRequest,
    Delivery,
)
from requests_app.permissions.classes import was_of_class
from requests_app.permissions.freeze import freezes_over
from requests_app.words.times import moment_in_words
from requests_app.workflow import (
    answer,
    approval,
    ordering,
    request_state,
)
from requests_app.workflow.step import WrongState

# Of the gate: held against the moment of the click, above.
ASKED_BY_TIME = ("time", "freeze", "class", "ground")


def refuse_wrong_clock(delivery: Delivery) -> None:
    """Before the person looks for a fault in what they typed."""
    if delivery.created_at <= clock.now():
        return
    raise ValidationError(
        {
            "given_at": _(
                "The clock of this server is wrong: it shows %(now)s, and the answer"
                " was ordered %(ordered)s. Tell the system administrator, and note when"
                " you clicked: the answer can be confirmed with that time as soon as"
                " the clock is right."
            )
            % {
                "now": moment_in_words(clock.now()),
                "ordered": moment_in_words(delivery.created_at),
            }
        }
    )


def refuse_late(delivery: Delivery, given_at: datetime) -> None:
    """What was clicked before the answer was held back or lapsed is told as it was;
    nothing is clicked after that."""
    request = delivery.access_request
    if delivery.status == Delivery.Status.OPEN:
        changed = delivery.revision != request.revision
        if changed and delivery.answer != Delivery.Answer.REVOKE:
            raise WrongState(
                _(
                    "The provider has changed the request since the decision: do"
                    " not answer. The authority must decide anew."
                )
            )
    elif given_at >= delivery.history.first().history_date:
        raise WrongState(
            _(
                "The answer was no longer to be given at that time: it was"
                " “%(status)s” already. Correct the time, or ask the provider in"
                " the support case to undo the answer."
            )
            % {"status": delivery.get_status_display()}
        )
    if delivery.answer == Delivery.Answer.APPROVE:
        _refuse_approval(request, given_at)
        _refuse_stopped(delivery)


def _refuse_approval(request: AccessRequest, given_at: datetime) -> None:
    approval.keep_freezes_out()
    reviews = request_state.live_reviews(request)
    is_stopped = was_of_class(MOST_SERIOUS, reviews, given_at)
    if has_lost_ground(ordering.current_decisions(request), given_at):
        raise WrongState(
            _(
                "What the decision rests on no longer stood by then: do not answer. If"
                " you have answered already, take access back."
            )
        )
    if is_stopped or _frozen_by(request, given_at):
        raise WrongState(
            _(
                "Approvals had been stopped by then: do not answer. If you have"
                " answered already, tell the information-security manager at once."
            )
        )
    deadline = request.clock.answer_by
    if deadline is not None and given_at > deadline:
        raise ValidationError(
            {
                "given_at": _(
                    "The time to answer had run out by then. Check the time; if it"
                    " is right, the provider gave no access: there is nothing to"
                    " confirm."
                )
            }
        )


def _refuse_stopped(delivery: Delivery) -> None:
    """The rest of the gate, which has no time of its own: what was clicked before is
    told when the answer has been called back, by the time at which that was."""
    if delivery.status != Delivery.Status.OPEN:
        return
    for question in answer.gate(delivery):
        if question.name not in ASKED_BY_TIME:
            raise WrongState(
                _(
                    "%(why)s Do not answer. If you have answered already, note when:"
                    " in a minute the answer has been called back here, and can be"
                    " confirmed with that time."
                )
                % {"why": question.words}
            )


def _frozen_by(request: AccessRequest, moment: datetime) -> bool:
    return freezes_over(request).filter(begins_at__lte=moment).exists()
