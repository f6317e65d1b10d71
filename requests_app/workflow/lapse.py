"""What time alone does to a request, which never grants anything (design, section 4.1);
and why a review lapsed, which a person says."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import AccessRequest, Lapse
from requests_app.permissions.lapse import can_explain_lapse
from requests_app.workflow import answer, approval, outbox, request_state
from requests_app.workflow.access import end_due, open_due
from requests_app.workflow.step import lock, note, save, step


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


@step(may=can_explain_lapse, keeps_reason=True)
def give_cause(lapse: Lapse, *, by: Any, cause: str, text: str = "") -> None:
    """Say why it lapsed; a cause that was wrong is given anew, and history has both."""
    if cause == Lapse.Cause.OTHER and not text.strip():
        raise ValidationError({"text": _("Say what it was.")})
    save(lapse, cause=cause, text=text.strip(), given_by=by, given_at=clock.now())
    note("lapse.cause_given", on=lapse, by=by, cause=cause)
