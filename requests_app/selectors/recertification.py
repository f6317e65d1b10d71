"""What somebody confirms anew, as its page shows it: what has not been used first."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F

from audit_app import clock
from requests_app.models import Recertification
from requests_app.permissions.powers import powers
from requests_app.permissions.recertification import recertifications_for

# As many as one person reads before they stand for them.
MOST = 300
UNUSED = timedelta(days=182)


class Line(NamedTuple):
    """`used`: when it was last used; None where nobody has since it was given."""

    row: Recertification
    used: datetime | None

    @property
    def is_unused(self) -> bool:
        """Has nobody used it for six months?"""
        return self.used is None or self.used < clock.now() - UNUSED


def to_confirm(user: Any) -> list[Line]:
    """What waits for the person: unused first, then by kind, authority and name."""
    waiting = recertifications_for(user).select_related("authority", "person")
    return lines_of(waiting.order_by("due_on", "pk")[: MOST + 1])


def lines_of(rows: Iterable[Recertification]) -> list[Line]:
    """One query for each kind among them."""
    rows = list(rows)
    used = _last_used(rows)
    lines = [Line(row, used.get((row.row_table, row.row_id))) for row in rows]
    return sorted(lines, key=_unused_first)


def _unused_first(line: Line) -> tuple:
    row = line.row
    return (not line.is_unused, row.kind, str(row.authority or ""), row.name)


def _last_used(rows: list[Recertification]) -> dict[tuple[str, int], datetime | None]:
    moments: dict[tuple[str, int], datetime | None] = {}
    for model, power in powers().items():
        table = model._meta.db_table
        keys = [row.row_id for row in rows if row.row_table == table]
        if keys:
            used = model._default_manager.filter(pk__in=keys).annotate(used=power.used)
            for pk, at in used.values_list("pk", F("used")):
                moments[table, pk] = at
    return moments
