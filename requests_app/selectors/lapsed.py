"""What ended before anything was decided, by when it did."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef
from django.db.models.expressions import Exists

from requests_app.models import SecrecyReview
from requests_app.permissions.visibility import managed_by


def first_lapses(user: Any, since: datetime) -> Any:
    """The versions by which each of the manager's reviews first stood as lapsed: it may
    be written again afterwards, also where that first time was earlier than `since`."""
    managed = managed_by(user).filter(pk=OuterRef("id"))
    rows = SecrecyReview.history.filter(status=SecrecyReview.Status.LAPSED)
    earlier = rows.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    return rows.filter(Exists(managed), ~Exists(earlier), history_date__gte=since)
