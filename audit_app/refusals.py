"""Refusals on record: in an hour the first few have a line each, and so has the first
of each kind; one line counts the rest, so that no stranger fills the ledger."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, Sum

from audit_app import clock
from audit_app.ledger import Kind, record
from audit_app.models import RefusalCount

WINDOW = timedelta(hours=1)
# Of all kinds together: whoever comes to every door has no more.
MOST_LINES = 8


def record_refusal(
    event: str,
    *,
    by: Any = None,
    kind: str = Kind.REFUSAL,
    about: Any = None,
    **detail: Any,
) -> None:
    """`about`: the account that was tried, whose refusals are counted for themselves;
    never what a stranger may choose."""
    tell_counted()
    with transaction.atomic():
        is_first = not RefusalCount.objects.filter(event=event).exists()
        so_far = RefusalCount.objects.aggregate(began=Min("began_at"), all=Sum("lines"))
        row = _row(event, about, so_far["began"] or clock.now())
        row.number, row.last_at = row.number + 1, clock.now()
        if is_first or (so_far["all"] or 0) < MOST_LINES:
            row.lines += 1
            record(event, by=by, kind=kind, **detail)
        row.save()


def _row(event: str, about: Any, began_at: Any) -> RefusalCount:
    """All end at the same time, whenever the first of them was."""
    rows = RefusalCount.objects.select_for_update()
    values = {
        "event": event,
        "account": about.get_username() if about else "",
        "began_at": began_at,
        "last_at": began_at,
    }
    key = f"{event} {about.pk if about else ''}"
    return rows.get_or_create(key=key, defaults=values)[0]


def tell_counted() -> list[str]:
    """Tell the ledger what was counted in a window that is over."""
    ended = clock.now() - WINDOW
    with transaction.atomic():
        rows = RefusalCount.objects.select_for_update().filter(began_at__lte=ended)
        if counted := list(rows.order_by("-number", "key")):
            _tell([row for row in counted if row.number > row.lines])
            RefusalCount.objects.filter(pk__in=[row.pk for row in counted]).delete()
    return []


def _tell(rows: list[RefusalCount]) -> None:
    if rows:
        record(
            "refusals.counted",
            by=None,
            kind=Kind.REFUSAL,
            refusals=sum(row.number - row.lines for row in rows),
            counted=[
                {
                    "event": row.event,
                    "account": row.account,
                    "times": row.number - row.lines,
                }
                for row in rows
            ],
            since=min(row.began_at for row in rows),
            until=max(row.last_at for row in rows),
        )
