"""What the file says to whoever opens it in twenty years, in Swedish."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone, translation

from lockbox_site.belonging import Whose, shared
from lockbox_site.way_out.tables import is_left_out
from requests_app.models import Authority

FOR_PEOPLE = Path(__file__).with_name("LAS-MIG.md")
OF_NOBODY = """\
* Rader i loggen som ingen kommun har: inloggningsförsök av okända, och
  systemets egna."""
OF_ITS_MUNICIPALITY = """\
* Vad kommunen har och ingen av dess myndigheter: personernas konton, leverantörerna och
  deras produkter. De står här med nummer och namn, i `beyond.jsonl`.
* Rader i loggen som inte gäller någon post: inloggningar och sökningar. Den som arbetar
  åt flera myndigheter gör dem för alla."""


def for_people(whose: Whose, made_at: datetime) -> str:
    if isinstance(whose, Authority):
        municipality, name = whose.municipality, f"{whose.name}, {whose.municipality}"
        owners, missing = "myndighetens", OF_ITS_MUNICIPALITY
    else:
        municipality, name = whose, whose.name
        owners, missing = "kommunens", OF_NOBODY
    return FOR_PEOPLE.read_text("utf-8") % {
        "name": name,
        "number": municipality.organisation_number,
        "owners": owners,
        "missing": missing,
        "moment": f"{timezone.localtime(made_at):%Y-%m-%d %H:%M}",
    }


def description(models: Sequence[Any]) -> Iterator[str]:
    """Every table, column and code."""
    with translation.override("sv"):
        yield "# Tabeller\n\nI `tables` som JSON Lines; versionerna i `history`.\n"
        for model in [*models, *shared()]:
            yield f"\n## {model._meta.db_table}: {model._meta.verbose_name_plural}\n\n"
            for field in model._meta.concrete_fields:
                if not is_left_out(field):
                    yield f"* `{field.column}` {_meaning(field)}\n"


def _meaning(field: Any) -> str:
    codes = ", ".join(f"`{code}` = {label}" for code, label in field.flatchoices)
    target = f" → `{field.related_model._meta.db_table}`" if field.is_relation else ""
    return f"{field.verbose_name}{target}{f': {codes}' if codes else ''}"
