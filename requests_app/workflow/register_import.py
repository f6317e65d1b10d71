"""Bringing in rows of a register from a file: all of them, or none."""

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app.ledger import record
from requests_app import permissions
from requests_app.registers import Table
from requests_app.registers.csv_file import Line, lines
from requests_app.workflow.step import require, step


class Result(NamedTuple):
    """What became, or would become, of a row."""

    number: int
    name: str
    state: str  # "new", "changed", "same", or "wrong"
    errors: list[str]


@step
def bring_in(
    text: str, *, by: Any, table: Table, reason: str, preview: bool = False
) -> list[Result]:
    """Write every row as its form would, with its rights, checks and history.

    One row that is wrong, or a preview, leaves the database as it was. Raises
    ValidationError for a file that can not be read at all.
    """
    require(bool(permissions.authorities_of(by, *table.kept_by)))
    results = list(_rows(lines(text, table), by, table))
    if preview or any(result.errors for result in results):
        transaction.set_rollback(True)
        return results
    record(
        "table.imported",
        by=by,
        table=table.name,
        rows=len(results),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    return results


def _rows(found: list[Line], by: Any, table: Table) -> Iterable[Result]:
    seen: dict[tuple[str, ...], int] = {}
    for line in found:
        key = tuple(line.cells.get(name, "").casefold() for name in table.key)
        name = " · ".join(line.cells[col] for col in table.key if line.cells.get(col))
        if line.trouble:
            yield Result(line.number, name, "wrong", [line.trouble])
        elif key in seen:
            told = _("The same as row %(number)s.") % {"number": seen[key]}
            yield Result(line.number, name, "wrong", [told])
        else:
            seen[key] = line.number
            yield _row(line, name, by, table)


def _row(line: Line, name: str, by: Any, table: Table) -> Result:
    try:
        with transaction.atomic():
            return Result(line.number, name, table.put(line.cells, by), [])
    except ValidationError as error:
        return Result(line.number, name, "wrong", _told(error, table))
    except (IntegrityError, DataError):
        told = _("The database refuses the row: something in it contradicts the rest.")
        return Result(line.number, name, "wrong", [told])


def _told(error: ValidationError, table: Table) -> list[str]:
    """Each error with the label of the column it is about."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    labels = {column.name: capfirst(str(column.label)) for column in table.columns}
    return [
        f"{labels[name]}: {text}" if name in labels else text
        for name, texts in error.message_dict.items()
        for text in texts
    ]
