"""New rows by the thousand, each with its history; in one statement for many."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from audit_app.acting import signature
from audit_app.history import AuditedModel, UnsignedChange, copy_versions

# Rows of one statement.
PIECE = 500


def add_many(rows: Sequence[Any]) -> None:
    """Write new rows of one audited model, and a version of each. Inside acting().

    The database signs, dates and compares the versions as it does one by one: a row
    without its version is refused at commit. Nothing is cleaned here. Raises
    UnsignedChange where nobody answers for them.
    """
    if signature() is None:
        raise UnsignedChange("rows added outside acting(by)")
    if not rows:
        return
    model = type(rows[0])
    model._base_manager.bulk_create(rows, batch_size=PIECE)
    copy_versions(model, [row.pk for row in rows], "+")


def add_unversioned(rows: Sequence[models.Model]) -> None:
    """New rows of one model that has no history, for they never change."""
    if not rows:
        return
    model = type(rows[0])
    if issubclass(model, AuditedModel):
        raise UnsignedChange(f"{model._meta.label} has a history: add_many")
    model._base_manager.bulk_create(rows, batch_size=PIECE)
