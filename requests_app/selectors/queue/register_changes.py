"""Changes of registers that wait for the second person, as lines of the queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.permissions.register_change import SETTLERS, changes_in_turn
from requests_app.permissions.roles import has_role
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem
from requests_app.selectors.queue.kind import Kind, of_each


def changes_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, *SETTLERS):
        return
    rows = changes_in_turn(user)
    yield of_each(rows.select_related("authority", "proposed_by"), _line)


def _line(row: Any) -> WorkItem:
    together = row.together > 1
    return WorkItem(
        clock=None,
        name=_named(row),
        url=url("registerchange_change", row.pk),
        place=str(row.authority or row.row_model._meta.verbose_name),
        wants=row.reason,
        details=_("proposed by %(name)s") % {"name": row.proposed_by},
        level=None,
        warning="",
        step=_("Confirm all of them") if together else _("Confirm the change"),
        step_url=url(
            "registerchange_step", row.pk, "confirm-file" if together else "confirm"
        ),
        since=row.proposed_at,
    )


def _named(row: Any) -> str:
    if row.together == 1:
        return _("Change: %(name)s") % {"name": row}
    text = _("Changes of one file: %(name)s and %(more)s more")
    return text % {"name": row, "more": row.together - 1}
