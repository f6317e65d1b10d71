"""A line of the ledger as the auditor's pages write it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from audit_app.changes import Field
from audit_app.ledger import Kind
from requests_app.selectors.audit.entries import Entry
from requests_app.words.addresses import redact
from requests_app.words.details import told_of
from requests_app.words.events import EVENTS, event_label
from requests_app.words.reads import read_label

# A line may say that it is of a kind there is not: it is told like any other.
KINDS = dict(Kind.choices)


class Note(NamedTuple):
    label: Any
    text: str


class Row(NamedTuple):
    """A line of a list, as it is written on a page and in a file."""

    key: int
    xid: str
    at: datetime
    by: str
    by_id: int | None
    authority: str
    case: str
    case_url: str
    kind: str
    kind_label: Any
    what: str
    name: str
    fields: list[Field]
    notes: list[Note]
    is_hidden: bool
    login: str
    role: str


def rows_in_words(site: Any, entries: list[Entry]) -> list[Row]:
    steps = _steps(site)
    return [_row(entry, steps) for entry in entries]


def _row(entry: Entry, steps: dict[str, dict[str, Any]]) -> Row:
    line = entry.line
    return Row(
        key=line.key,
        xid=line.xid,
        at=line.at,
        by=line.by or _("nobody signed in"),
        by_id=line.by_id,
        authority=entry.authority,
        case=entry.sight.number,
        case_url=case_url(entry.sight.number),
        kind=line.kind,
        kind_label=KINDS.get(line.kind, line.kind),
        what=_what(entry, steps),
        name="" if entry.name == entry.sight.number else entry.name,
        fields=entry.fields,
        notes=[Note(*note) for note in told_of(entry.detail)],
        is_hidden=entry.is_hidden,
        login=line.login,
        role=line.role,
    )


def _what(entry: Entry, steps: dict[str, dict[str, Any]]) -> str:
    line = entry.line
    if not entry.sight.views and line.kind in (Kind.CHANGE, Kind.EVENT):
        # Of a named list its number, and that something was done.
        return ""
    if line.kind == Kind.CHANGE:
        did = {
            "insert": pgettext("done to a row", "added"),
            "delete": pgettext("done to a row", "removed"),
            "update": pgettext("done to a row", "changed"),
        }
        return f"{entry.what} – {did.get(line.event, line.event)}"
    if line.event in EVENTS:
        return str(event_label(line.event))
    label = str(read_label(line.event, steps.get(line.table, {})))
    return f"{label}: {entry.what}" if entry.what else label


def _steps(site: Any) -> dict[str, dict[str, Any]]:
    """The steps of each table's pages, by what they are called."""
    return {
        page.opts.db_table: {name: step.label for name, step in page.steps.items()}
        for page in site._registry.values()
        if getattr(page, "steps", None) and not page.opts.proxy
    }


def case_url(number: str) -> str:
    if not number:
        return ""
    return reverse("admin:audit_case", args=[number])


def exactly(at: datetime) -> str:
    """To the second, as a file has it: in the order of time, with the zone."""
    return timezone.localtime(at).isoformat(sep=" ", timespec="seconds")


def changes_in_words(row: Row) -> Iterator[str]:
    """A sentence for each field and note, for files."""
    for field in row.fields:
        yield f"{field.label}: {field.before or '–'} → {field.after or '–'}"
    for note in row.notes:
        yield f"{note.label}: {note.text}"


HEADINGS = [
    gettext_lazy("Entry"),
    gettext_lazy("When"),
    gettext_lazy("Person"),
    gettext_lazy("Authority"),
    gettext_lazy("Case"),
    gettext_lazy("Kind"),
    gettext_lazy("What"),
    gettext_lazy("Name"),
    gettext_lazy("Changes"),
]


def cells(row: Row) -> list[str]:
    """A row's cells in a file, in the order of `HEADINGS`. A file goes further than a
    page: no address that may hold a name goes along. What proves a line is the line as
    it was sealed."""
    protected = [_("(protected)")] if row.is_hidden else []
    return [
        str(row.key),
        exactly(row.at),
        row.by,
        row.authority,
        redact(row.case),
        str(row.kind_label),
        row.what,
        redact(row.name),
        redact("\n".join([*protected, *changes_in_words(row)])),
    ]
