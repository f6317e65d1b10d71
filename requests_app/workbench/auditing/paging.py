"""Where in the order of time a page begins, as an address says it."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from requests_app.selectors.audit.sought import Place
from requests_app.workbench.auditing.page import Audit


def place_in(text: str) -> Place | None:
    """Nothing, where the address has been meddled with: the first page."""
    moment, _dot, key = text.rpartition(".")
    if not (moment.isdecimal() and key.isdecimal()) or len(text) > 40:
        return None
    try:
        seconds, micro = divmod(int(moment), 1_000_000)
        at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro)
    except (OverflowError, ValueError, OSError):
        return None
    return Place(at, int(key)) if int(key) < 2**63 else None


def is_first_page(audit: Audit) -> bool:
    return "before" not in audit.request.GET


def turned(audit: Audit, query: dict[str, Any], older: Place | None) -> dict[str, Any]:
    """What the foot of a page in the order of time needs, to turn it."""
    return {
        "older": address_of(query, older) if older else "",
        "is_first": is_first_page(audit),
        "newest": address_of(query, None),
    }


def address_of(query: dict[str, Any], place: Place | None) -> str:
    """The query of a page that asks the same; of the first, for no place."""
    if place is None:
        return f"?{urlencode(query)}" if query else ""
    seconds = int(place.at.replace(microsecond=0).timestamp())
    moment = seconds * 1_000_000 + place.at.microsecond
    return "?" + urlencode({**query, "before": f"{moment}.{place.key}"})
