"""Logs: activity."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.application import Event, fitted
from requests_app.providers.azure.client import AzureLockbox
from requests_app.providers.protocol import (
    LogPage,
    LogReader,
    Missing,
    page_until,
    resume,
)
from requests_app.providers.reading import Unreadable, instant, reading, text_of

__all__ = ["connect", "events"]


# What Azure's Activity Log says of Customer Lockbox: that Microsoft approved access
# itself. What an engineer then did stands in no log of Azure's.
#
# Source: Azure/azure-rest-api-specs, monitor (2015-04-01) and the operations of
# customerlockbox. No record of Customer Lockbox is published: where the number of the
# request stands is looked for in each place that the specification has for it.

LOG = "/requests/activitylog/"
# About a request, and no access: that it was made or taken back, an answer of ours, and
# time that ran out.
NO_ACCESS = (
    "createlockboxrequest",
    "cancellockboxrequest",
    "approvelockboxrequest",
    "denylockboxrequest",
    "expirelockboxrequest",
    "autodenylockboxrequest",
)
AUTOMATIC = "autoapprovelockboxrequest"
NUMBER = re.compile(r"/microsoft\.customerlockbox/requests/([^/?]+)", re.IGNORECASE)
SUCCEEDED = ("", "succeeded")


def is_evidence(value: Any) -> bool:
    """Of access. What is no record is given out: somebody has to see it."""
    if not isinstance(value, dict):
        return True
    operation = _name(value, "operationName").lower()
    return LOG in operation and _act(operation) not in NO_ACCESS


def events(log: str, external_id: str, value: Any) -> Iterator[Event]:
    """Raises Unreadable, of another subscription too."""
    with reading(b""):
        event = fitted(_event(external_id, value))
    yield event


def _event(subscription: str, value: Any) -> Event:
    if not isinstance(value, dict):
        raise Unreadable(_("A record of the Activity Log is an object."))
    number = text_of(value.get("eventDataId"), "eventDataId").strip()
    happened_at = instant(value.get("eventTimestamp"), "eventTimestamp")
    operation = _name(value, "operationName")
    if not number or happened_at is None or not operation:
        names = "eventDataId, eventTimestamp, operationName"
        raise Unreadable(_("“%(key)s” is missing.") % {"key": names})
    owner = text_of(value.get("subscriptionId"), "subscriptionId").lower()
    if owner != subscription.strip().lower():
        raise Unreadable(
            _("The record is another tenant's, or does not say whose it is.")
        )
    words = _name(value, "operationName", "localizedValue") or operation
    status = _name(value, "status")
    request = _number(value)
    return Event(
        external_id=number,
        happened_at=happened_at,
        action=words if status.lower() in SUCCEEDED else f"{words} ({status})",
        object_name=text_of(value.get("resourceId"), "resourceId"),
        actor=text_of(value.get("caller"), "caller"),
        under=[request] if request else [],
        unasked=words if _act(operation.lower()) == AUTOMATIC else "",
    )


def _name(value: dict[str, Any], key: str, part: str = "value") -> str:
    """Of a text that has a name of its own and one for people."""
    pair = value.get(key)
    return text_of(pair.get(part), key) if isinstance(pair, dict) else ""


def _act(operation: str) -> str:
    """Such as “autoapprovelockboxrequest”, of the whole name in lower case."""
    return operation.partition(LOG)[2].partition("/")[0]


def _number(value: dict[str, Any]) -> str:
    """Of the request: said by name, or part of an address."""
    properties = value.get("properties")
    fields = properties if isinstance(properties, dict) else {}
    for key, item in fields.items():
        if key.lower() == "requestid":
            return text_of(item, key)
    scope = value.get("authorization")
    scope = scope.get("scope") if isinstance(scope, dict) else ""
    for place in (value.get("resourceId"), scope, value.get("id")):
        match = NUMBER.search(place) if isinstance(place, str) else None
        if match and match[1].lower() != "activitylog":
            return match[1]
    return ""


# Azure's Activity Log of Customer Lockbox (Microsoft.Insights, 2015-04-01).
#
# Trap: it can be asked for by when things happened alone, and not by when they came to
# the log; so a day that has been read is read again, and doubles are the same events.

VERSION = "2015-04-01"
REACH = timedelta(days=89)
WINDOW = timedelta(days=30)
# A record that comes later than this after what it tells of is missed.
LATE = timedelta(days=1)


def connect(subscription: str) -> LogReader:
    return ActivityLog(subscription)


class ActivityLog:
    """The log of one subscription."""

    def __init__(self, subscription: str) -> None:
        self.arm = AzureLockbox(subscription).arm
        place = "providers/Microsoft.Insights/eventtypes/management/values"
        self.url = f"{self.arm.subscription}/{place}"

    def read(self, log: str, cursor: str, now: datetime) -> Iterator[LogPage]:
        """A cursor is the time up to which all has been read that was there then."""
        now = now.astimezone(UTC)
        earliest = now - REACH
        why = _("Azure keeps this log for 90 days.")
        at, missing = resume(cursor, earliest, why)
        since = max(at - LATE, earliest)
        while since < now:
            until = min(since + WINDOW, now)
            yield self._page(since, until, missing)
            since, missing = until, ()

    def _page(
        self, since: datetime, until: datetime, missing: tuple[Missing, ...]
    ) -> LogPage:
        # No other syntax is taken: two times and one name, in this order.
        chosen = (
            f"eventTimestamp ge '{since:%Y-%m-%dT%H:%M:%SZ}'"
            f" and eventTimestamp le '{until:%Y-%m-%dT%H:%M:%SZ}'"
            " and resourceProvider eq 'Microsoft.CustomerLockbox'"
        )
        rows = self.arm.listed(self.url, {"api-version": VERSION, "$filter": chosen})
        records = [row for row in rows if is_evidence(row.value)]
        return page_until(records, until, missing)
