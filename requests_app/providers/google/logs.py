"""Access Transparency, read from Cloud Logging (entries.list, version 2).

Source: the API's discovery document (logging.v2). Entries are read by when Cloud
Logging received them, so that what comes late is not missed. Traps: a page without
entries may have another one after it; project numbers are turned into ids.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.google.identity import token
from requests_app.providers.google.transparency import events
from requests_app.providers.http.exchange import LIMITS, refused, whole_exchange
from requests_app.providers.http.identity import setting
from requests_app.providers.log import LogPage, LogReader, page_until, resume
from requests_app.providers.protocol import Unreachable
from requests_app.providers.reading import Piece, document, pieces, reading

__all__ = ["connect", "events"]

ENDPOINT = "https://logging.googleapis.com"
# Cloud Logging keeps this log for 400 days, whatever is set.
REACH = timedelta(days=399)
WINDOW = timedelta(days=30)
SETTLING = timedelta(minutes=10)
PAGE = 500
MOST_PAGES = 1000
LOG = "cloudaudit.googleapis.com%2Faccess_transparency"


def connect(parent: str) -> LogReader:
    return CloudLogging(parent)


class CloudLogging:
    """The log of one project; of a folder or an organization where a view gathers what
    its projects write."""

    def __init__(self, parent: str) -> None:
        host = setting("LOCKBOX_GOOGLE_LOG_ENDPOINT", ENDPOINT)
        self.url = f"{host}/v2/entries:list"
        view = setting("LOCKBOX_GOOGLE_LOG_VIEW", "-")
        self.place = parent if view == "-" else view

    def read(self, log: str, cursor: str, now: datetime) -> Iterator[LogPage]:
        """A cursor is the time up to which all that was received has been read."""
        until = (now - SETTLING).astimezone(UTC)
        earliest = until - REACH
        why = _("Google keeps this log for 400 days.")
        at, missing = resume(cursor, earliest, why)
        if missing:
            yield page_until([], at, missing)
        if at >= until:
            yield page_until([], at)
        while at < until:
            ends = min(at + WINDOW, until)
            for records in self._received(at, ends):
                if records:
                    yield page_until(records, at)
            yield page_until([], ends)
            at = ends

    def _received(self, since: datetime, until: datetime) -> Iterator[list[Piece]]:
        chosen = [
            f'log_id("{LOG.replace("%2F", "/")}")',
            f'receiveTimestamp>="{_moment(since)}"',
            f'receiveTimestamp<"{_moment(until)}"',
        ]
        asking = {
            "resourceNames": [self.place],
            "filter": " AND ".join(chosen),
            "orderBy": "timestamp asc",
            "pageSize": PAGE,
        }
        for _number in range(MOST_PAGES):
            body = self._call(json.dumps(asking).encode())
            with reading(body):
                value, text = document(body)
                has_rows = bool(value.get("entries"))
                records = list(pieces(text, ("entries",))) if has_rows else []
                more = value.get("nextPageToken")
            yield records
            if not more:
                return
            asking["pageToken"] = str(more)
        raise Unreachable(_("The list of the log does not end."))

    def _call(self, content: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        # A token never travels unprotected: a simulator on this machine gets none.
        if urlsplit(self.url).scheme == "https":
            headers["Authorization"] = f"Bearer {token(**LIMITS)}"
        reply = whole_exchange(
            "POST", self.url, content=content, headers=headers, **LIMITS
        )
        if reply.status != 200:
            raise refused(reply)
        return reply.body


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
