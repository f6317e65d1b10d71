"""A status as people read it, once what was granted has been revoked, and of access
that nobody asked for."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Of a review, and of a request: the status stays what it was.
STAYS = ("decided", "closed", "access_open", "access_ended")


@admin.display(description=_("status"), ordering="status")
def get_status_display(row: Any) -> str:
    """The method of a review or a request; lists name it as their column. A base class
    would not do: Django sets its own where a model has none itself."""
    if row.status == "elsewhere" and row.received_by == "log":
        return gettext("Access without a request")
    label = str(row.Status(row.status).label)
    if row.status not in STAYS:
        return label
    request = getattr(row, "access_request", row)
    return f"{label}, {gettext('grant revoked')}" if request.revoked_at else label
