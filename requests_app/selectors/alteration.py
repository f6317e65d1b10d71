"""Is what a page shows what was recorded? Live rows against their newest history."""

from typing import Any

from requests_app.models.alteration import altered_rows, kind_of, place_of


def altered_of(obj: Any) -> list[str]:
    """The kinds of rows belonging to this case that somebody changed outside the
    system. One query, whatever the case's life."""
    place = place_of(obj)
    return altered_in(place.request, place.reviews)


def altered_in(request: int | None, reviews: list[int]) -> list[str]:
    return sorted(map(kind_of, altered_rows(request, reviews)))
