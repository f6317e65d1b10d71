"""Access Transparency of Google Workspace, by the Admin SDK's Reports API (reports_v1,
`activities.list`), as an administrator whose address the connection states.

Traps: it is asked for by when things happened alone, so the days in which something may
still come are read again; it answers with the newest first.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.application import Event, fitted
from requests_app.providers.google.client import token_as
from requests_app.providers.google.logs import workspace_events
from requests_app.providers.http import LIMITS, refused, whole_exchange
from requests_app.providers.protocol import (
    LogPage,
    LogReader,
    Unreachable,
    page_until,
    resume,
)
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    document,
    instant,
    pieces,
    reading,
    text_of,
)
from requests_app.providers.secrets import setting

ENDPOINT = "https://admin.googleapis.com"
APPLICATION = "access_transparency"
PATH = f"/admin/reports/v1/activity/users/all/applications/{APPLICATION}"
SCOPE = "https://www.googleapis.com/auth/admin.reports.audit.readonly"
# Google keeps it for six months, and asks of 180 days at most.
REACH = timedelta(days=179)
WINDOW = timedelta(days=30)
# A record that comes later than this after what it tells of is missed.
LATE = timedelta(days=3)
PAGE = "1000"
MOST_PAGES = 1000
# The customer's number, and the administrator as whom we ask.
PLACE = re.compile(r"(C[A-Za-z0-9]+)/([^/@\s]+@[^/@\s]+)")


def connect(external_id: str) -> LogReader:
    return Reports(external_id)


def events(log: str, external_id: str, value: Any) -> Iterator[Event]:
    """What one activity tells of. Raises Unreadable, of another customer too."""
    with reading(b""):
        several = [fitted(event) for event in _events(external_id, value)]
    yield from several


def _events(external_id: str, value: Any) -> Iterator[Event]:
    number = value.get("id") if isinstance(value, dict) else None
    if not isinstance(number, dict):
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "id"})
    qualifier = text_of(number.get("uniqueQualifier"), "uniqueQualifier").strip()
    happened_at = instant(number.get("time"), "time")
    if not qualifier or happened_at is None:
        names = "uniqueQualifier, time"
        raise Unreadable(_("“%(key)s” is missing.") % {"key": names})
    if text_of(number.get("customerId"), "customerId") != external_id.split("/")[0]:
        raise Unreadable(
            _("The record is another tenant's, or does not say whose it is.")
        )
    return workspace_events(qualifier, happened_at, value.get("events"))


class Reports:
    """The log of one customer."""

    def __init__(self, external_id: str) -> None:
        match = PLACE.fullmatch(external_id.strip())
        if match is None:
            raise Unreachable(
                _(
                    "The identifier of the connection is to be the customer's number, a"
                    " slash and an administrator's address:"
                    " C01abc234/lockbox@city.example."
                )
            )
        self.customer, self.administrator = match.groups()
        host = setting("LOCKBOX_GOOGLE_WORKSPACE_ENDPOINT", ENDPOINT)
        self.url = f"{host}{PATH}"

    def read(self, log: str, cursor: str, now: datetime) -> Iterator[LogPage]:
        """A cursor is the time up to which all has been read that was there then."""
        now = now.astimezone(UTC)
        earliest = now - REACH
        why = _("Google keeps this log for 180 days.")
        at, missing = resume(cursor, earliest, why)
        since = max(at - LATE, earliest)
        if missing:
            yield page_until([], at, missing)
        while since < now:
            until = min(since + WINDOW, now)
            for records in self._happened(since, until):
                if records:
                    yield page_until(records, at)
            since = at = until
            yield page_until([], at)

    def _happened(self, since: datetime, until: datetime) -> Iterator[list[Piece]]:
        chosen = {
            "customerId": self.customer,
            "startTime": _moment(since),
            "endTime": _moment(until),
            "maxResults": PAGE,
        }
        for _number in range(MOST_PAGES):
            body = self._call(chosen)
            with reading(body):
                value, text = document(body)
                has_rows = bool(value.get("items"))
                records = list(pieces(text, ("items",))) if has_rows else []
                more = value.get("nextPageToken")
            yield records
            if not more:
                return
            chosen["pageToken"] = str(more)
        raise Unreachable(_("The list of the log does not end."))

    def _call(self, params: dict[str, str]) -> bytes:
        headers = {"Accept": "application/json"}
        # A token never travels unprotected: a simulator on this machine gets none.
        if urlsplit(self.url).scheme == "https":
            key = setting("LOCKBOX_GOOGLE_WORKSPACE_KEY_FILE")
            bearer = token_as(self.administrator, SCOPE, key, **LIMITS)
            headers["Authorization"] = f"Bearer {bearer}"
        reply = whole_exchange(
            "GET", self.url, params=params, headers=headers, **LIMITS
        )
        if reply.status != 200:
            raise refused(reply)
        return reply.body


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
