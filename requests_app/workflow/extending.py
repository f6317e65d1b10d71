"""More time, asked for as a request of its own: part of a step."""

from requests_app.models import AccessRequest
from requests_app.workflow import request_state
from requests_app.workflow.named_list import name_people
from requests_app.workflow.step import save


def extend(access_request: AccessRequest, number: str) -> None:
    """It asks for more of an access that we know: decided by itself, and judged with
    what it extends."""
    rows = AccessRequest.objects.numbered(access_request.connection, number)
    extended = rows.exclude(pk=access_request.pk).first()
    if extended is None:
        return
    access_request.extends = extended
    save(
        access_request, **access_request.clock.moved_to(access_request.clock.answer_by)
    )
    name_people(*request_state.live_reviews(access_request))
