"""Is what a page shows what was recorded? Live rows against their newest history."""

from typing import Any, NamedTuple

from django.db import connection

from audit_app.models import Disagreement
from requests_app.cases.review.models.afterwards import altered_rows, noticed, place_of
from requests_app.core.models import kind_of


class NamedDisagreement(NamedTuple):
    """What did not agree when it was compared, by name; it stands whatever came of
    it."""

    kind: str
    row: Disagreement
    is_false_alarm: bool = False


class CaseAlterations(NamedTuple):
    """Kinds of rows that are not what their history says now, and what did not agree
    when it was compared."""

    kinds: list[str]
    disagreements: list[NamedDisagreement]


# Of the case, in one query; nearly always it finds nothing. What was concluded to be a
# false alarm is no more of it.
DISAGREED = """
select object_type, object_id::text, null::bigint
from lockbox_altered(%(request)s, %(reviews)s)
union all
select d.object_type, d.object_id, d.id from audit_app_disagreement d
where exists (select from requests_app_alteration a
  where a.access_request_id = %(request)s and a.outcome <> 'false_alarm'
    and (a.authority_id is null or a.authority_id = any(%(authorities)s))
    and a.object_type = d.object_type and a.object_id = d.object_id)
"""


def alterations_of(obj: Any) -> CaseAlterations:
    """What no longer agrees of this case: one query, and another if something is so."""
    request, reviews, authority = place_of(obj)
    return alterations_in(request, reviews, [authority] if authority else [])


def alterations_in(
    request: int | None, reviews: list[int], authorities: list[int]
) -> CaseAlterations:
    """What was found altered in a request and several of its reviews."""
    values = {"request": request, "reviews": reviews, "authorities": authorities}
    with connection.cursor() as cursor:
        cursor.execute(DISAGREED, values)
        rows = cursor.fetchall()
    altered = noticed((table, pk) for table, pk, number in rows if number is None)
    numbers = sorted((number for _t, _pk, number in rows if number), reverse=True)
    rows_by_number = Disagreement.objects.in_bulk(numbers) if numbers else {}
    disagreements = [
        NamedDisagreement(kind_of(rows_by_number[n].object_type), rows_by_number[n])
        for n in numbers
    ]
    return CaseAlterations(sorted(map(kind_of, altered)), disagreements)


def altered_of(obj: Any) -> list[str]:
    """The kinds of rows belonging to this case that somebody changed outside the
    system. One query, whatever the case's life."""
    place = place_of(obj)
    return sorted(map(kind_of, altered_rows(place.request, place.reviews)))
