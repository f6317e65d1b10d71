import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.providers.application import Application
from requests_app.providers.protocol import Abilities, Answer, Log, unable
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    document,
    instant,
    pieces,
    text_of,
    without_doubles,
)

__all__ = [
    "abilities",
    "answer_body",
    "application",
    "applications",
    "concluded",
    "event",
    "label",
]


# What the cmdlet wants to hear, and what its refusals say.

DECISIONS = {"approve": "Approve", "deny": "Deny"}


def answer_body(answer: Answer) -> str:
    """The cmdlet's parameters, but for the number: the client adds that."""
    return json.dumps(
        {"ApprovalDecision": DECISIONS[answer.word], "Comment": answer.reason},
        ensure_ascii=False,
    )


def concluded(refusal: bytes) -> str:
    """Its refusals are told to nobody: what the request has become is read back."""
    return ""


# What Get-AccessToCustomerDataRequest gives.
#
# Its columns are told nowhere. Those that a name of its parameters or of the portal
# fits
# are read; where one says something else than it should, and whatever is left, is kept.

# How long Microsoft waits for an answer.
WAITS = timedelta(hours=12)
NUMBER = ("requestid", "referencenumber", "identity", "name", "id")
STATUS = ("approvalstatus", "requeststatus", "status")
SERVICE = ("servicename", "service", "workload")
WHY = ("justification", "reason", "description")
CREATED = (
    "createddatetime",
    "createddate",
    "creationtime",
    "whencreated",
    "requestdate",
)
EXPIRES = ("expirationdatetime", "expirationdate", "expirytime", "expireson")
LENGTH = ("duration", "requestedduration", "accessduration")
CASE = ("servicerequestnumber", "servicerequestid", "servicerequest", "supportcase")
# There is no word for what has expired.
CONCLUDED = {
    "approved": "approved",
    "denied": "denied",
    "canceled": "revoked",
    "cancelled": "revoked",
}
HOURS_AND_MINUTES = re.compile(
    r"(?:(\d{1,3})\.)?(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?"
)


def applications(raw: bytes) -> Iterator[Piece]:
    """The rows of an answer. Raises Unreadable."""
    value, text = document(raw)
    if not isinstance(value, dict):
        raise Unreadable(gettext("An answer of Exchange Online is an object."))
    yield from pieces(text, ("value",))


class _Row:
    """One row, and what of it has been understood."""

    def __init__(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise Unreadable(gettext("A request of Exchange Online is an object."))
        # Beside a column stands of which type it is: “Name@data.type”.
        pairs = [(key.lower(), row) for key, row in value.items() if "@" not in key]
        self.fields = without_doubles(pairs)

    def take(self, names: tuple[str, ...], read: Callable[[Any, str], Any]) -> Any:
        """The first that says something that can be read so; it is no longer left."""
        for name in names:
            if self.fields.get(name) in (None, ""):
                continue
            try:
                value_read = read(self.fields[name], name)
            except Unreadable:
                continue
            if value_read not in (None, ""):
                del self.fields[name]
                return value_read
        return None


def application(value: Any) -> Application:
    """One row in our terms. Raises Unreadable for one without a number."""
    row = _Row(value)
    number = row.take(NUMBER, text_of)
    if not number:
        raise Unreadable(gettext("“%(key)s” is missing.") % {"key": "RequestId"})
    status = row.take(STATUS, text_of) or ""
    created = row.take(CREATED, _moment)
    expires = row.take(EXPIRES, _moment)
    minutes = row.take(LENGTH, _minutes)
    return Application(
        external_id=number.strip()[:200],
        service=row.take(SERVICE, text_of) or "",
        justification=row.take(WHY, text_of) or "",
        duration_minutes=minutes,
        duration_text="" if minutes else (row.take(LENGTH, text_of) or ""),
        requested_at=created,
        answer_deadline=expires,
        provider_status=status[:100],
        concluded=_concluded(status, created, expires),
        support_case=row.take(CASE, text_of) or "",
        extra=row.fields,
    )


def _concluded(status: str, created: Any, expires: Any) -> str:
    """An unknown word, and none, is taken to wait, until the time is out."""
    if known := CONCLUDED.get(status.strip().lower()):
        return known
    ends = expires or (created and created + WAITS)
    return "lapsed" if ends and ends <= acting.now() else ""


def _moment(value: Any, name: str) -> datetime | None:
    """PowerShell's times are UTC where they say no zone."""
    text = text_of(value, name)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", text):
        text = f"{text[:26]}Z"
    moment = instant(text, name)
    return moment.astimezone(UTC) if moment else None


def _minutes(value: Any, name: str) -> int | None:
    """Hours, or a TimeSpan: [days.]hours:minutes[:seconds]."""
    text = text_of(value, name).strip()
    span = HOURS_AND_MINUTES.fullmatch(text)
    if span:
        days, hours, minutes = (int(part or 0) for part in span.groups())
        length = (days * 24 + hours) * 60 + minutes
    else:
        try:
            length = round(float(text) * 60)
        except (ValueError, OverflowError) as error:
            raise Unreadable(
                gettext("“%(key)s” is no length.") % {"key": name}
            ) from error
    return length if 0 < length <= 60 * 24 * 365 else None


# Microsoft 365 Customer Lockbox, through the cmdlets of Exchange Online.
#
# Source: MicrosoftDocs/office-docs-powershell, Get- and Set-
# AccessToCustomerDataRequest;
# how they are called over HTTP is known from public modules alone:
# docs/decisions/providers.md.

# Typically within 60 to 90 minutes, and no promise: docs/providers/microsoft-365.md.
DELAYS = {
    "usual_delay": timedelta(minutes=90),
    "longest_delay": timedelta(days=1),
    "reach": timedelta(days=7),
}
label = _("Microsoft 365 Customer Lockbox (Exchange Online)")
abilities = Abilities(
    can_be_polled=True,
    can_be_answered=True,
    can_be_read_back=True,
    is_completed=True,
    has_log_files=True,
    limits=(
        _(
            "Microsoft does not promise this call to others than its own module, and"
            " may change or close it: notices by mail and the portal are to work"
            " without it."
        ),
        _("It takes Approve or Deny, for the time that was asked for."),
        _("It has no word for what has expired: that is reckoned from its time."),
        _("An approval is taken back in the portal, or through the support case."),
        _("Questions go through the provider's support case."),
        _(
            "The audit log tells what was done, and never under which request: that is"
            " weighed by time and part of the product."
        ),
    ),
    logs=(
        Log("exchange", _("Microsoft 365 audit log: Exchange"), **DELAYS),
        Log("sharepoint", _("Microsoft 365 audit log: SharePoint"), **DELAYS),
        Log("general", _("Microsoft 365 audit log: Teams and the rest"), **DELAYS),
        Log("entra", _("Microsoft 365 audit log: Entra ID"), **DELAYS),
        Log(
            "support_access",
            _("Entra audit log: access of Microsoft's support"),
            usual_delay=timedelta(hours=1),
            longest_delay=timedelta(days=1),
            reach=timedelta(days=30),
        ),
    ),
)
event = unable
