"""What was done, as reported or as a log tells, beside what was granted."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from requests_app.models import (
    AccessGrant,
    AccessRequest,
    AccessUse,
    Deviation,
    EventOutcome,
)
from requests_app.models.key_in_array import is_in_matter

# So many are named on a page; the others are counted.
SHOWN = 200
WIDTH = 600


class Window(NamedTuple):
    """When access was open, and where that stands in a picture of this width."""

    opens_at: datetime
    closed_at: datetime
    x: float
    width: float


class Mark(NamedTuple):
    """An act in the picture."""

    x: float
    is_inside: bool


class Timeline(NamedTuple):
    """Granted against used, from the first of it to the last."""

    begins: datetime
    ends: datetime
    windows: list[Window]
    marks: list[Mark]


def acts_of(access_request: AccessRequest) -> QuerySet[EventOutcome]:
    """What became known of the request, of what it is more of and of what extends it:
    each act with what it came out as."""
    return _acts(is_in_matter("access_request", access_request.pk))


def acts_in(deviation: Deviation) -> QuerySet[EventOutcome]:
    return _acts(Q(event__in_deviations__deviation=deviation))


def _acts(those: Any) -> QuerySet[EventOutcome]:
    rows = EventOutcome.objects.current().filter(those)
    rows = rows.select_related("event__log__connection__product")
    return rows.order_by("event__happened_at", "event")


def use_of(access_request: AccessRequest) -> AccessUse | None:
    """What was stated last of the access."""
    rows = AccessUse.objects.filter(is_in_matter("access_request", access_request.pk))
    return rows.order_by("-number").first()


def timeline(
    access_request: AccessRequest, acts: list[EventOutcome]
) -> Timeline | None:
    """None of access that was never open: then there is nothing to hold against."""
    grants: list[Any] = list(
        AccessGrant.objects.with_window()
        .filter(is_in_matter("access_request", access_request.pk))
        .order_by("opens_at")
    )
    if not grants:
        return None
    moments = [act.event.happened_at for act in acts]
    begins = min([*moments, *(row.opens_at for row in grants)])
    ends = max([*moments, *(row.closed_at for row in grants)])
    length = max((ends - begins).total_seconds(), 1)

    def x(at: datetime) -> float:
        return round(WIDTH * (at - begins).total_seconds() / length, 1)

    windows = [
        Window(
            row.opens_at,
            row.closed_at,
            x(row.opens_at),
            max(round(x(row.closed_at) - x(row.opens_at), 1), 1),
        )
        for row in grants
    ]
    marks = [Mark(x(act.event.happened_at), act.is_inside) for act in acts]
    return Timeline(begins, ends, windows, marks)
