"""Refusals on record: of each kind in an hour the first have a line each, the rest are
counted in one, so that no stranger fills the ledger."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from audit_app import clock
from audit_app.ledger import Kind, record
from audit_app.models import RefusalCount

WINDOW = timedelta(hours=1)
EACH = 10


def record_refusal(
    event: str,
    *,
    by: Any = None,
    kind: str = Kind.REFUSAL,
    about: Any = "",
    **detail: Any,
) -> None:
    """`about`: the account that was tried, whose refusals are counted for themselves;
    never what a stranger may choose."""
    now = clock.now()
    with transaction.atomic():
        row = RefusalCount.objects.select_for_update().get_or_create(
            key=f"{event} {about}",
            defaults={"event": event, "began_at": now, "last_at": now},
        )[0]
        if now - row.began_at >= WINDOW:
            _tell(row)
            row.number, row.began_at = 0, now
        row.number, row.last_at = row.number + 1, now
        row.save()
        if row.number <= EACH:
            record(event, by=by, kind=kind, **detail)


def tell_counted() -> list[str]:
    """Tell the ledger what was counted in the windows that are over."""
    ended = clock.now() - WINDOW
    with transaction.atomic():
        rows = RefusalCount.objects.select_for_update().filter(began_at__lte=ended)
        for row in rows:
            _tell(row)
            row.delete()
    return []


def _tell(row: RefusalCount) -> None:
    if row.number > EACH:
        record(
            "refusals.counted",
            by=None,
            kind=Kind.REFUSAL,
            refusals=row.number - EACH,
            counted=row.event,
            since=row.began_at,
            until=row.last_at,
        )
