"""Requests of data subjects as pages show them."""

from requests_app.models import DataSubjectRequest, NoticeKind
from requests_app.selectors.clocks import Clock, clock_between


def clock_of_request(row: DataSubjectRequest) -> Clock | None:
    if row.status != DataSubjectRequest.Status.OPEN:
        return None
    return clock_between(NoticeKind.DATA_SUBJECT, row.received_at, row.due_at)
