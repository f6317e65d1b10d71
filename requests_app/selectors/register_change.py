"""What a proposed change says, in words: a row of a register before and after."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.models import RegisterChange

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
