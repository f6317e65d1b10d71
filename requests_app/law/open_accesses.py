"""Accesses that were open within a time, and whether they were used, as far as is
known."""

from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from requests_app.models import AccessRequest, AccessUse
from requests_app.models.event_outcome import Use
from requests_app.models.grant import AccessGrantQuerySet
from requests_app.models.key_in_array import is_given_by


def open_within(
    grants: AccessGrantQuerySet, since: datetime, until: datetime
) -> QuerySet[Any]:
    """Annotated: `closed_at`; `begins`, `ends` (within the time); `access` (the first
    request of what belongs together) and `use`, as it was last stated."""
    rows = grants.with_window().filter(
        # What ended since: the index of `ends_at` leads to it.
        closed_at__gt=since,
        ends_at__gt=since,
        opens_at__lt=until,
    )
    return rows.annotate(
        begins=Greatest("opens_at", Value(since)),
        ends=Least("closed_at", Value(until)),
        access=_first_request(),
    ).annotate(use=_use(until))


def _first_request() -> Case:
    """The function of the database is asked of extensions alone."""
    parts = is_given_by("pk", "lockbox_extended", OuterRef("access_request"))
    first = AccessRequest.objects.filter(parts, extends=None).order_by("pk")
    return Case(
        When(access_request__extends=None, then=F("access_request_id")),
        default=Subquery(first.values("pk")[:1]),
    )


def _use(until: datetime) -> Case:
    """Never stated is not known, and not “never used”."""
    stated = AccessUse.objects.filter(access_request=OuterRef("access"))
    last = Subquery(stated.order_by("-number").values("use")[:1])
    return Case(
        When(Q(closed_at__gt=until), then=Value(Use.RUNNING)),
        default=Coalesce(last, Value(Use.UNKNOWN)),
        output_field=CharField(),
    )
