"""Does what a person sees lead to everything else, or is each row asked?

An installation holds many authorities, and most of them are small beside the whole. Of
somebody who sees a few thousand of a million reviews, by role or by name, these are
found by index, and what is sought is found by them; of somebody who sees very many,
each of what is sought is asked whether it is among them. Either gives the same rows.
"""

import math
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connections

from requests_app.models import RoleAssignment, SecrecyReview
from requests_app.permissions.roles import SEES, roles_of

FEW = 10_000
# For how long an authority's size is known; one that is large stays so.
SECONDS = 600


class Size(NamedTuple):
    """Reviews of an authority, as far as FEW, and until when that is known."""

    reviews: int
    until: float


_sizes: dict[int, Size] = {}


def has_small_scope(user: Any) -> bool:
    """True of whoever sees by name alone, too."""
    known = getattr(user, "has_small_scope", None)  # of a RoleHolder
    return is_small_scope(roles_of(user)) if known is None else known


def is_small_scope(rows: Iterable[RoleAssignment]) -> bool:
    """Do these role rows open few reviews? Whoever sees what was stopped sees
    little."""
    places = {row.authority_id for row in rows if row.role in SEES}
    return sum(map(_size, places)) <= FEW


def forget_sizes() -> None:
    _sizes.clear()


def _size(authority: int) -> int:
    now = time.monotonic()
    known = _sizes.get(authority)
    if known is None or known.until < now:
        number = _counted(authority)
        known = Size(number, math.inf if number > FEW else now + SECONDS)
        _sizes[authority] = known
    return known.reviews


def _counted(authority: int) -> int:
    """Past Django's wrapper: no query of the page, but what a process knows."""
    table = SecrecyReview._meta.db_table
    connection = connections[SecrecyReview.objects.db]
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.execute(
            f"select count(*) from (select from {table} where authority_id = %s"  # noqa: S608 — our own name
            " limit %s) few",
            [authority, FEW + 1],
        )
        return cursor.cursor.fetchone()[0]
