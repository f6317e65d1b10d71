"""What time alone does to a request. It never grants anything (design, section 4.1)."""

from typing import Any

from requests_app.models import (
    AccessRequest,
)
from requests_app.workflow import answer, approval, outbox, request_state
from requests_app.workflow.access import end_due, open_due
from requests_app.workflow.step import lock, step


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
