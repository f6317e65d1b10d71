"""What ended before anything was decided, by when it did and why."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef
from django.db.models.expressions import Exists
from django.utils.translation import gettext as _

from requests_app.models import Lapse, SecrecyReview
from requests_app.permissions.visibility import managed_by


def first_lapses(user: Any, since: datetime) -> Any:
    """The versions by which each of the manager's reviews first stood as lapsed: it may
    be written again afterwards, also where that first time was earlier than `since`."""
    managed = managed_by(user).filter(pk=OuterRef("id"))
    rows = SecrecyReview.history.filter(status=SecrecyReview.Status.LAPSED)
    earlier = rows.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    return rows.filter(Exists(managed), ~Exists(earlier), history_date__gte=since)


class Cause(NamedTuple):
    """Why, and how many lapsed so."""

    label: Any
    number: int


def by_cause(user: Any, since: datetime) -> list[Cause]:
    """Of the manager's reviews, by the cause that was given; those without one last.
    What lapsed before causes were asked for has none here."""
    rows = lapses_since(user, since).order_by().values_list("cause")
    numbers = dict(rows.annotate(Count("pk")))
    labels = [*Lapse.Cause.choices, ("", _("Nobody has given the cause"))]
    named = [Cause(label, numbers.get(value, 0)) for value, label in labels]
    return [cause for cause in named if cause.number]


def lapses_since(user: Any, since: datetime) -> Any:
    managed = managed_by(user).filter(pk=OuterRef("review"))
    return Lapse.objects.filter(Exists(managed), lapsed_at__gte=since)
