"""The year as open data: a table, and its description by DCAT-AP-SE.

Source: docs.dataportal.se/dcat/3.0.1 (diggsweden/DCAT-AP-SE).
"""

import csv
import hashlib
import io
import json
from datetime import date
from typing import Any

from django.utils import timezone

from audit_app import clock
from requests_app.documents.open_data import (
    CC0,
    CONTEXT,
    EU,
    contact_point,
    day,
    publisher_of,
    swedish,
)
from requests_app.documents.transparency.counts import Year
from requests_app.documents.transparency.tables import ACCESSES, REQUESTS, lines_of

COLUMNS = ("leverantör", "produkt", "månad", *REQUESTS.values(), *ACCESSES.values())
FORMATS = {"csv": "text/csv", "pdf": "application/pdf"}


def numbers_csv(year: Year) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in lines_of(year):
        product = line.product.product
        month = f"{line.month:%Y-%m}" if line.month else f"{year.year}"
        names = [product.provider.name, product.name, month]
        writer.writerow(_plain(cell) for cell in [*names, *line.texts.values()])
    return text.getvalue()


def _plain(text: str) -> str:
    """No formula, in a spreadsheet."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def file_name(year: Year, ending: str) -> str:
    return f"transparensrapport-{year.authority.code.lower()}-{year.year}.{ending}"


def description(year: Year, place: str) -> str:
    """JSON-LD. `place` is the address of the folder in which the files are put."""
    folder = place.rstrip("/")
    agent = publisher_of(year.authority, folder)
    publisher = {"@id": agent["@id"]}
    name = year.authority.name
    return json.dumps(
        {
            "@context": CONTEXT,
            "@graph": [
                {
                    "@id": f"{folder}/#katalog",
                    "@type": "dcat:Catalog",
                    "dcterms:title": swedish(f"Öppna data från {name}"),
                    "dcterms:description": swedish(
                        "Transparensrapporter om leverantörers åtkomst."
                    ),
                    "dcterms:publisher": publisher,
                    "dcterms:license": {"@id": CC0},
                    "dcterms:language": {"@id": f"{EU}/language/SWE"},
                    "dcterms:modified": day(timezone.localdate(clock.now())),
                    "dcat:dataset": {"@id": _dataset(folder, year)},
                },
                agent,
                _set(year, folder, publisher),
                *(_distribution(year, folder, ending) for ending in FORMATS),
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def _set(year: Year, folder: str, publisher: dict[str, str]) -> dict[str, Any]:
    name, last = year.authority.name, timezone.localdate(year.until)
    ends = min(last, date(year.year, 12, 31))
    return {
        "@id": _dataset(folder, year),
        "@type": "dcat:Dataset",
        "dcterms:title": swedish(f"Leverantörers åtkomst {year.year}, {name}"),
        "dcterms:description": swedish(
            "Antal begäranden om åtkomst till information i molntjänster, beslut,"
            " åtkomster och åtgärder, per produkt och månad. Tal under 5 anges som"
            " 1–4."
        ),
        "dcterms:publisher": publisher,
        "dcterms:license": {"@id": CC0},
        "dcterms:accessRights": {"@id": f"{EU}/access-right/PUBLIC"},
        "dcterms:accrualPeriodicity": {"@id": f"{EU}/frequency/ANNUAL"},
        "dcterms:language": {"@id": f"{EU}/language/SWE"},
        "dcterms:issued": day(timezone.localdate(clock.now())),
        "dcterms:temporal": {
            "@type": "dcterms:PeriodOfTime",
            "dcat:startDate": day(date(year.year, 1, 1)),
            "dcat:endDate": day(ends),
        },
        "dcat:theme": {"@id": f"{EU}/data-theme/GOVE"},
        "dcat:keyword": [
            swedish(word) for word in ("molntjänster", "åtkomst", "sekretess")
        ],
        "dcat:distribution": [
            {"@id": f"{folder}/{file_name(year, ending)}#distribution"}
            for ending in FORMATS
        ],
        **contact_point(year.authority, folder),
    }


def _distribution(year: Year, folder: str, ending: str) -> dict[str, Any]:
    address = f"{folder}/{file_name(year, ending)}"
    return {
        "@id": f"{address}#distribution",
        "@type": "dcat:Distribution",
        "dcterms:title": swedish(f"Transparensrapport {year.year} ({ending.upper()})"),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcterms:format": FORMATS[ending],
        "dcterms:license": {"@id": CC0},
    }


def _dataset(folder: str, year: Year) -> str:
    return f"{folder}/#atkomst-{year.authority.code.lower()}-{year.year}"


def fingerprint(year: Year) -> str:
    """Tells whether the numbers are those that somebody has looked at."""
    return hashlib.sha256(numbers_csv(year).encode()).hexdigest()
