"""Until when a request can be answered."""

from datetime import datetime, timedelta

from requests_app.models import AccessGrant, AccessRequest, Connection
from requests_app.providers.application import Application


def deadline(
    connection: Connection, application: Application, received_at: datetime
) -> datetime | None:
    """The earlier of what the provider says and what its product allows.

    A provider's clock that runs ahead must not give us hours that do not exist.
    """
    minutes = connection.product.answer_minutes
    answer_deadline = application.answer_deadline
    if minutes is None:
        return answer_deadline
    if answer_deadline is not None:
        return min(answer_deadline, received_at + timedelta(minutes=minutes))
    start = min(application.requested_at or received_at, received_at)
    return start + timedelta(minutes=minutes)


def before_access_ends(
    access_request: AccessRequest, last: datetime | None
) -> datetime | None:
    """Of what extends an access: its clock stops when that does, whatever the provider
    changes; silence means no extension."""
    if access_request.extends is None:
        return last
    running = access_request.extends.grants.exclude(status=AccessGrant.Status.ENDED)
    ends = running.values_list("ends_at", flat=True)
    capped = (last, *(ends or [access_request.answer_deadline]))
    return min((moment for moment in capped if moment is not None), default=None)
