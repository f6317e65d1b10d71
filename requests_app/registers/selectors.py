"""What pages read of the registers: origin, product preset and register change."""

from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.core.people.rights import in_reach, within_reach
from requests_app.core.two_persons import RegisterChange
from requests_app.registers.models.cloud import ProviderProduct
from requests_app.registers.models.information import Origin
from requests_app.registers.packages import Difference
from requests_app.registers.packages import differences as differences_of_packages
from requests_app.registers.reference import Preset, presets

# Where rows of registers come from, and where they differ from that. Reads only.


class Provenance(NamedTuple):
    origin: Origin
    differences: list[Difference]


def provenance_of(row: Any) -> Provenance | None:
    """The newest package that the row was taken from, and what is otherwise now."""
    rows = Origin.objects.filter(row_table=row._meta.db_table, row_id=row.pk)
    settled = Q(change=None) | Q(change__confirmed_at__isnull=False)
    origin = rows.filter(settled).order_by("-pk").first()
    if origin is None:
        return None
    return Provenance(origin, differences_of_packages(origin.values, origin.kind, row))


def becomes(origin: Origin) -> list[Difference]:
    """What a draft would change: all of a new row."""
    change = origin.change
    row = None
    if change is not None and change.act == RegisterChange.Act.CHANGE:
        row = change.row_model._base_manager.filter(pk=change.row_id).first()
    return differences_of_packages(origin.values, origin.kind, row)


# Which of the products that are known beforehand are there, or wait. Reads only.


class Offer(NamedTuple):
    preset: Preset
    is_there: bool
    # The proposal that waits for a second person.
    waiting: Any


def offers(user: Any) -> list[Offer]:
    """In the person's municipality. Two queries."""
    products = in_reach(ProviderProduct.objects.all(), user)
    there = set(products.values_list("name", flat=True))
    rows = RegisterChange.objects.filter(
        proposed_by__municipality__in=within_reach(user),
        row_table=ProviderProduct._meta.db_table,
        act=RegisterChange.Act.ADD,
        confirmed_at=None,
        refused_at=None,
    )
    waiting = {row.new_values.get("name"): row for row in rows}
    return [
        Offer(
            preset, preset.values["name"] in there, waiting.get(preset.values["name"])
        )
        for preset in presets()
    ]


# What a proposed change says, in words: a row of a register before and after.

NOTHING = "–"
# Codes that come with a set, and are rows of their own.
PROVISIONS = "provisions"
# What counts versions, or is read as a paper.
UNSHOWN = ("version", "wording", "digest")


def differences(change: RegisterChange) -> list[tuple[str, str, str]]:
    """The label of each column, and what it says before and after."""
    columns = {field.attname: field for field in change.row_model._meta.concrete_fields}
    names = {**change.old_values, **change.new_values}
    rows = [
        (
            capfirst(str(columns[name].verbose_name)),
            _in_words(columns[name], change.old_values.get(name)),
            _in_words(columns[name], change.new_values.get(name)),
        )
        for name in names
        if name in columns and name not in UNSHOWN
    ]
    if codes := change.new_values.get(PROVISIONS):
        rows.append((_("Provisions that may apply"), NOTHING, ", ".join(codes)))
    return rows


def row_after(change: RegisterChange, model: type[Model]) -> Any:
    """The row of this register as it would become; None where the change is about
    another, or takes it away."""
    if change.row_model is not model or change.act == RegisterChange.Act.REMOVE:
        return None
    row = model._base_manager.filter(pk=change.row_id or 0).first() or model()
    for name, value in change.new_values.items():
        setattr(row, name, value)
    return row


def particulars_of(change: RegisterChange) -> list[tuple[str, str]]:
    """The label of each column, and what becomes of what in it."""
    becomes = _("“%(before)s” becomes “%(after)s”")
    return [
        (label, becomes % {"before": before, "after": after})
        for label, before, after in differences(change)
    ]


def in_short(change: RegisterChange) -> str:
    """All of it on one line."""
    particulars = [f"{label}: {text}" for label, text in particulars_of(change)]
    return "; ".join([str(change.get_act_display()), *particulars])


def _in_words(field: Any, value: Any) -> str:
    if value in (None, ""):
        return NOTHING
    if field.remote_field:
        row = field.related_model._base_manager.filter(pk=value).first()
        return str(row) if row is not None else NOTHING
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return _day_or(field, value)


def _day_or(field: Any, value: Any) -> str:
    try:
        value = field.to_python(value)
    except ValidationError:
        return str(value)
    return date_format(value, "j F Y") if isinstance(value, date) else str(value)
