"""New rows by the thousand, each with its history; in one statement for many."""

from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router

from audit_app import clock
from audit_app.acting import signature
from audit_app.history import AuditedModel, UnsignedChange

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
    _add_versions(model, [row.pk for row in rows], signed)


def add_unversioned(rows: Sequence[models.Model]) -> None:
    """New rows of one model that has no history, for they never change."""
    if not rows:
        return
    model = type(rows[0])
    if issubclass(model, AuditedModel):
        raise UnsignedChange(f"{model._meta.label} has a history: add_many")
    model._base_manager.bulk_create(rows, batch_size=PIECE)


def _add_versions(model: Any, keys: list[int], signed: Any) -> None:
    """Copied inside the database: what was just sent is not sent again."""
    history = model.history.model
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    copied = ", ".join(quote(field.column) for field in history.tracked_fields)
    table, versions = quote(model._meta.db_table), quote(history._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {versions} ({copied}, history_type, history_date,"  # noqa: S608 — names of our own
            " history_change_reason, history_user_id, history_user_name)"
            f" SELECT {copied}, '+', %s, %s, %s, %s FROM {table}"
            " WHERE id = ANY(%s) ORDER BY id",
            [clock.now(), signed.reason, signed.by.pk, str(signed.by), keys],
        )
