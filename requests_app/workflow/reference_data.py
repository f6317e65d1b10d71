"""Loading the reference data, signed by the system account. Safe to run again."""

from typing import Any

from audit_app.acting import acting
from audit_app.ledger import record
from requests_app.catalogue import statutes, working_days
from requests_app.models import Provision, StatuteParagraph, WorkingDay
from requests_app.workflow.machine_accounts import make_machine_accounts


def load_all(using: str) -> str:
    """Load everything into this database; returns what is there now, in words."""
    system = make_machine_accounts(using)
    with acting(system, reason="reference data", using=using):
        paragraphs = _paragraphs(using)
        provisions = _provisions(paragraphs, using)
        _working_days(using)
        record("release.reference_data", by=system, using=using)
    return f"{len(paragraphs)} statute paragraphs, {provisions} provisions"


def _working_days(using: str) -> None:
    """Rows that decide nothing by themselves, of a table without a history."""
    wanted = {
        day: working_days.office_hours_of(day) for day in working_days.working_days()
    }
    known = {
        row[0]: working_days.OfficeHours(*row[1:])
        for row in WorkingDay.objects.using(using).values_list()
    }
    calendar = WorkingDay.objects.using(using)
    calendar.filter(day__in=known.keys() - wanted.keys()).delete()
    calendar.bulk_create(
        [
            WorkingDay(day=day, **hours._asdict())
            for day, hours in wanted.items()
            if known.get(day) != hours
        ],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=working_days.OfficeHours._fields,
    )


def _paragraphs(using: str) -> list[StatuteParagraph]:
    rows = {
        (row.statute, row.chapter, row.paragraph, row.valid_from): row
        for row in StatuteParagraph.objects.using(using)
    }
    key = ("statute", "chapter", "paragraph", "valid_from")
    return [
        _bring_up_to_date(
            StatuteParagraph, rows.get(tuple(values[n] for n in key)), values, using
        )
        for values in statutes.paragraphs()
    ]


def _provisions(paragraphs: list[StatuteParagraph], using: str) -> int:
    rows = {(row.code, row.valid_from): row for row in Provision.objects.using(using)}
    entries = statutes.provisions()
    for entry in entries:
        for paragraph in _versions(paragraphs, entry):
            values = {
                **entry,
                "statute_paragraph": paragraph,
                "valid_from": paragraph.valid_from,
                "valid_to": paragraph.valid_to,
            }
            row = rows.get((entry["code"], paragraph.valid_from))
            _bring_up_to_date(Provision, row, values, using)
    return len(entries)


def _versions(
    paragraphs: list[StatuteParagraph], entry: dict[str, Any]
) -> list[StatuteParagraph]:
    """The text that the catalogue was checked against, and those decided on since."""
    number = entry["paragraph"].split(" §")[0]
    return [
        row
        for row in paragraphs
        if (row.statute, row.chapter, row.paragraph)
        == ("OSL", entry["chapter"], number)
        and (row.valid_to is None or row.valid_to > statutes.CHECKED)
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
