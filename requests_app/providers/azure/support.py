"""Azure's support tickets: `Microsoft.Support`, API version 2024-04-01.

A ticket's number (`supportTicketId`) is what a request names; its name in addresses is
another. A message has the name that we give it: what was said is asked for by it, and
the same name is never said twice. Trap: who calls as an application must tell a sender.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from requests_app.providers.azure.arm import Arm
from requests_app.providers.http.identity import setting
from requests_app.providers.protocol import Reply, ThreadMessage, Ticket, Unknown
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    instant,
    reading,
    text_of,
)

VERSION = {"api-version": "2024-04-01"}
# The vendor keeps tickets for 18 months; this many of a page.
PAGE = {"$top": "100"}


def tickets(arm: Arm) -> Iterator[Ticket]:
    """Every ticket of the subscription that is still shown. Raises Unreachable where
    nobody has said as whom we write: then people ask."""
    setting("LOCKBOX_AZURE_SENDER")
    for row in arm.listed(_base(arm), {**VERSION, **PAGE}):
        yield _ticket(row)


def ticket(arm: Arm, number: str) -> Ticket:
    """The one that a request names, by number or name. Raises Unknown."""
    wanted = number.strip().lower()
    for row in tickets(arm):
        if wanted and wanted in (row.number.lower(), row.name.lower()):
            return row
    raise Unknown(
        _("The subscription has no support ticket %(number)s: it is gone or another's.")
        % {"number": number or "–"}
    )


def messages(arm: Arm, name: str, since: datetime | None) -> Iterator[ThreadMessage]:
    """What was said in it, by both sides."""
    chosen = {"$filter": f"createdDate ge {since:%Y-%m-%dT%H:%M:%SZ}"} if since else {}
    for row in arm.listed(_messages(arm, name), {**VERSION, **chosen}):
        yield _message(row)


def has_message(arm: Arm, name: str, key: str) -> bool:
    try:
        arm.fetched(f"{_messages(arm, name)}/{quote(key, safe='')}", dict(VERSION))
    except Unknown:
        return False
    return True


def say(arm: Arm, name: str, key: str, subject: str, text: str) -> Reply:
    """Raises Unreachable, after which it may have been said or not."""
    properties = {
        "sender": setting("LOCKBOX_AZURE_SENDER"),
        "subject": subject,
        "body": text,
    }
    body = json.dumps({"properties": properties}, ensure_ascii=False).encode()
    url = f"{_messages(arm, name)}/{quote(key, safe='')}"
    return arm.call("PUT", url, params=dict(VERSION), content=body)


def withdraw_consent(arm: Arm, row: Ticket) -> Reply:
    """Raises Unreachable, after which it may have taken effect or not."""
    update: dict[str, Any] = {"advancedDiagnosticConsent": "No"}
    if row.other_consents:
        update["secondaryConsent"] = [
            {"type": kind, "userConsent": "No"} for kind in row.other_consents
        ]
    url = f"{_base(arm)}/{quote(row.name, safe='')}"
    body = json.dumps(update).encode()
    return arm.call("PATCH", url, params=dict(VERSION), content=body)


def _base(arm: Arm) -> str:
    return f"{arm.subscription}/providers/Microsoft.Support/supportTickets"


def _messages(arm: Arm, name: str) -> str:
    return f"{_base(arm)}/{quote(name, safe='')}/communications"


def _ticket(row: Piece) -> Ticket:
    with reading(row.raw):
        name = text_of(row.value.get("name"), "name")
        fields = row.value["properties"]
        given = fields.get("secondaryConsent") or []
        return Ticket(
            name=name[:200],
            number=(text_of(fields.get("supportTicketId"), "id") or name)[:200],
            status=text_of(fields.get("status"), "status")[:100],
            advanced_diagnostics=_is_yes(fields.get("advancedDiagnosticConsent")),
            other_consents=tuple(
                text_of(one.get("type"), "type")
                for one in given
                if _is_yes(one.get("userConsent"))
            ),
        )


def _is_yes(value: Any) -> bool:
    return str(value).lower() == "yes"


def _message(row: Piece) -> ThreadMessage:
    """Trap: in the vendor's own examples what the customer says is “outbound”."""
    with reading(row.raw):
        key = text_of(row.value.get("name"), "name")
        fields = row.value["properties"]
        at = instant(fields.get("createdDate"), "createdDate")
        if not key or at is None:
            raise Unreadable(_("A message in the ticket has no name or no time."))
        direction = text_of(fields.get("communicationDirection"), "direction")
        subject = text_of(fields.get("subject"), "subject").strip()
        text = text_of(fields.get("body"), "body").strip()
        whole = f"{subject}\n\n{text}" if subject and subject not in text else text
        return ThreadMessage(key[:200], direction.lower() == "inbound", whole, at)
