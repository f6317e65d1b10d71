"""The protocol of a disposal, in Swedish: drawn of the ledger's own lines."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst

from audit_app.models import LedgerEntry
from requests_app.documents.disposals import (
    Span,
    by_rule,
    by_two,
    decided,
    held_back,
    rows_gone,
)
from requests_app.documents.paper import Paper, pdf_of_paper
from requests_app.documents.processing.sheet import Section
from requests_app.models import RetentionRule
from requests_app.models.disposal import Obstacle

TITLE = "Gallringsprotokoll"
NOBODYS = "Uppgifter som inte hör till en enda myndighet"
ROWS = {
    "notice_rows": "Aviseringar som har skickats",
    "addresses": "E-postadresser, enheter och nummer som avisering skickas till",
}
KINDS: dict[str, str] = {
    LedgerEntry.Kind.CHANGE: "Ändring",
    LedgerEntry.Kind.EVENT: "Händelse",
    LedgerEntry.Kind.READ: "Läsning",
    LedgerEntry.Kind.REFUSAL: "Nekad åtkomst",
    LedgerEntry.Kind.AUTH: "Inloggning",
    LedgerEntry.Kind.EXPORT: "Uttag",
}
HELD_WHAT = ("Slag av uppgift", "Antal", "Skäl")
GONE_WHAT = ("Gallrat", "Slag av uppgift", "Antal", "Äldsta", "Yngsta")
BY_WHOM = ("Gallrat", "Beslut om gallring", "Slag", "Antal", "Från och till", "Av vem")


@translation.override("sv")
def pdf_of_protocol(span: Span) -> bytes:
    """Raises NotDrawn."""
    name = span.authority.name if span.authority else NOBODYS
    paper = Paper(
        TITLE,
        name,
        span.authority or "Lockbox",
        f"{name}, {_days(span)}",
        timezone.localdate(),
    )
    return pdf_of_paper(paper, _sections(span), timezone.now())


def _sections(span: Span) -> Iterator[Section]:
    yield Section(
        "Vad protokollet visar",
        (
            "En rad i loggen gallras aldrig. Det som gallras är uppgiften om vad raden"
            " handlade om. För varje sådan uppgift säger en ny rad att den har"
            " gallrats, och protokollet är hämtat ur de raderna. Det kan tas fram på"
            " nytt.",
        ),
    )
    yield _decisions(span)
    yield _by_rule(span)
    yield _by_two(span)
    if not span.authority:
        yield _rows(span)
    yield _not_gone(span)


def _decisions(span: Span) -> Section:
    rows = [
        (row.authority, row.decision, row.proposed_by, row.confirmed_by, _day(row.at))
        for row in decided(span)
    ]
    columns = ("Myndighet", "Beslut", "Infört av", "Bekräftat av", "Den")
    none = "Inget beslut om gallring var infört under tiden."
    return _table("Beslut om gallring", none, columns, rows)


def _by_rule(span: Span) -> Section:
    rows = [
        (
            date_format(row.on, "j F Y" if span.is_a_day else "F Y"),
            _period(row.period),
            str(row.number),
            _day(row.first),
            _day(row.last),
        )
        for row in by_rule(span)
    ]
    none = "Ingenting gallrades enligt reglerna under tiden."
    return _table("Gallrat enligt myndighetens regler", none, GONE_WHAT, rows)


def _period(name: str) -> str:
    field: Any = RetentionRule._meta.get_field
    return ROWS.get(name) or capfirst(str(field(name).verbose_name))


def _by_two(span: Span) -> Section:
    rows = [
        (
            _day(row.at),
            row.basis,
            KINDS[row.kind],
            str(row.number),
            f"{_day(row.first)} – {_day(row.last)}",
            f"Föreslaget av {row.proposed_by}, bekräftat av {row.confirmed_by}",
        )
        for row in by_two(span)
    ]
    none = "Ingenting gallrades av två personer under tiden."
    return _table("Gallrat av två personer efter ett beslut", none, BY_WHOM, rows)


def _rows(span: Span) -> Section:
    rows = [
        (_day(at), ROWS[period], str(number)) for at, period, number in rows_gone(span)
    ]
    none = "Inga sådana gallrades under tiden."
    columns = ("Gallrat", "Slag av uppgift", "Antal")
    return _table("Aviseringar och adresser", none, columns, rows)


def _not_gone(span: Span) -> Section:
    rows = [
        (_period(name), str(number), str(Obstacle(why).label))
        for name, reasons in held_back(span).items()
        for why, number in sorted(reasons.items())
    ]
    none = "Ingenting hölls kvar efter sin tid när reglerna senast verkställdes."
    return _table("Vad som hölls kvar efter sin tid, och varför", none, HELD_WHAT, rows)


def _table(
    heading: str,
    none: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
) -> Section:
    if not rows:
        return Section(heading, (none,))
    return Section(heading, columns=columns, rows=rows)


def _days(span: Span) -> str:
    first, last = (date_format(day, "j F Y") for day in (span.first, span.last))
    return first if span.is_a_day else f"{first} – {last}"


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F Y")
