"""What Exchange Online and SharePoint Online export, as rows of the map of objects.

Sources: the columns of `Get-EXOMailbox` and `Get-SPOSite` with `Export-Csv`
(MicrosoftDocs/office-docs-powershell). Only identifier and kind are read: names of
mailboxes and titles of sites stay where they are.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.models import Authority, CloudObject, CloudSystem
from requests_app.permissions.municipalities import in_reach
from requests_app.registers.csv_file import Line, filled_rows
from requests_app.registers.known_objects import known_objects

Kind = CloudObject.Kind


class Shape(NamedTuple):
    """`identifier`: the column that names the object. `kind_column`: the one that tells
    its kind, by how its text begins. `letter`: begins the designations of new ones."""

    identifier: str
    kind_column: str
    kinds: dict[str, str]
    otherwise: str
    letter: str


SHAPES = {
    "exchange": Shape(
        "PrimarySmtpAddress", "RecipientTypeDetails", {}, Kind.MAILBOX, "M"
    ),
    "sharepoint": Shape(
        "Url",
        "Template",
        {"SPSPERS": Kind.DRIVE, "GROUP": Kind.TEAM, "TEAMCHANNEL": Kind.TEAM},
        Kind.SITE,
        "S",
    ),
}


def as_objects(
    text: str,
    shape: Shape,
    *,
    by: Any,
    authority: str,
    system: str,
    sets: str,
    most: int,
) -> list[Line]:
    """Rows for the register of objects, all of one authority and system. What is there
    already keeps its designation. Raises ValidationError for another shape."""
    heading, *rows = filled_rows(text, most)
    if shape.identifier not in heading[1]:
        message = _("Missing columns: %(names)s.") % {"names": shape.identifier}
        raise ValidationError(message)
    names = _names(system, by)
    common = {
        "authority": authority,
        "branch": "",
        "system": system,
        "connection": "",
        "information_sets": sets,
    }
    free = _free(shape.letter, authority, by)
    lines = []
    for number, row in rows:
        cells = dict(zip(heading[1], row, strict=False))
        external_id = cells.get(shape.identifier, "").strip()
        named = names.get(external_id.lower()) or next(free)
        own = {"kind": _kind(cells, shape), "designation": named}
        whole = len(row) >= len(heading[1])
        trouble = "" if whole else _("The row is cut off.")
        cells = {**common, **own, "external_id": external_id}
        lines.append(Line(number, cells if whole else {}, trouble))
    return lines


def _kind(cells: dict[str, str], shape: Shape) -> str:
    word = cells.get(shape.kind_column, "").partition("#")[0]
    return shape.kinds.get(word, shape.otherwise)


def _names(system: str, by: Any) -> dict[str, str]:
    """Identifier → designation, of what lies in systems of that name."""
    named = in_reach(CloudSystem.objects.filter(name=system), by)
    systems = set(named.values_list("pk", flat=True))
    return {
        external_id: row.designation
        for (pk, external_id), row in known_objects().objects.items()
        if pk in systems
    }


def _free(letter: str, authority: str, by: Any) -> Iterator[str]:
    """Designations that no object of the authority has: M-1, M-2 …"""
    rows = CloudObject.objects.filter(
        authority__in=in_reach(Authority.objects.filter(code__iexact=authority), by),
        designation__startswith=f"{letter}-",
    )
    taken = set(rows.values_list("designation", flat=True))
    number = 0
    while True:
        number += 1
        if (name := f"{letter}-{number}") not in taken:
            yield name
