"""Is what a page shows what was recorded? Live rows against their newest history."""

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q

from audit_app.models import Disagreement
from requests_app.models import Alteration
from requests_app.models.alteration import altered_rows, kind_of, place_of


class Told(NamedTuple):
    """Of what did not agree when it was compared; it stands whatever came of it."""

    kind: str
    row: Disagreement


def altered_of(obj: Any) -> list[str]:
    """The kinds of rows belonging to this case that somebody changed outside the
    system. One query, whatever the case's life."""
    place = place_of(obj)
    return altered_in(place.request, place.reviews)


def altered_in(request: int | None, reviews: list[int]) -> list[str]:
    return sorted(map(kind_of, altered_rows(request, reviews)))


def disagreements_of(obj: Any) -> list[Told]:
    """On rows of this case, the newest first. One query."""
    place = place_of(obj)
    if place.request is None:
        return []
    of_case = Alteration.objects.filter(
        Q(authority=None) | Q(authority=place.authority),
        access_request=place.request,
        object_type=OuterRef("object_type"),
        object_id=OuterRef("object_id"),
    )
    rows = Disagreement.objects.filter(Exists(of_case))
    return [Told(kind_of(row.object_type), row) for row in rows]
