"""Requests for documents that wait for somebody, as lines of the queue."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from requests_app.models import (
    DisclosedDocument,
    DisclosureDecision,
    DisclosureRequest,
    IncomingAppeal,
)
from requests_app.permissions.handing_out import (
    HAND_OUT_LOOKERS,
    can_decide_hand_out,
    can_hand_out,
    can_serve_decision,
    can_try_hand_out_appeal,
    disclosure_requests_visible_to,
    to_look_through,
)
from requests_app.permissions.roles import has_role
from requests_app.selectors.addresses import url
from requests_app.selectors.handing_out import in_days, is_late
from requests_app.selectors.queue.appeals import HAND_OVER, TRY
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each

Status = DisclosureRequest.Status


def hand_outs_for(user: Any) -> Iterator[Kind]:
    """Tested and delivered by who handles them, looked through by another. The oldest
    first: "promptly" runs from when it came."""
    if not has_role(user, *HAND_OUT_LOOKERS):
        return
    of_it = {"request": OuterRef("pk")}
    unserved = DisclosureDecision.objects.filter(**of_it, served_at=None)
    appealed = IncomingAppeal.objects.filter(
        hand_out__request=OuterRef("pk"),
        review=None,
        status__in=IncomingAppeal.WAITING,
    ).order_by("received_at")
    rows = disclosure_requests_visible_to(user).annotate(
        has_unserved=Exists(unserved),
        appeal_status=Subquery(appealed.values("status")[:1]),
        is_reserved=Exists(DisclosedDocument.objects.reserved().filter(**of_it)),
    )
    rows = rows.filter(
        Q(status__in=DisclosureRequest.WAITING)
        | Q(has_unserved=True)
        | Q(appeal_status__isnull=False)
    )
    looks = to_look_through(user).filter(status=Status.LOOK)
    theirs = set(looks.values_list("pk", flat=True))
    rows = rows.select_related("authority", "of_data_subject").order_by("received_at")
    yield of_each(rows, lambda row: _item(row, user, row.pk in theirs))


def _item(row: Any, user: Any, looks: bool) -> WorkItem:
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
        alarm=_alarm(row) if is_late(row) else "",
    )


def _alarm(row: DisclosureRequest) -> str:
    if row.of_data_subject_id is not None:
        return _("The month to answer is over (GDPR 12.3).")
    return _("To be answered promptly (TF 2:16).")


def _turn(row: Any, user: Any, looks: bool) -> str:
    """What the person is to do; empty where it is others' turn."""
    if row.status == Status.LOOK:
        return _("Look through what leaves") if looks else ""
    if row.has_unserved and can_serve_decision(user, row):
        return _("Serve the decision")
    if row.status == Status.ASKED:
        decides = can_decide_hand_out(user, row)
        return _("Decide on what was kept back") if decides else ""
    if row.status == Status.READY and row.is_reserved and not row.decisions.exists():
        decides = can_decide_hand_out(user, row)
        return _("Decide on the reservation") if decides else ""
    if row.appeal_status:
        return _of_appeal(row, user)
    if row.has_unserved or not can_hand_out(user, row):
        return ""
    if row.status == Status.OPEN:
        return _("Test what is asked for")
    is_answered = not row.of_data_subject or row.of_data_subject.settled_at
    return _("Deliver") if row.status == Status.READY and is_answered else ""


def _of_appeal(row: Any, user: Any) -> str:
    if row.appeal_status == IncomingAppeal.Status.TO_TRY:
        tries = can_try_hand_out_appeal(user, row)
        return str(TRY.label) if tries else ""
    return str(HAND_OVER.label) if can_serve_decision(user, row) else ""
