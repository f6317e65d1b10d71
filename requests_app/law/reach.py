"""How far a request reaches into what an authority has, counted by the database."""

from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet

from audit_app.prewritten import Prewritten
from requests_app.models import RequestedObject, SecrecyReview
from requests_app.permissions.classes import highest_class_at
from requests_app.permissions.delegation import (
    minutes_beside,
)
from requests_app.permissions.roles import today


class Reach(NamedTuple):
    # None where nothing that the objects hold has been classified.
    highest_class: int | None
    names_unrouted: bool
    # Of the objects that are in the map; and the addresses of those that are not.
    kinds: list[str]
    unmapped: list[str]
    # Granted already of the same access.
    minutes_beside: int


def reach_of(review: SecrecyReview) -> Reach:
    """One query."""
    (row,) = _read_reach(review.pk, today())
    return Reach(*row)


@Prewritten
def _read_reach(review: int, day: date) -> QuerySet[Any]:
    unrouted = RequestedObject.objects.unrouted()
    named = RequestedObject.objects.still_named().filter(review=OuterRef("pk"))
    mapped = named.filter(cloud_object__isnull=False)
    return SecrecyReview.objects.filter(pk=review).values_list(
        highest_class_at("pk", day),
        Exists(unrouted.filter(access_request=OuterRef("access_request"))),
        ArraySubquery(mapped.values("cloud_object__kind")),
        ArraySubquery(named.filter(cloud_object=None).values("external_id")),
        minutes_beside(F("access_request")),
    )
