"""The published register as open data: its table, and its description by DCAT-AP-SE.

Source: docs.dataportal.se/dcat/3.0.1 (diggsweden/DCAT-AP-SE).
"""

import json
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
from requests_app.models import RegisterPage

COLUMNS = ("diarienummer", "inkom", "avsändare", "ärendemening", "status", "beslutat")


def cells(entry: Any) -> list[str]:
    received = timezone.localdate(entry.received_at)
    decided = timezone.localdate(entry.decided_at) if entry.decided_at else ""
    row = [entry.number, f"{received}", entry.sender, entry.subject, entry.state]
    return [*map(str, row), f"{decided}"]


def description(page: RegisterPage, place: str) -> str:
    """JSON-LD. `place` is the address of the page, without a slash at its end."""
    publisher = publisher_of(page.authority, place)
    common: dict[str, Any] = {
        "dcterms:publisher": {"@id": publisher["@id"]},
        "dcterms:license": {"@id": CC0},
        "dcterms:language": {"@id": f"{EU}/language/SWE"},
    }
    catalog = {
        "@id": f"{place}/#katalog",
        "@type": "dcat:Catalog",
        "dcterms:title": swedish(f"Öppna data från {page.authority}"),
        "dcterms:description": swedish("Diarieförda ärenden."),
        "dcterms:modified": day(timezone.localdate(clock.now())),
        "dcat:dataset": {"@id": f"{place}/#diarium"},
        **common,
    }
    rows = [catalog, publisher, _set(page, place, common), _file(place)]
    return json.dumps(
        {"@context": CONTEXT, "@graph": rows}, ensure_ascii=False, indent=1
    )


def _set(page: RegisterPage, place: str, common: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"{place}/#diarium",
        "@type": "dcat:Dataset",
        "dcterms:title": swedish(f"Diarieförda ärenden, {page.authority}"),
        "dcterms:description": swedish(
            "Leverantörers begäranden om åtkomst till information i molntjänster:"
            " nummer, dag, avsändare, ärendemening och status. Det som är"
            " sekretessmarkerat ingår inte."
        ),
        "dcterms:accessRights": {"@id": f"{EU}/access-right/PUBLIC"},
        "dcterms:accrualPeriodicity": {"@id": f"{EU}/frequency/DAILY"},
        "dcterms:temporal": {
            "@type": "dcterms:PeriodOfTime",
            "dcat:startDate": day(page.since),
        },
        "dcat:theme": {"@id": f"{EU}/data-theme/GOVE"},
        "dcat:keyword": [swedish("diarium"), swedish("molntjänster")],
        "dcat:distribution": {"@id": f"{place}/register.csv#distribution"},
        **contact_point(page.authority, place),
        **common,
    }


def _file(place: str) -> dict[str, Any]:
    return {
        "@id": f"{place}/register.csv#distribution",
        "@type": "dcat:Distribution",
        "dcterms:title": swedish("Diarieförda ärenden (CSV)"),
        "dcat:accessURL": {"@id": f"{place}/"},
        "dcat:downloadURL": {"@id": f"{place}/register.csv"},
        "dcterms:format": "text/csv",
        "dcterms:license": {"@id": CC0},
    }
