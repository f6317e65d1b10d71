"""What the models themselves say: where there are personal data, and how long rows are
kept. A column or a period that is changed changes the papers that tell of it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.text import capfirst

# Tables that no page names.
UNNAMED = {
    "ChannelNotice": "Avisering till en kanal",
    "Draft": "Utkast till ett formulär",
    "FoldedLine": "Rad som räknas för en timme",
    "FormInUse": "Öppet formulär",
    "LadderNotice": "Avisering enligt en stege",
    "RefusalCount": "Räknade vägranden",
    "RefusedAddress": "Adress som e-post inte skickas till",
    "ReplayBatch": "Del av en provkörning",
    "ReplayedCase": "Ärende i en provkörning",
    "SecondFactor": "Andra faktor vid inloggning",
    "SentNotice": "Skickad avisering",
    "SignInBrake": "Paus efter inloggningsförsök",
}
OURS = ("requests_app", "audit_app", "lockbox_site")


class StoredTable(NamedTuple):
    """A table: what it is called, its columns with personal data, and how long a row is
    kept: how long, from what and on which basis."""

    name: str
    columns: list[str]
    how_long: str
    after: str
    basis: str


def tables() -> list[StoredTable]:
    """In the language that is active."""
    return sorted(_table(model) for model in _models())


def _models() -> Iterator[Any]:
    """A history has the columns of its model, and goes with it."""
    for model in apps.get_models():
        is_ours = model._meta.app_label in OURS
        if is_ours and not hasattr(model, "instance_type"):
            yield model


def _table(model: Any) -> StoredTable:
    rule = model.retention
    columns = [
        capfirst(str(field.verbose_name))
        for field in model._meta.concrete_fields
        if is_personal(field)
    ]
    name = UNNAMED.get(model.__name__) or capfirst(str(model._meta.verbose_name))
    return StoredTable(
        name, columns, _days(rule.days), str(rule.after), str(rule.basis)
    )


def _days(days: int | None) -> str:
    if days is None:
        return "beslut krävs"
    return "1 dag" if days == 1 else f"{days} dagar"


def is_personal(field: Any) -> bool:
    """Does it point at a person, or hold what somebody writes? A text that no page
    names is a key or a code."""
    if field.related_model is not None:
        label = field.related_model._meta.label
        return label in (settings.AUTH_USER_MODEL, "requests_app.Content")
    is_text = isinstance(field, models.CharField | models.TextField)
    is_text &= field._verbose_name is not None
    return is_text and not field.choices and field.editable
