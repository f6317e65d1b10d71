"""CloudTrail's event history (LookupEvents), by botocore's model of it.

Traps: it is asked for by when things happened alone, so what has just been read is read
again; a region tells only of itself; it may be asked twice a second.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.aws.session import REGION, cloudtrail
from requests_app.providers.aws.trail import events, is_evidence
from requests_app.providers.http.identity import setting
from requests_app.providers.log import LogPage, LogReader, page_until, resume
from requests_app.providers.protocol import Unreachable
from requests_app.providers.reading import Piece, Unreadable, document, reading

__all__ = ["connect", "events"]

REACH = timedelta(days=89)
WINDOW = timedelta(hours=6)
# An event that comes later than this after what it tells of is missed.
LATE = timedelta(hours=2)
PAGE = 50
MOST_PAGES = 2000
PAUSE = 0.5  # seconds


def connect(account: str) -> LogReader:
    return Trail()


class Trail:
    """The event history of the account whose identity asks, in the regions set."""

    def __init__(self) -> None:
        names = setting("LOCKBOX_AWS_LOG_REGIONS", REGION)
        self.regions = [name.strip() for name in names.split(",") if name.strip()]

    def read(self, log: str, cursor: str, now: datetime) -> Iterator[LogPage]:
        """A cursor is the time up to which all has been read that was there then."""
        now = now.astimezone(UTC)
        earliest = now - REACH
        why = _("AWS keeps this log for 90 days.")
        at, missing = resume(cursor, earliest, why)
        since = max(at - LATE, earliest)
        while since < now:
            until = min(since + WINDOW, now)
            records = [
                piece
                for region in self.regions
                for piece in _happened(region, since, until)
                if is_evidence(piece.value)
            ]
            end = max(at, until)
            yield page_until(records, end, missing)
            since, missing = until, ()


def _happened(region: str, since: datetime, until: datetime) -> Iterator[Piece]:
    more: dict[str, Any] = {}
    for _number in range(MOST_PAGES):
        reply = _looked_up(region, StartTime=since, EndTime=until, **more)
        for row in reply.get("Events", []):
            yield _record(str(row.get("CloudTrailEvent", "")))
        if not reply.get("NextToken"):
            return
        more = {"NextToken": reply["NextToken"]}
        time.sleep(PAUSE)
    raise Unreachable(_("The list of the log does not end."))


def _record(text: str) -> Piece:
    """An event is JSON inside JSON. One that is none is one odd record."""
    raw = text.encode("utf-8", "replace")
    try:
        with reading(raw):
            return Piece(document(raw)[0], raw)
    except Unreadable:
        return Piece(None, raw)


def _looked_up(region: str, **terms: Any) -> dict[str, Any]:
    """Raises Unreachable."""
    client = cloudtrail(region)
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        reply: dict[str, Any] = client.lookup_events(MaxResults=PAGE, **terms)
        return reply
    except ClientError as error:
        words = error.response.get("Error") or {}
        heads = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        wait = heads.get("retry-after")
        text = f"{words.get('Code')}: {words.get('Message')}"[:300]
        raise Unreachable(text, int(wait) if wait else None) from error
    except (BotoCoreError, json.JSONDecodeError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error
