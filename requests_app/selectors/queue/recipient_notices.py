"""Recipients to be told that what they were given was masked, as lines of the queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import RecipientNotice
from requests_app.permissions.roles import has_role
from requests_app.permissions.text_mask import TELLERS, notices_to_give
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each


def recipient_notices_for(user: Any) -> Iterator[Kind]:
    """With whoever keeps the register or decides (GDPR article 19)."""
    if not has_role(user, *TELLERS):
        return
    rows = notices_to_give(user).select_related("mask__review__authority")
    yield of_each(rows.order_by("pk"), _line)


def _line(row: RecipientNotice) -> WorkItem:
    return upkeep_item(
        row,
        row.mask.review.authority,
        row.mask.get_kind_display(),
        _("Tell the recipient"),
        url=url("textmask_change", row.mask_id),
        step_url=url("textmask_step", row.mask_id, "tell"),
        since=row.mask.made_at,
    )
