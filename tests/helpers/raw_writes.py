"""A column written past every step, as the application's login can: in anybody's name."""

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as

BY, AT = "_by_id", "_at"


def columns_of(*models: Any) -> list[tuple[Any, str]]:
    """Every column of these tables but their numbers."""
    return [
        (model, field.attname)
        for model in models
        for field in model._meta.concrete_fields
        if not field.primary_key
    ]


def write(row: Any, column: str, by: Any) -> bool:
    """Another value in the column, and its history with it. Was it taken?"""
    row.refresh_from_db()
    field = row._meta.get_field(column)
    value = _another(field, getattr(row, column), by)
    stem = column.removesuffix(BY).removesuffix(AT)
    if hasattr(row, stem + BY) and hasattr(row, stem + AT):
        # Who and when are written together, or neither.
        setattr(row, stem + AT, None if value is None else acting.now())
        setattr(row, stem + BY, None if value is None else by.pk)
    else:
        setattr(row, column, value)
    try:
        with transaction.atomic(), acting_as(by):
            row.save()
    except DatabaseError:
        return False
    return True


def _another(field: Any, value: Any, by: Any) -> Any:
    kind = type(field).__name__
    if field.null and value is not None:
        return None
    if kind == "BooleanField":
        return not value
    if kind == "DateField":
        return acting.today() - timedelta(days=1)
    if kind == "DateTimeField":
        return acting.now()
    if kind == "ForeignKey":
        return by.pk
    if kind == "ArrayField":
        return []
    if kind == "EmailField":
        return "x@skola.example"
    return 7 if kind.endswith("IntegerField") else "x"
