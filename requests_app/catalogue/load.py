"""Loading the reference data, signed by the system account. Safe to run again."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connections

from audit_app.acting import acting
from requests_app.models import Provision, StatuteParagraph

HERE = Path(__file__).parent
CHECKED = date(2026, 1, 31)
SYSTEM, INTAKE, SWEEP, OUTBOX = "system", "intake", "sweep", "outbox"

# legal.md section 2: security protection first, and what needs a second look.
BLOCKS_APPROVAL = {"OSL-15-1b", "OSL-15-2", "OSL-35-1-st1p3"}
RED_FLAG = {
    "OSL-21-3-st1",
    "OSL-21-3-st3",
    "OSL-21-3a",
    "OSL-21-5",
    "OSL-26-5",
    "OSL-32-3b-st2p1",
    "OSL-32-3b-st2p2",
}


def service_account(name: str, using: str = "default") -> Any:
    return get_user_model().objects.using(using).get(username=name, is_service=True)


def load_all(using: str) -> str:
    """Load everything into this database; returns what is there now, in words."""
    system = _service_accounts(using)
    with acting(system, reason="reference data", using=using):
        paragraphs = _paragraphs(using)
        provisions = _provisions(paragraphs, using)
    return f"{len(paragraphs)} statute paragraphs, {provisions} provisions"


def _service_accounts(using: str) -> Any:
    """The first of them signs for itself: nobody else is there yet."""
    users = get_user_model().objects.using(using)
    system = users.filter(username=SYSTEM).first()
    if system is None:
        system = get_user_model()(username=SYSTEM, last_name="Lockbox", is_service=True)
        system.set_unusable_password()
        system.pk = _next_number(using)
        with acting(system, using=using):
            system.save(using=using, force_insert=True)
    for name in (INTAKE, SWEEP, OUTBOX):
        if not users.filter(username=name).exists():
            account = get_user_model()(
                username=name, last_name=f"Lockbox ({name})", is_service=True
            )
            account.set_unusable_password()
            with acting(system, using=using):
                account.save(using=using)
    return system


def _next_number(using: str) -> int:
    """The first account signs for itself: it needs its number beforehand."""
    table = get_user_model()._meta.db_table
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        return cursor.fetchone()[0]


def _paragraphs(using: str) -> list[StatuteParagraph]:
    source = json.loads((HERE / "statutes.json").read_text(encoding="utf-8"))
    known = {
        (row.statute, row.chapter, row.paragraph, row.valid_from): row
        for row in StatuteParagraph.objects.using(using)
    }
    rows = []
    for entry in source["paragraphs"]:
        values = {
            **entry,
            "valid_from": _day(entry["valid_from"]),
            "valid_to": _day(entry["valid_to"]),
            "consolidated_at": _day(source["as_of"]),
        }
        key = tuple(
            values[n] for n in ("statute", "chapter", "paragraph", "valid_from")
        )
        rows.append(_bring_up_to_date(StatuteParagraph, known.get(key), values, using))
    return rows


def _provisions(paragraphs: list[StatuteParagraph], using: str) -> int:
    known = {(row.code, row.valid_from): row for row in Provision.objects.using(using)}
    with (HERE / "provisions.csv").open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file))
    for entry in entries:
        for paragraph in _versions(paragraphs, entry):
            values = {
                **entry,
                "max_secrecy_years": int(entry["max_secrecy_years"] or 0) or None,
                "blocks_approval": entry["code"] in BLOCKS_APPROVAL,
                "red_flag": entry["code"] in RED_FLAG,
                "statute_paragraph": paragraph,
                "valid_from": paragraph.valid_from,
                "valid_to": paragraph.valid_to,
            }
            row = known.get((entry["code"], paragraph.valid_from))
            _bring_up_to_date(Provision, row, values, using)
    return len(entries)


def _versions(
    paragraphs: list[StatuteParagraph], entry: dict[str, str]
) -> list[StatuteParagraph]:
    """The text that the catalogue was checked against, and those decided on since."""
    number = entry["paragraph"].split(" §")[0]
    return [
        row
        for row in paragraphs
        if (row.statute, row.chapter, row.paragraph)
        == ("OSL", entry["chapter"], number)
        and (row.valid_to is None or row.valid_to > CHECKED)
    ]


def _bring_up_to_date(model: Any, row: Any, values: dict[str, Any], using: str) -> Any:
    """Save only what differs, so that loading again leaves no trace in history."""
    row = row or model()
    if row.pk and all(getattr(row, name) == value for name, value in values.items()):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.save(using=using)
    return row


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
