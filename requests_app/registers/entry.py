"""An entry of a package beside the row that stands for it here, column by column."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.models import (
    Authority,
    DelegationRule,
    InformationSet,
    ProviderProduct,
    StandingAssessment,
)
from requests_app.registers import REGISTERS
from requests_app.registers.fields import BETWEEN, LabelField, LabelsField, YesNoField
from requests_app.registers.json_rows import cell
from requests_app.registers.package import Entry
from requests_app.registers.package_rules import TEXTS

NOTHING = "–"


class Difference(NamedTuple):
    name: str
    label: str
    before: str
    after: str


Values = dict[str, Any]


def standing_row(entry: Entry, authority: Authority) -> Any:
    """The row that says here what the entry says, by its name; None where there is
    none, or the entry is a text."""
    find = _FIND.get(entry.kind)
    return find(entry.values, authority) if find else None


def _product(values: Values, _authority: Authority) -> Any:
    return ProviderProduct.objects.filter(name=values["name"]).first()


def _information_set(values: Values, authority: Authority) -> Any:
    return InformationSet.objects.filter(
        authority=authority, name=values["name"]
    ).first()


def _delegation(values: Values, authority: Authority) -> Any:
    rules = DelegationRule.objects.filter(authority=authority, title=values["title"])
    return rules.order_by("-pk").first()


def _assessment(values: Values, authority: Authority) -> Any:
    name = values.get("information_set") or ""
    of_set = {"information_set__name": name} if name else {"information_set": None}
    rows = StandingAssessment.objects.filter(
        authority=authority,
        provider__name=values["provider"],
        revoked_at=None,
        **of_set,
    )
    return rows.order_by("-pk").first()


_FIND: dict[str, Callable[[Values, Authority], Any]] = {
    "products": _product,
    "information-sets": _information_set,
    "delegations": _delegation,
    "standing-assessments": _assessment,
}


def cells_of(row: Any, kind: str) -> dict[str, str]:
    """What a row of the register says, as a file would have it; nothing of none."""
    if row is None:
        return {}
    register = REGISTERS[kind]
    names = [column.name for column in register.columns]
    return dict(zip(names, map(cell, register.cells(row)), strict=True))


def told_cells(values: Values) -> dict[str, str]:
    """What an entry says: what it leaves empty takes nothing away."""
    cells = {
        name: BETWEEN.join(map(str, value)) if isinstance(value, list) else cell(value)
        for name, value in values.items()
        if name != "recipients"
    }
    return {name: text for name, text in cells.items() if text}


def differences(values: Values, kind: str, row: Any) -> list[Difference]:
    """Where an entry's values and the row are not the same, in words; all of it where
    there is no row."""
    if kind == TEXTS:
        return [Difference("text", _("Text"), NOTHING, str(values.get("text", "")))]
    before, fields = cells_of(row, kind), REGISTERS[kind].form.base_fields
    rows = [
        Difference(
            name,
            capfirst(str(fields[name].label)),
            _in_words(fields[name], before[name]) if before else NOTHING,
            _in_words(fields[name], text),
        )
        for name, text in told_cells(values).items()
        if name in fields
    ]
    rows += _of_recipients(values, row)
    return [one for one in rows if one.before != one.after]


def _in_words(field: Any, text: str) -> str:
    if isinstance(field, YesNoField):
        return _("Yes") if field.to_python(text) else _("No")
    if isinstance(field, LabelField):
        labels = {str(value): str(label) for value, label in field.choices}
        parts = text.split(BETWEEN) if isinstance(field, LabelsField) else [text]
        return ", ".join(labels.get(part, part) for part in parts if part) or NOTHING
    return ", ".join(sorted(text.split(BETWEEN))) if text else NOTHING


def _of_recipients(values: Values, row: Any) -> list[Difference]:
    """Legal entities by name and place: what each is to the provider, and for what."""
    if "recipients" not in values:
        return []
    theirs = [
        f"{one.get('legal_entity')}, {one.get('country')}"
        for one in values["recipients"]
    ]
    ours = [str(one) for one in row.recipients.all()] if row else []
    words = ["; ".join(sorted(names)) or NOTHING for names in (ours, theirs)]
    return [Difference("recipients", _("Recipients"), *words)]
