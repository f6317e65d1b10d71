"""What Get-AccessToCustomerDataRequest gives.

Its columns are told nowhere. Those that a name of its parameters or of the portal fits
are read; where one says something else than it should, and whatever is left, is kept.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.providers.application import Application
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    document,
    instant,
    pieces,
    text_of,
    without_doubles,
)

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
        raise Unreadable(_("An answer of Exchange Online is an object."))
    yield from pieces(text, ("value",))


class _Row:
    """One row, and what of it has been understood."""

    def __init__(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise Unreadable(_("A request of Exchange Online is an object."))
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
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "RequestId"})
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
    return "lapsed" if ends and ends <= clock.now() else ""


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
            raise Unreadable(_("“%(key)s” is no length.") % {"key": name}) from error
    return length if 0 < length <= 60 * 24 * 365 else None
