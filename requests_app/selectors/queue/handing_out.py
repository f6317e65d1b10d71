"""Requests for documents that wait for somebody, as lines of the queue."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from requests_app.models import DisclosureRequest
from requests_app.permissions.handing_out import (
    HAND_OUT_LOOKERS,
    can_decide_hand_out,
    can_hand_out,
    can_serve_decision,
    disclosure_requests_visible_to,
    to_look_through,
)
from requests_app.permissions.roles import has_role
from requests_app.selectors.addresses import url
from requests_app.selectors.handing_out import in_days, is_late
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each

Status = DisclosureRequest.Status


def hand_outs_for(user: Any) -> Iterator[Kind]:
    """Tested and delivered by who handles them, looked through by another. The oldest
    first: "promptly" runs from when it came."""
    if not has_role(user, *HAND_OUT_LOOKERS):
        return
    unserved = Q(status=Status.DECIDED, decision__served_at=None)
    rows = disclosure_requests_visible_to(user).filter(
        Q(status__in=DisclosureRequest.WAITING) | unserved
    )
    looks = to_look_through(user).filter(status=Status.LOOK)
    theirs = set(looks.values_list("pk", flat=True))
    rows = rows.select_related("authority").order_by("received_at")
    yield of_each(rows, lambda row: _item(row, user, row.pk in theirs))


def _item(row: DisclosureRequest, user: Any, looks: bool) -> WorkItem:
    step = _turn(row, user, looks)
    page = url("disclosurerequest_change", row.pk)
    return upkeep_item(
        row.number,
        row.authority,
        "",
        step,
        details=in_days(row),
        url=page,
        step_url=page if step else "",
        since=row.received_at,
        alarm=_("To be answered promptly (TF 2:16).") if is_late(row) else "",
    )


def _turn(row: DisclosureRequest, user: Any, looks: bool) -> str:
    if row.status == Status.LOOK:
        return _("Look through what leaves") if looks else ""
    if row.status == Status.ASKED:
        decides = can_decide_hand_out(user, row)
        return _("Decide on what was kept back") if decides else ""
    if row.status == Status.DECIDED:
        return _("Serve the decision") if can_serve_decision(user, row) else ""
    if not can_hand_out(user, row):
        return ""
    if row.status == Status.OPEN:
        return _("Test what is asked for")
    return _("Deliver") if row.status == Status.READY else ""
