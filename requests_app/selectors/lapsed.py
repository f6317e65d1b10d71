"""What ended before anything was decided, by when it did and why."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.expressions import Exists
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Lapse, SecrecyReview
from requests_app.models.ladder import LADDER
from requests_app.permissions.visibility import keys_in_scope, managed_by

YEAR = timedelta(days=365)
# In addresses, for the cause that is empty.
NOBODY_SAID = "none"


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


class LapsedAt(NamedTuple):
    """How many lapsed while they waited for a step, for this cause. `was`: the status
    they had; `cause` is `NOBODY_SAID` where none has been given."""

    was: str
    step: Any
    cause: str
    why: Any
    number: int


def by_step(user: Any, since: datetime) -> list[LapsedAt]:
    """Of the manager's reviews, in the order of the steps; those without a cause last.
    What lapsed before causes were asked for has none here. One query."""
    rows = _with_step(lapses_since(user, since)).order_by().values_list("was", "cause")
    numbers = {(was, cause): n for was, cause, n in rows.annotate(Count("pk"))}
    causes = [*Lapse.Cause.choices, ("", _("Nobody has given the cause"))]
    return [
        LapsedAt(status, LADDER[status].awaited, cause or NOBODY_SAID, why, number)
        for status in SecrecyReview.OPEN
        for cause, why in causes
        if (number := numbers.get((status, cause), 0))
    ]


def lapsed_in_a_year(user: Any, was: str, cause: str) -> Q:
    """In a query of reviews: does `by_step` count it, and as this where it says so?"""
    lapses = lapses_since(user, clock.now() - YEAR)
    if was or cause:
        reason = "" if cause == NOBODY_SAID else cause
        lapses = _with_step(lapses).filter(was=was, cause=reason)
    return keys_in_scope(user, "pk", lapses.order_by().values("review"))


def _with_step(lapses: Any) -> Any:
    """With the status that each review had when it lapsed."""
    before = (
        SecrecyReview.history.filter(
            id=OuterRef("review"), history_date__lte=OuterRef("lapsed_at")
        )
        .exclude(status=SecrecyReview.Status.LAPSED)
        .order_by("-history_id")
    )
    return lapses.annotate(was=Subquery(before.values("status")[:1]))


def lapses_since(user: Any, since: datetime) -> Any:
    managed = managed_by(user).filter(pk=OuterRef("review"))
    return Lapse.objects.filter(Exists(managed), lapsed_at__gte=since)
