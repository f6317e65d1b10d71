"""The lines of the work queue for disclosure: diary numbers, handing out and recipient
notices."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from requests_app.cases.review.diary import entries_kept_by
from requests_app.cases.review.models.afterwards import DiaryEntry, IncomingAppeal
from requests_app.cases.review.models.masks import RecipientNotice
from requests_app.cases.review.tasks import HAND_OVER, TRY
from requests_app.core.people.models import Role
from requests_app.core.people.rights import has_role
from requests_app.core.queue import Kind, WorkItem, of_each, upkeep_item, url
from requests_app.disclosure.models import (
    DisclosedDocument,
    DisclosureDecision,
    DisclosureRequest,
)
from requests_app.disclosure.rights import (
    HAND_OUT_LOOKERS,
    TELLERS,
    can_decide_hand_out,
    can_hand_out,
    can_serve_decision,
    can_try_hand_out_appeal,
    disclosure_requests_visible_to,
    notices_to_give,
    to_look_through,
)
from requests_app.disclosure.selectors import in_days, is_late

# Cases to which a diary system has given two numbers: lines of the work queue.


def two_numbers_for(user: Any) -> Iterator[Kind]:
    if has_role(user, Role.REGISTRAR):
        rows = entries_kept_by(user).disputed()
        yield of_each(rows.select_related("review__authority"), _line)


def _line(row: DiaryEntry) -> WorkItem:
    return upkeep_item(
        row,
        row.review.authority,
        _("The diary system has given it two numbers."),
        _("Say which number it is"),
        url=url("diaryentry_change", row.pk),
        step_url=url("diaryentry_step", row.pk, "choose"),
        since=row.came_at,
    )


# Requests for documents that wait for somebody, as lines of the queue.

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


# Recipients to be told that what they were given was masked, as lines of the queue.


def recipient_notices_for(user: Any) -> Iterator[Kind]:
    """With whoever keeps the register or decides (GDPR article 19)."""
    if not has_role(user, *TELLERS):
        return
    rows = notices_to_give(user).select_related("mask__review__authority")
    yield of_each(rows.order_by("pk"), _recipient_notices_line)


def _recipient_notices_line(row: RecipientNotice) -> WorkItem:
    return upkeep_item(
        row,
        row.mask.review.authority,
        row.mask.get_kind_display(),
        _("Tell the recipient"),
        url=url("textmask_change", row.mask_id),
        step_url=url("textmask_step", row.mask_id, "tell"),
        since=row.mask.made_at,
    )
