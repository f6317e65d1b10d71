"""The year as a paper, in Swedish: what it shows, what it rests on, and the numbers."""

from collections.abc import Iterator

from django.utils import timezone, translation
from django.utils.formats import date_format, number_format

from audit_app import clock
from requests_app.documents.paper import Paper, pdf_of_paper
from requests_app.documents.processing.sheet import Section
from requests_app.documents.transparency.counts import OfProduct, Year
from requests_app.documents.transparency.tables import (
    ACCESSES,
    REQUESTS,
    Line,
    lines_of,
)

WHAT = (
    "Leverantörer av molntjänster måste begära åtkomst till myndighetens information,"
    " och myndigheten prövar varje begäran enligt offentlighets- och sekretesslagen."
    " Rapporten visar hur många begäranden som kom, vad som beslutades och vad"
    " leverantörernas egna loggar säger om vad som sedan gjordes.",
    "En begäran räknas i månaden då den kom, ett beslut i månaden då det fattades, en"
    " åtkomst i månaden då den öppnades och en åtgärd i månaden då den utfördes."
    " Talen i en rad behöver därför inte gå ihop.",
    "Tal under 5 anges som 1–4, så att ingen kan pekas ut. Där ett sådant tal annars"
    " kunde räknas fram står uppges inte. Ärenden på en namngiven lista och ärenden som"
    " har stoppats av säkerhetsskyddsskäl ingår inte.",
)
RESTS = (
    "Om en åtkomst användes vet myndigheten bara så långt leverantörens logg är läst."
    " Det som inte är känt redovisas för sig och räknas aldrig som att inget hände."
)


@translation.override("sv")
def pdf_of_year(year: Year) -> bytes:
    """Raises NotDrawn."""
    now = clock.now()
    paper = Paper(
        f"Transparensrapport {year.year}",
        year.authority,
        year.authority,
        f"Leverantörers åtkomst till myndighetens information, {_until(year)}",
        timezone.localdate(now),
    )
    return pdf_of_paper(paper, sections(year), now)


def sections(year: Year) -> Iterator[Section]:
    """In Swedish, whatever the language of whoever looks."""
    with translation.override("sv"):
        yield Section("Vad rapporten visar", WHAT)
        yield Section(
            "Vad den vilar på", (RESTS,), [_rests(row) for row in year.products]
        )
        lines = list(lines_of(year))
        for row in year.products:
            theirs = [line for line in lines if line.product is row]
            name = f"{row.product.provider.name}, {row.product.name}"
            yield _table(f"{name}: begäranden och beslut", theirs, REQUESTS)
            yield _table(f"{name}: åtkomster och åtgärder", theirs, ACCESSES)


def _until(year: Year) -> str:
    last = timezone.localdate(year.until)
    if last.year > year.year:
        return f"hela {year.year}"
    return f"{year.year} till och med den {date_format(last, 'j F Y')}"


def _rests(row: OfProduct) -> str:
    name, unknown = f"{row.product.provider.name}, {row.product.name}", row.unknown
    if unknown.without_log == unknown.connections:
        return f"{name}: ingen logg läses. Vad som gjordes där är inte känt."
    parts = [
        f"loggen är läst till och med den {_day_of(row)}"
        if row.read_until
        else "loggen är inte läst i sin helhet"
    ]
    parts.append(
        f"{unknown.gaps} luckor, varav {unknown.unexplained} inte är förklarade;"
        f" {number_format(round(unknown.hours))} timmar är inte kända"
    )
    return f"{name}: {'; '.join(parts)}."


def _day_of(row: OfProduct) -> str:
    return date_format(timezone.localtime(row.read_until), "j F Y")


def _table(heading: str, lines: list[Line], columns: dict[str, str]) -> Section:
    rows = [
        (_name(line), *(line.texts[column] for column in columns)) for line in lines
    ]
    return Section(heading, columns=("Månad", *columns.values()), rows=rows)


def _name(line: Line) -> str:
    return date_format(line.month, "F") if line.month else "Hela året"
