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
    rows: Any = permissions.changes_in_turn(user)
    for row in rows.select_related("authority", "proposed_by")[:LONGEST]:
        yield WorkItem(
            clock=None,
            name=_named(row),
            url=url("registerchange_change", row.pk),
            place=str(row.authority or row.row_model._meta.verbose_name),
            wants=row.reason,
            details=_("proposed by %(name)s") % {"name": row.proposed_by},
            level=None,
            warning="",
            step=_("Confirm all of them")
            if row.together > 1
            else _("Confirm the change"),
            step_url=url("registerchange_step", row.pk, _step_of(row)),
            since=row.proposed_at,
        )


def _named(row: Any) -> str:
    if row.together == 1:
        return _("Change: %(name)s") % {"name": row}
    told = _("Changes of one file: %(name)s and %(more)s more")
    return told % {"name": row, "more": row.together - 1}


def _step_of(row: Any) -> str:
    return "confirm-file" if row.together > 1 else "confirm"
