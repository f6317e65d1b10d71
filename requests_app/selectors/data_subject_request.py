"""Requests of data subjects as pages show them."""

from typing import Any

from requests_app.models import (
    DataSubjectRequest,
    Disclosure,
    DisclosureRequest,
    NoticeKind,
    TextMask,
)
from requests_app.permissions.handing_out import disclosure_requests_visible_to
from requests_app.permissions.text_mask import text_masks_visible_to
from requests_app.permissions.visibility import readable_by, visible_to
from requests_app.selectors.clocks import Clock, clock_between


def clock_of_request(row: DataSubjectRequest) -> Clock | None:
    if row.status != DataSubjectRequest.Status.OPEN:
        return None
    return clock_between(NoticeKind.DATA_SUBJECT, row.received_at, row.due_at)


def disclosures_shown_to(
    user: Any, row: DataSubjectRequest
) -> list[tuple[Disclosure, bool, bool]]:
    """Each with whether the person may know of its case, and read it."""
    rows = row.disclosures.select_related(
        "review__authority", "given", "why", "provision", "tested_by"
    )
    reviews = [one.review_id for one in rows if one.review_id]
    visible, readable = (
        set(those.filter(pk__in=reviews).values_list("pk", flat=True))
        for those in (visible_to(user), readable_by(user))
    )
    return [
        (
            one,
            one.review_id is None or one.review_id in visible,
            one.review_id is None or one.review_id in readable,
        )
        for one in rows
    ]


def hand_outs_shown_to(user: Any, row: DataSubjectRequest) -> list[DisclosureRequest]:
    return list(disclosure_requests_visible_to(user).filter(of_data_subject=row))


def masks_shown_to(user: Any, row: DataSubjectRequest) -> list[TextMask]:
    """What was corrected or restricted for it, in cases that the person reads."""
    masks = text_masks_visible_to(user).filter(request=row)
    return list(masks.select_related("review__authority"))
