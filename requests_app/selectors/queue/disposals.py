"""Lists to dispose of that wait for a second person: lines of the work queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import Disposal
from requests_app.permissions.disposal import DISPOSERS, disposals_visible_to
from requests_app.permissions.roles import authorities_of, has_role
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each


def disposals_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, *DISPOSERS):
        return
    rows = disposals_visible_to(user).filter(
        status=Disposal.Status.PROPOSED, authority__in=authorities_of(user, *DISPOSERS)
    )
    rows = rows.exclude(proposed_by=user)
    yield of_each(rows.select_related("authority", "proposed_by"), _line)


def _line(row: Disposal) -> WorkItem:
    return upkeep_item(
        row,
        row.authority,
        _("Cases are proposed to be disposed of."),
        _("Look through the list"),
        details=_("proposed by %(name)s") % {"name": row.proposed_by},
        url=url("disposal_change", row.pk),
        step_url=url("disposal_step", row.pk, "confirm"),
        since=row.proposed_at,
    )
