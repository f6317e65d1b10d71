"""Requests of data subjects that nobody has answered, as lines of the queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import DataSubjectRequest
from requests_app.permissions.data_subject_request import (
    REQUEST_READERS,
    can_handle_request,
    data_subject_requests_to_settle,
    data_subject_requests_visible_to,
)
from requests_app.permissions.roles import has_role
from requests_app.selectors.addresses import url
from requests_app.selectors.data_subject_request import clock_of_request
from requests_app.selectors.queue.item import WorkItem
from requests_app.selectors.queue.kind import Kind, of_each


def data_subject_requests_for(user: Any) -> Iterator[Kind]:
    """With whoever makes sure who asks, then with whoever answers; the data protection
    officer sees that it waits."""
    if not has_role(user, *REQUEST_READERS):
        return
    rows = data_subject_requests_visible_to(user)
    rows = rows.filter(status=DataSubjectRequest.Status.OPEN)
    settles = set(data_subject_requests_to_settle(user).values_list("pk", flat=True))
    rows = rows.select_related("authority").order_by("due_at")
    yield of_each(rows, lambda row: _item(row, user, row.pk in settles))


def _item(row: DataSubjectRequest, user: Any, settles: bool) -> WorkItem:
    step, name = "", ""
    if not row.identity and can_handle_request(user, row):
        step, name = _("Make sure who asks"), "identify"
    elif settles:
        step, name = _("Answer the request"), "settle"
    clock = clock_of_request(row)
    is_out = clock is not None and clock.is_out
    return WorkItem(
        clock=clock,
        name=str(row),
        url=url("datasubjectrequest_change", row.pk),
        place=str(row.authority),
        wants="",
        details=_("extended") if row.extended_at else "",
        level=None,
        warning="",
        step=step,
        step_url=url("datasubjectrequest_step", row.pk, name) if name else "",
        alarm=_("The time to answer has run out.") if is_out else "",
        since=row.received_at,
    )
