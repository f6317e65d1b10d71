"""What time alone does to a request, which never grants anything (design, section 4.1).
Why a review lapsed a person says, who may close it; another looks at that."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.law.subsequent_review import due as look_due
from requests_app.models import AccessRequest, Authority, Lapse, SecrecyReview
from requests_app.permissions.lapse import can_explain_lapse, can_look_at_closing
from requests_app.workflow import answer, approval, outbox, request_state
from requests_app.workflow.access import end_due, open_due
from requests_app.workflow.closing import end_case, why_not_over
from requests_app.workflow.deviation import hindrance_to_closing
from requests_app.workflow.step import lock, note, save, step

LAPSED = SecrecyReview.Status.LAPSED


@step
def sweep_request(access_request: AccessRequest, *, by: Any) -> list[str]:
    """What time alone does to a request: it lapses, access opens and ends.

    Level-triggered: says what it did, and does nothing when called again. It never
    grants anything (design, section 4.1).
    """
    lock(access_request)
    before = access_request.status
    late = approval.is_late(access_request)
    # An answer that may have taken effect in time is looked into first.
    waits = before in AccessRequest.AWAITING
    if waits and not outbox.may_have_taken_effect(access_request):
        if late:
            request_state.let_lapse(access_request, by=by)
        else:
            answer.order_if_due(access_request, by=by)
    open_due(access_request, by=by)
    end_due(access_request, by=by)
    return [access_request.status] if access_request.status != before else []


def _refuse_wordless(cause: str, text: str) -> None:
    if cause == Lapse.Cause.OTHER and not text.strip():
        raise ValidationError({"text": _("Say what it was.")})


@step(may=can_explain_lapse, keeps_reason=True)
def give_cause(lapse: Lapse, *, by: Any, cause: str, text: str = "") -> None:
    """Say why it lapsed; a cause that was wrong is given anew, and history has both."""
    _refuse_wordless(cause, text)
    save(lapse, cause=cause, text=text.strip(), given_by=by, given_at=clock.now())
    note("lapse.cause_given", on=lapse, by=by, cause=cause)


def _takes_a_decision(_may: Any, review: SecrecyReview) -> str:
    """Why one person can't close it; empty where one can."""
    if text := why_not_over(review):
        return text
    if review.authority.regime == Authority.Regime.FL_FULL:
        return _(
            "The authority's answers are decisions in law: the case is struck off by a"
            " decision."
        )
    return hindrance_to_closing(review)


@step(
    starts_from=(LAPSED,),
    may="closes",
    hindrance=_takes_a_decision,
)
def close_lapsed(review: SecrecyReview, *, by: Any, cause: str, text: str = "") -> None:
    """Close what nothing was decided in, and say why it lapsed. Another person looks at
    it by the second working day, and may open it again."""
    _refuse_wordless(cause, text)
    now = clock.now()
    lapse = Lapse.objects.get(review=review)
    given = {"cause": cause, "text": text.strip(), "given_by": by, "given_at": now}
    save(lapse, **given, closed_by=by, due_at=look_due(now))
    end_case(review, by=by)


@step(may=can_look_at_closing)
def confirm_closing(lapse: Lapse, *, by: Any) -> None:
    """Another than closed it finds that it could be closed without a decision."""
    save(lapse, confirmed_by=by, confirmed_at=clock.now())
    note("lapse.closing_confirmed", on=lapse, by=by)


@step(may=can_look_at_closing)
def open_again(lapse: Lapse, *, by: Any, reason: str) -> None:
    """The case stands as it did before one person closed it, to be struck off by a
    decision."""
    review = lapse.review
    lock(review)
    request = review.access_request
    save(lapse, closed_by=None)
    save(review, status=LAPSED, closed_at=None)
    if request.status == AccessRequest.Status.CLOSED:
        request_state.set_status(request, _status_before(request))
    note("lapse.opened_again", on=lapse, by=by, reason=reason)


def _status_before(access_request: AccessRequest) -> str:
    """How the request had ended before its last case was closed."""
    versions = access_request.history.exclude(status=AccessRequest.Status.CLOSED)
    return versions.order_by("-history_id").values_list("status", flat=True)[0]
