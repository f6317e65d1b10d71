"""Changes of registers that wait for the second person, as lines of the queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app import permissions
from requests_app.permissions.register_change import SETTLERS
from requests_app.selectors.queue.item import LONGEST, WorkItem, url


def changes_for(user: Any) -> Iterator[WorkItem]:
    if not permissions.has_role(user, *SETTLERS):
        return
    rows = permissions.changes_to_settle(user)
    for row in rows.select_related("authority", "proposed_by")[:LONGEST]:
        yield WorkItem(
            clock=None,
            name=_("Change: %(name)s") % {"name": row},
            url=url("registerchange_change", row.pk),
            place=str(row.authority or row.row_model._meta.verbose_name),
            wants=row.reason,
            details=_("proposed by %(name)s") % {"name": row.proposed_by},
            level=None,
            warning="",
            step=_("Confirm the change"),
            step_url=url("registerchange_step", row.pk, "confirm"),
            since=row.proposed_at,
        )
