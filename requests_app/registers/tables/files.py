"""What a register is, and its rows in and out as CSV or JSON."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from requests_app.core.people.rights import authorities_of
from requests_app.core.words.texts import marked, unmarked
from requests_app.registers.tables.columns import (
    BETWEEN,
    RowField,
    RowForm,
    in_any_language,
)

# What a register is: its columns, who keeps and sees its rows, how one is written.


class Column(NamedTuple):
    name: str
    label: Any
    help: Any

    def headings(self) -> set[str]:
        """What it may be called in a file: our name, or the label in any language."""
        return {self.name, *in_any_language(self.label)}


class Register(NamedTuple):
    name: str
    form: type[RowForm]
    # The columns that tell one row of a file from another.
    key: tuple[str, ...]
    kept_by: tuple[str, ...]
    seen_by: tuple[str, ...]
    note: Any
    related: tuple[str, ...]
    prefetched: tuple[str, ...] = ()
    authority_path: str = "authority"
    # Of rows that are no single authority's: those that a person sees.
    visible: Callable[[Any], models.QuerySet] | None = None
    # The rows that hold: what has been ended, refused or revoked is of history alone,
    # and would be read in as something new.
    holds: models.Q = models.Q()

    @property
    def model(self) -> type[models.Model]:
        return self.form._meta.model

    @property
    def label(self) -> Any:
        return self.model._meta.verbose_name_plural

    @property
    def columns(self) -> list[Column]:
        fields = self.form.base_fields.items()
        return [Column(name, field.label, _help(field)) for name, field in fields]

    def authorities(self, user: Any, within: int | None = None) -> set[int]:
        """Authorities whose rows the person keeps; of these only one, where a token is
        for one, and none where rows are no single authority's."""
        theirs = authorities_of(user, *self.kept_by)
        if within is None:
            return theirs
        return set() if self.visible else theirs & {within}

    def rows_for(self, user: Any) -> models.QuerySet:
        """What the person sees of it, as it stands."""
        if self.visible is not None:
            return self.visible(user)
        theirs = authorities_of(user, *self.seen_by)
        return self.model._default_manager.filter(
            self.holds, **{f"{self.authority_path}__in": theirs}
        )

    def cells(self, row: Any) -> list[Any]:
        """What a row of the register says, in the order of the columns."""
        beside = self.form.cells_beside(row)
        return [
            beside[name] if name in beside else _cell(field, getattr(row, name))
            for name, field in self.form.base_fields.items()
        ]


def _help(field: Any) -> Any:
    text = field.help_text or getattr(field, "hint", "")
    return text if text or field.required else _("May be empty.")


def _cell(field: Any, value: Any) -> Any:
    if isinstance(field, RowField):
        return field.name_of(value)
    return BETWEEN.join(value) if isinstance(value, list) else value


# Bytes that somebody uploads, read as rows; what is wrong is said in their words.

LARGEST = 1_000_000
MOST_ROWS = 2000
# A first line that spreadsheets and PowerShell write, and that is no row.
SAID_BEFORE = ("sep=", "#TYPE")
# What a spreadsheet would run as a formula: at the beginning of a cell, or of what
# becomes one where the file is read with another separator.
# Some read their wide forms as them, and pass over blanks before them.
SIGNS = "=+@\uff1d\uff0b\uff20\uff0d-"
FORMULA = re.compile(rf"\t|\s*[{SIGNS}]")
LATER_FORMULA = re.compile(rf"([;,|\t\r\n][\s\"']*)(?=[{SIGNS}])")
LATER_APOSTROPHE = re.compile(rf"([;,|\t\r\n][\s\"]*)'(?=[{SIGNS}])")

# Spaces that spreadsheets and word processors write where no line may break.
SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f", " "))


class Text(NamedTuple):
    """A file's text, and the encoding if it is not the expected one."""

    text: str
    guessed: str


class Line(NamedTuple):
    """A row of the file with its number; `trouble` if its cells can not be told."""

    number: int
    cells: dict[str, str]
    trouble: str


def decode(raw: bytes, largest: int = LARGEST) -> Text:
    """UTF-8 or UTF-16 if it says so; else what Swedish spreadsheets used to write."""
    if len(raw) > largest:
        raise ValidationError(_("The file is too large: divide it into parts."))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Text(_strictly(raw, "utf-16"), "")
    try:
        return Text(_strictly(raw, "utf-8-sig"), "")
    except ValidationError:
        return Text(_strictly(raw, "cp1252"), "Windows-1252")


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        raise _no_text() from None
    if "\x00" in text:
        raise _no_text()
    return composed(text)


def composed(text: str) -> str:
    """With å as one sign, also where it came as a letter and a ring, with spaces of one
    kind, and lines that end alike: else what looks the same would be two."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(SPACES)
    return unicodedata.normalize("NFC", text)


def _no_text() -> ValidationError:
    return ValidationError(
        _("This is no CSV file. Save the table as “CSV UTF-8” and upload that.")
    )


def lines(text: str, register: Register, most: int = MOST_ROWS) -> list[Line]:
    """The file's rows by column. Raises ValidationError for what is wrong in it."""
    filled = filled_rows(text, most)
    names = _columns(filled[0][1], register)
    return [_line(number, row, names) for number, row in filled[1:]]


def filled_rows(text: str, most: int) -> list[tuple[int, list[str]]]:
    """The heading and the rows below it, each with the number of the line on which it
    begins."""
    text = text.removeprefix("\ufeff")
    skipped = 0
    if text.startswith(SAID_BEFORE):
        text, skipped = text.partition("\n")[2], 1
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, number = [], skipped + 1
    try:
        for row in reader:
            rows.append((number, row))
            number = skipped + reader.line_num + 1
    except csv.Error as error:
        message = _("Row %(number)s can not be read as CSV: %(why)s.")
        why = {"number": number, "why": _why(error)}
        raise ValidationError(message % why) from None
    filled = [(n, row) for n, row in rows if any(cell.strip() for cell in row)]
    if len(filled) < 2:
        raise ValidationError(_("The file has no rows."))
    if len(filled) - 1 > most:
        raise ValidationError(
            _("The file has more than %(most)s rows: divide it into parts.")
            % {"most": most}
        )
    return filled


def _why(error: csv.Error) -> str:
    """In the reader's language, of what befalls a file that was cut off."""
    if "unexpected end of data" in str(error):
        return _("the file ends in the middle of a cell; was all of it saved?")
    return str(error)


def _columns(headings: list[str], register: Register) -> list[str]:
    """The column of each heading; all must be there, in any order."""
    known = {text: col.name for col in register.columns for text in col.headings()}
    sought = [heading.strip().casefold() for heading in headings]
    odd = [text for text in sought if text not in known]
    names = [known[text] for text in sought if text in known]
    missing = [str(col.label) for col in register.columns if col.name not in names]
    wrong = []
    if odd:
        wrong.append(_("Unknown columns: %(names)s.") % {"names": ", ".join(odd)})
    if missing:
        wrong.append(_("Missing columns: %(names)s.") % {"names": ", ".join(missing)})
    if len(set(names)) < len(names):
        wrong.append(_("The same column stands there twice."))
    if wrong:
        raise ValidationError(" ".join(wrong))
    return names


def _line(number: int, row: list[str], names: list[str]) -> Line:
    extra = [cell for cell in row[len(names) :] if cell.strip()]
    if len(row) < len(names) or extra:
        message = _("The row has %(cells)s cells; the heading has %(columns)s.")
        trouble = message % {"cells": len(row), "columns": len(names)}
        return Line(number, {}, trouble)
    cells = {name: plain(cell) for name, cell in zip(names, row, strict=False)}
    return Line(number, cells, "")


def plain(cell: str) -> str:
    """The cell as it was before it was `written`: without the apostrophes that kept it
    from being run, and with what is not seen."""
    text = LATER_APOSTROPHE.sub(r"\1", cell.strip())
    if text.startswith("'") and FORMULA.match(text[1:]):
        text = text[1:]
    return unmarked(text)


def written(cell: object) -> str:
    """A cell on its way out: nothing that a spreadsheet would run."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    text = LATER_FORMULA.sub(r"\1'", marked(str(cell)))
    return f"'{text}" if FORMULA.match(text) else text


# Rows that another system sends as JSON, read as those of a file are.


def rows_as_lines(rows: Sequence[Mapping[str, Any]], register: Register) -> list[Line]:
    """Columns by name, and all of them: an empty cell is said, not left out. Numbered
    from nought, as JSON pointers do."""
    names = [column.name for column in register.columns]
    return [_json_rows_line(number, row, names) for number, row in enumerate(rows)]


def _json_rows_line(number: int, row: Mapping[str, Any], names: list[str]) -> Line:
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
