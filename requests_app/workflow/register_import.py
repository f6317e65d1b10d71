"""Bringing in rows of a register from a file: all of them, or none."""

import hashlib
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from django.db import DataError, IntegrityError, models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app.ledger import record
from requests_app import permissions
from requests_app.registers import Register
from requests_app.registers.csv_file import MOST_ROWS, Line, lines
from requests_app.registers.row import RowForm
from requests_app.workflow.register_change import save_or_propose
from requests_app.workflow.step import require, step

Save = Callable[[models.Model], bool]


class Result(NamedTuple):
    """What became, or would become, of a row."""

    number: int
    name: str
    state: str  # "new", "changed", "waits", "same", or "wrong"
    errors: list[str]


def bring_in(
    text: str,
    *,
    by: Any,
    register: Register,
    reason: str,
    preview: bool = False,
    most: int = MOST_ROWS,
) -> list[Result]:
    """Write every row of a file as its form would, with its rights, checks and history.

    One row that is wrong, or a preview, leaves the database as it was. Raises
    ValidationError for a file that can not be read at all.
    """
    rows = lines(text, register, most)
    digest = hashlib.sha256(text.encode()).hexdigest()
    terms: dict[str, Any] = {"register": register, "reason": reason, "sha256": digest}
    return bring_in_rows(rows, by=by, preview=preview, **terms)


@step
def bring_in_rows(
    rows: list[Line],
    *,
    by: Any,
    register: Register,
    reason: str,
    sha256: str,
    preview: bool = False,
) -> list[Result]:
    """The same, of rows that have been read. `sha256`: of the file they came from."""
    kept = permissions.authorities_of(by, *register.kept_by)
    require(bool(kept))
    save = _saving(by, reason)
    results = list(_rows(rows, by, kept, register, save))
    if preview or any(result.errors for result in results):
        transaction.set_rollback(True)
        return results
    record(
        "table.imported",
        by=by,
        table=register.name,
        rows=len(results),
        sha256=sha256,
    )
    return results


def _saving(by: Any, reason: str) -> Save:
    """Write a row, or propose it: does it wait for a second person?"""
    return lambda row: save_or_propose(row, by=by, reason=reason) is not None


def _rows(
    rows: list[Line], by: Any, kept: set[int], register: Register, save: Save
) -> Iterable[Result]:
    seen: dict[tuple[str, ...], int] = {}
    for line in rows:
        key = tuple(line.cells.get(name, "").casefold() for name in register.key)
        name = " · ".join(
            line.cells[col] for col in register.key if line.cells.get(col)
        )
        if line.trouble:
            yield Result(line.number, name, "wrong", [line.trouble])
        elif key in seen:
            doubled = _("The same as row %(number)s.") % {"number": seen[key]}
            yield Result(line.number, name, "wrong", [doubled])
        else:
            seen[key] = line.number
            form = register.form(line.cells, by=by, kept=kept)
            yield Result(line.number, name, write_row(form, save), errors_of(form))


def write_row(form: RowForm, save: Save) -> str:
    try:
        with transaction.atomic():
            return form.write(save) if form.is_valid() else "wrong"
    except (IntegrityError, DataError):
        form.add_error(
            None,
            _("The database refuses the row: something in it contradicts the rest."),
        )
        return "wrong"


def errors_of(form: RowForm, but: Collection[str] = ()) -> list[str]:
    """Each error with the label of the column it is about; not those of some."""
    return [
        f"{capfirst(str(form.fields[name].label))}: {text}"
        if name in form.fields
        else str(text)
        for name, texts in form.errors.items()
        if name not in but
        for text in texts
    ]
