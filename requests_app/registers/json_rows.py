"""Rows that another system sends as JSON, read as those of a file are."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from requests_app.registers.csv_file import Line, composed
from requests_app.registers.register import Register


def rows_as_lines(rows: Sequence[Mapping[str, Any]], register: Register) -> list[Line]:
    """Columns by name, and all of them: an empty cell is said, not left out. Numbered
    from nought, as JSON pointers do."""
    names = [column.name for column in register.columns]
    return [_line(number, row, names) for number, row in enumerate(rows)]


def _line(number: int, row: Mapping[str, Any], names: list[str]) -> Line:
    odd = [name for name in row if name not in names]
    missing = [name for name in names if name not in row]
    wrong = []
    if odd:
        wrong.append(_("Unknown columns: %(names)s.") % {"names": ", ".join(odd)})
    if missing:
        wrong.append(_("Missing columns: %(names)s.") % {"names": ", ".join(missing)})
    cells = {} if wrong else {name: cell(row[name]) for name in names}
    return Line(number, cells, " ".join(wrong))


def cell(value: Any) -> str:
    """As a file would have it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else composed(str(value)).strip()
