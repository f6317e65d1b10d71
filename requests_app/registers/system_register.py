"""A municipal register of systems and record types, as information sets with their
provisions and classifications.

The shape is that of Swedish municipalities' own registers (Sundsvall): for each record
type (handlingstyp) its system, whether and by which provision it is secret, its process
and its K/R/T/S.
"""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.models import Provision
from requests_app.registers.csv_file import Line, filled_rows
from requests_app.registers.fields import BETWEEN

SETS = {
    "name": "handlingstyp",
    "description": "system",
    "process_code": "process",
    "personal_data": "personuppgifter",
    "protected_identities_possible": "skyddade",
    "provisions": "lagrum",
}
CLASSES = {
    "information_set": "handlingstyp",
    "valid_from": "datum",
    "confidentiality": "k",
    "integrity": "r",
    "availability": "t",
    "traceability": "s",
    "reason": "motivering",
    "review_due": "omprövas",
}
NEEDED = ("system", "handlingstyp", "personuppgifter", "lagrum", "k", "r", "t", "datum")
PROVISION = re.compile(r"(\d+)\s*(?:kap\.?|:)\s*(\d+)\s*([a-z]?)\b", re.IGNORECASE)
# The law's own number, and what of a section is meant: of neither hangs which it is.
OF_LAW = re.compile(r"\(?2009:400\)?")
OF_SECTION = re.compile(r"\b(?:st|p)\w*\.?\s*\d+|\d+\s*(?:st|p)\b", re.IGNORECASE)


class Tables(NamedTuple):
    """Rows for the registers of information sets and of classifications."""

    sets: list[Line]
    classifications: list[Line]


def as_tables(text: str, *, authority: str, most: int) -> Tables:
    """All of one authority. A record type that stands there again, in another system,
    is one set; where anything else is said of it, the row is wrong. Raises
    ValidationError for a file of another shape."""
    heading, *rows = filled_rows(text, most)
    names = [name.strip().casefold() for name in heading[1]]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        message = _("Missing columns: %(names)s.")
        raise ValidationError(message % {"names": ", ".join(missing)})
    codes = _codes()
    sets: dict[str | int, Line] = {}
    classes: dict[str, Line] = {}
    for number, row in rows:
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
        known = cells.get("handlingstyp", "").casefold()
        if len(row) < len(names):
            sets[number] = Line(number, {}, _("The row is cut off."))
            continue
        cells["lagrum"] = _provisions(cells["lagrum"], codes)
        of_set = _line(number, cells, SETS, authority, {"branch": ""})
        of_class = _line(number, cells, CLASSES, authority, {})
        if known not in sets:
            sets[known], classes[known] = of_set, of_class
        elif trouble := _contradicts((sets[known], classes[known]), (of_set, of_class)):
            sets[number] = Line(number, {}, trouble)
        else:
            _also_in(sets[known], cells["system"])
    return Tables([*sets.values()], [*classes.values()])


def _line(
    number: int,
    cells: dict[str, str],
    columns: dict[str, str],
    authority: str,
    more: dict[str, str],
) -> Line:
    own = {column: cells.get(name, "") for column, name in columns.items()}
    return Line(number, {"authority": authority, **more, **own}, "")


def _contradicts(first: tuple[Line, Line], again: tuple[Line, Line]) -> str:
    """What the rows say otherwise of one record type, but for where it lies."""
    columns = [
        names[name]
        for before, now, names in zip(first, again, (SETS, CLASSES), strict=True)
        for name in names
        if name not in ("name", "information_set", "description")
        if before.cells[name].casefold() != now.cells[name].casefold()
    ]
    if not columns:
        return ""
    text = _("Row %(number)s says otherwise of the same record type: %(columns)s.")
    return text % {"number": first[0].number, "columns": ", ".join(columns)}


def _also_in(line: Line, system: str) -> None:
    """The description names every system in which the record type lies."""
    systems = line.cells["description"].split(", ")
    if system not in systems:
        line.cells["description"] = ", ".join([*systems, system])


def _codes() -> dict[tuple[str, str], list[str]]:
    """(chapter, paragraph) → codes: "26", "1" → OSL-26-1."""
    codes_by_paragraph: dict[tuple[str, str], list[str]] = {}
    for code in Provision.objects.order_by("code").values_list("code", flat=True):
        _statute, chapter, paragraph, *_part = code.split("-")
        codes = codes_by_paragraph.setdefault((chapter, paragraph), [])
        codes += [] if code in codes else [code]
    return codes_by_paragraph


def _provisions(cell: str, codes: dict[tuple[str, str], list[str]]) -> str:
    """“26 kap. 1 § OSL” and “26:1” as our codes, with all paragraphs' parts: what may
    apply is a proposal."""
    if not cell or any(cell in known for known in codes.values()):
        return cell
    parts = re.split(r"[|,;]", cell)
    return BETWEEN.join(code for part in parts for code in _named(part.strip(), codes))


def _named(part: str, codes: dict[tuple[str, str], list[str]]) -> list[str]:
    """The codes of all that it names. Where anything in it can't be read it stays as it
    is, for the register to refuse: no provision is lost on the way."""
    text = OF_LAW.sub("", part)
    keys = [(m[1], f"{m[2]}{m[3].lower()}") for m in PROVISION.finditer(text)]
    left = OF_SECTION.sub("", PROVISION.sub("", text))
    if not keys or re.search(r"\d", left) or not all(key in codes for key in keys):
        return [part]
    return [code for key in keys for code in codes[key]]
