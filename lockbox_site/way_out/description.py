"""What the file says to whoever opens it in twenty years, in Swedish."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone, translation

from lockbox_site.belonging import exported, shared
from lockbox_site.way_out.tables import is_left_out
from requests_app.models import Municipality

FOR_PEOPLE = Path(__file__).with_name("LAS-MIG.md")


def for_people(municipality: Municipality, made_at: datetime) -> str:
    return FOR_PEOPLE.read_text("utf-8") % {
        "municipality": municipality.name,
        "number": municipality.organisation_number,
        "moment": f"{timezone.localtime(made_at):%Y-%m-%d %H:%M}",
    }


def description() -> Iterator[str]:
    """Every table, column and code."""
    with translation.override("sv"):
        yield "# Tabeller\n\nI `tables` som JSON Lines; versionerna i `history`.\n"
        for model in [*exported(), *shared()]:
            yield f"\n## {model._meta.db_table}: {model._meta.verbose_name_plural}\n\n"
            for field in model._meta.concrete_fields:
                if not is_left_out(field):
                    yield f"* `{field.column}` {_meaning(field)}\n"


def _meaning(field: Any) -> str:
    codes = ", ".join(f"`{code}` = {label}" for code, label in field.flatchoices)
    target = f" → `{field.related_model._meta.db_table}`" if field.is_relation else ""
    return f"{field.verbose_name}{target}{f': {codes}' if codes else ''}"
