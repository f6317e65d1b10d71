"""What the package says to whoever opens it in twenty years, in Swedish."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from requests_app.archive.cases import Case
from requests_app.archive.mets import About
from requests_app.archive.records import columns, kinds_of_case

TEXT = Path(__file__).with_name("LAS-MIG.md")


def for_people(about: About, cases: Sequence[Case]) -> str:
    rows = [
        f"| {case.review} | {_cell(case.review.public_subject)} |"
        f" {len(case.documents)} |"
        for case in cases
    ]
    return TEXT.read_text("utf-8") % {
        "title": about.title,
        "authority": about.authority,
        "number": about.code,
        "package": about.number,
        "version": about.version,
        "moment": f"{timezone.localtime(about.made_at):%Y-%m-%d %H:%M}",
        "cases": "\n".join(rows),
    }


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def tables() -> str:
    """Every table, column and code of the records."""
    lines = ["# Tabeller", "", "I `rader.jsonl`, och versionerna i `historik.jsonl`."]
    for model in kinds_of_case():
        meta = model._meta
        lines += ["", f"## {meta.db_table}: {meta.verbose_name_plural}", ""]
        lines += [f"* `{row.attname}` {_meaning(row)}" for row in columns(model)]
    return "\n".join([*lines, ""])


def _meaning(field: Any) -> str:
    codes = ", ".join(f"`{code}` = {label}" for code, label in field.flatchoices)
    return f"{field.verbose_name}{_target(field)}{f': {codes}' if codes else ''}"


def _target(field: Any) -> str:
    if not field.is_relation:
        return ""
    if field.related_model is get_user_model():
        return " → `personer.jsonl`"
    return f" → `{field.related_model._meta.db_table}`"
