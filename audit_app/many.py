"""New rows by the thousand, each with its history; in one statement for many."""

from collections.abc import Sequence
from typing import Any

from audit_app import clock
from audit_app.acting import signature
from audit_app.history import UnsignedChange

# Rows of one statement.
PIECE = 500


def add_many(rows: Sequence[Any]) -> None:
    """Write new rows of one audited model, and a version of each. Inside acting().

    The database signs, dates and compares the versions as it does one by one: a row
    without its version is refused at commit. Nothing is cleaned here. Raises
    UnsignedChange where nobody answers for them.
    """
    signed = signature()
    if signed is None:
        raise UnsignedChange("rows added outside acting(by)")
    if not rows:
        return
    model = type(rows[0])
    model._base_manager.bulk_create(rows, batch_size=PIECE)
    model.history.bulk_history_create(
        rows,
        batch_size=PIECE,
        default_user=signed.by,
        default_change_reason=signed.reason,
        default_date=clock.now(),
    )
