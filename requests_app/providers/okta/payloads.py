"""What Okta sends of its support cases.

Trap: the list is `{"supportCases": […]}` by the specification, and a bare list in the
specification's own example.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.application import Application
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    document,
    instant,
    piece,
    pieces,
    text_of,
)

# What is asked for: a support case opens the org as a whole.
ORG = "okta-org"
KNOWN = {"caseNumber", "impersonation", "subject", "_links"}


def applications(raw: bytes) -> Iterator[Piece]:
    """The cases in a saved answer, or the one case. Raises Unreadable."""
    value, text = document(raw)
    if isinstance(value, list):
        yield from pieces(text, ())
    elif isinstance(value, dict) and "supportCases" in value:
        yield from pieces(text, ("supportCases",))
    elif isinstance(value, dict):
        yield piece(text, ())
    else:
        raise Unreadable(_("Okta's answer holds no support cases."))


def application(value: Any) -> Application:
    """One support case in our terms. Raises Unreadable."""
    access = value.get("impersonation") if isinstance(value, dict) else None
    if not isinstance(access, dict):
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "impersonation"})
    number = text_of(value.get("caseNumber"), "caseNumber").strip()
    if not number:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "caseNumber"})
    status = text_of(access.get("status"), "status")
    is_open = status == "ENABLED"
    closes = instant(access.get("expiration"), "expiration") if is_open else None
    return Application(
        external_id=number[:200],
        service="Okta Support",
        justification=text_of(value.get("subject"), "subject"),
        object_ids=(ORG,),
        provider_status=status[:100],
        concluded="approved" if is_open else "",
        open_until=closes,
        support_case=number[:100],
        extra={key: row for key, row in value.items() if key not in KNOWN},
    )


def waits(value: Any) -> bool:
    """Has Okta asked for access, which nobody has answered?"""
    parts = [value.get(key) or {} for key in ("impersonation", "selfAssigned")]
    return any(part.get("status") == "REQUESTED" for part in parts)
