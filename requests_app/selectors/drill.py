"""A drill's receipt, and what waits on real desks meanwhile. Reads only."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from audit_app import clock
from requests_app.models import (
    Act,
    Authority,
    Drill,
    DrillCall,
    SecrecyReview,
)
from requests_app.models.drill import CALLED
from requests_app.permissions.drill import waiting_at
from requests_app.permissions.roles import MANAGERS, authorities_of
from requests_app.permissions.visibility import visible_to

# So long after the last drill, or the first case, the next one is due.
YEAR = timedelta(days=365)
MOST = 20


class Line(NamedTuple):
    """One who was called. `minutes`: from the beginning until they were in."""

    call: DrillCall
    minutes: int | None


class Receipt(NamedTuple):
    lines: list[Line]
    # Acts for which nobody was there to call.
    lacking: list[str]
    # Real requests that wait now: how many, and those that the reader may see.
    waiting: int
    shown: list[SecrecyReview]

    @property
    def is_whole(self) -> bool:
        """Did everybody come, for every act?"""
        return not self.lacking and all(line.minutes is not None for line in self.lines)


def receipt_of(drill: Drill, user: Any) -> Receipt:
    calls = list(drill.calls.select_related("person"))
    called = {act for call in calls for act in call.acts}
    waiting = waiting_at([drill.authority_id])
    shown = waiting.filter(pk__in=visible_to(user).values("pk"))
    return Receipt(
        [Line(call, _minutes(drill, call)) for call in calls],
        [str(Act(act).label) for act in CALLED if act not in called],
        waiting.count(),
        list(shown.select_related("authority").order_by("pk")[:MOST]),
    )


def waiting_for(user: Any) -> list[SecrecyReview]:
    """Where the person begins drills: what is to be looked at before."""
    rows = waiting_at(authorities_of(user, *MANAGERS))
    rows = rows.filter(pk__in=visible_to(user).values("pk"))
    return list(rows.select_related("authority").order_by("pk")[:MOST])


def _minutes(drill: Drill, call: DrillCall) -> int | None:
    if call.came_at is None:
        return None
    return round((call.came_at - drill.begun_at).total_seconds() / 60)


def calls_of(user: Any) -> QuerySet[DrillCall]:
    """Drills that are going on, to which the person is called and has not come."""
    rows = DrillCall.objects.filter(
        person=user.pk,
        came_at=None,
        drill__ended_at=None,
        drill__ends_at__gt=clock.now(),
    )
    return rows.select_related("drill__authority")


def authorities_due(user: Any) -> QuerySet[Authority]:
    """Authorities that the person manages, where a year has passed."""
    theirs = Authority.objects.filter(pk__in=authorities_of(user, *MANAGERS))
    reviews = SecrecyReview.objects.filter(authority=OuterRef("pk"))
    long_ago = clock.now() - YEAR
    lately = Drill.objects.filter(authority=OuterRef("pk"), begun_at__gt=long_ago)
    old = reviews.filter(registered_at__lte=long_ago)
    return theirs.filter(Exists(old), ~Exists(lately))
