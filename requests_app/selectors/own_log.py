"""What is recorded of a person, for that person; and who looked at it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from audit_app.ledger import Kind
from audit_app.models import LedgerEntry
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.audit.entries import Entry, entries
from requests_app.selectors.audit.lines import Line
from requests_app.selectors.audit.sought import Place, Sought

PAGE = 50
# Of those who looked, the newest.
MOST_LOOKS = 20


class OwnLog(NamedTuple):
    entries: list[Entry]
    older: Place | None


def own_log(user: Any, sought: Sought, before: Place | None) -> OwnLog:
    """What the person did, read, was refused and signed in to. Of a case that they no
    longer may know of, that it was one."""
    rows = LedgerEntry.objects.filter(actor_id=user.pk)
    rows = rows.filter(**_narrowed(sought)).order_by("-at", "-id")
    if before is not None:
        place = (before.at, before.key)
        rows = rows.filter(TupleLessThan(Tuple("at", "id"), place))
    lines = [*map(_line, rows.select_related("detail")[: PAGE + 1])]
    more = lines[PAGE - 1] if len(lines) > PAGE else None
    seen = entries(user, lines[:PAGE], known=visible_to)
    return OwnLog(seen, Place(more.at, more.key) if more else None)


def looks_at(user: Any) -> list[Line]:
    """Reads and exports of others, of lines that tell of the person, and of the row of
    their account; the newest."""
    return [*map(_line, _about(user).select_related("detail")[:MOST_LOOKS])]


def _about(user: Any) -> QuerySet[LedgerEntry]:
    table = get_user_model()._meta.db_table
    rows = LedgerEntry.objects.filter(object_type=table, object_id=str(user.pk))
    return rows.filter(kind__in=(Kind.READ, Kind.EXPORT)).exclude(actor_id=user.pk)


def _narrowed(sought: Sought) -> dict[str, Any]:
    conditions: Iterable[tuple[str, Any]] = (
        ("at__gte", sought.since),
        ("at__lt", sought.until),
        ("kind__in", sought.kinds),
    )
    return {name: value for name, value in conditions if value}


def _line(row: LedgerEntry) -> Line:
    return Line(
        key=row.pk,
        xid=str(row.xid),
        at=row.at,
        login=row.session_user_name,
        role=row.db_role,
        by_id=row.actor_id,
        by=row.actor_name,
        kind=row.kind,
        event=row.event,
        table=row.object_type,
        row=row.object_id,
        authority=row.authority_id,
        detail=row.facts,
    )
