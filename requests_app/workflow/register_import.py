"""Bringing in rows of a register from a file: all of them, or none."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import DataError, IntegrityError, models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app.ledger import record
from requests_app.models import StandingAssessment
from requests_app.registers import Register
from requests_app.registers.csv_file import MOST_ROWS, Line, lines
from requests_app.registers.row import RowForm
from requests_app.registers.standing_assessment import reasons_of
from requests_app.workflow.content import keep
from requests_app.workflow.person import keep_account
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
    digest = digest_of(text)
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
    within: int | None = None,
) -> list[Result]:
    """The same, of rows that have been read. `sha256`: of the file they came from.
    `within`: of this authority only."""
    authorities = register.authorities(by, within)
    require(bool(authorities))
    save = saving(by, reason, sha256)
    results = list(_rows(rows, by, authorities, register, save))
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


def saving(by: Any, reason: str, sha256: str) -> Save:
    """Write a row, or propose it: does it wait for a second person?"""

    def save(row: Any) -> bool:
        if isinstance(row, get_user_model()):
            keep_account(row, by=by)
            return False
        if isinstance(row, StandingAssessment):
            row.suitability = keep(reasons_of(row))
        change = save_or_propose(row, by=by, reason=reason, came_with=sha256)
        return change is not None

    return save


def digest_of(content: Any) -> str:
    """A digest of a file's text, or of rows that came as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(
    rows: list[Line], by: Any, authorities: set[int], register: Register, save: Save
) -> Iterable[Result]:
    seen: dict[Any, int] = {}
    for line in rows:
        key = tuple(line.cells.get(name, "").casefold() for name in register.key)
        name = " · ".join(
            line.cells[col] for col in register.key if line.cells.get(col)
        )
        if line.trouble:
            yield Result(line.number, name, "wrong", [line.trouble])
        elif key in seen:
            yield Result(line.number, name, "wrong", [_same_as(seen[key])])
        else:
            seen[key] = line.number
            form = register.form(line.cells, by=by, authorities=authorities)
            state = write_row(form, save)
            # Called otherwise in an earlier row, it is the same all the same.
            row = form.instance.pk
            if row and (first := seen.setdefault(row, line.number)) != line.number:
                form.add_error(None, _same_as(first))
                state = "wrong"
            yield Result(line.number, name, state, errors_of(form))


def _same_as(number: int) -> str:
    return _("The same as row %(number)s.") % {"number": number}


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
