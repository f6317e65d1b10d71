"""Logs: trail."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.application import Event, fitted
from requests_app.providers.aws.client import REGION, cloudtrail
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
    reading,
    text_of,
)
from requests_app.providers.secrets import setting

__all__ = ["connect", "events"]


# What CloudTrail says was done by somebody to whom access was delegated.
#
# Source: AWS, IAM User Guide, temporary delegation: `userIdentity.invokedByDelegate` is
# the account of whoever acted. Under which delegation it was, an event does not say.

# A partner takes out the credentials that were delegated.
TAKEN_OUT = "GetDelegatedAccessToken"
VERBS = {
    "read": ("Get", "List", "Describe", "Head", "Lookup", "Search", "BatchGet"),
    "change": (
        *("Create", "Put", "Update", "Modify", "Add", "Set", "Start", "Stop", "Run"),
        *("Attach", "Associate", "Enable", "Disable", "Tag", "Untag", "Reboot"),
    ),
    "delete": ("Delete", "Terminate", "Remove", "Detach", "Disassociate", "Deregister"),
    "copy": ("Copy", "Export"),
    "share": ("Share", "Authorize"),
}
ACT = {verb: act for act, verbs in VERBS.items() for verb in verbs}
# What lets somebody else in, though its verb says less.
SHARES = (
    "AddPermission",
    "PutBucketPolicy",
    "PutBucketAcl",
    "ModifySnapshotAttribute",
    "ModifyImageAttribute",
    "ModifyDBSnapshotAttribute",
    "UpdateAssumeRolePolicy",
    "CreateAccessKey",
)


def is_evidence(value: Any) -> bool:
    """Of somebody to whom access was delegated. What is no event is given out: somebody
    has to see it."""
    if not isinstance(value, dict):
        return True
    identity = value.get("userIdentity")
    is_delegate = isinstance(identity, dict) and bool(identity.get("invokedByDelegate"))
    return is_delegate or value.get("eventName") == TAKEN_OUT


def events(log: str, external_id: str, value: Any) -> Iterator[Event]:
    """Raises Unreadable, of another account too."""
    with reading(b""):
        event = fitted(_event(external_id, value))
    yield event


def _event(account: str, value: Any) -> Event:
    if not isinstance(value, dict):
        raise Unreadable(_("An event of CloudTrail is an object."))

    def text(name: str) -> str:
        return text_of(value.get(name), name).strip()

    number, name = text("eventID"), text("eventName")
    happened_at = instant(value.get("eventTime"), "eventTime")
    if not number or not name or happened_at is None:
        lacking = "eventID, eventName, eventTime"
        raise Unreadable(_("“%(key)s” is missing.") % {"key": lacking})
    if text("recipientAccountId") != account.strip():
        raise Unreadable(
            _("The record is another tenant's, or does not say whose it is.")
        )
    action = f"{text('eventSource')} {name}".strip()
    refusal = text("errorCode")
    return Event(
        external_id=number,
        happened_at=happened_at,
        action=f"{action} ({refusal})" if refusal else action,
        object_name=_objects(value) or account,
        actor=_actor(value, text("sourceIPAddress")),
        act=_act(name, value),
    )


def _objects(value: dict[str, Any]) -> str:
    rows = value.get("resources") or []
    names = [text_of(row.get("ARN"), "ARN") for row in rows]
    return ", ".join(filter(None, names))


def _actor(value: dict[str, Any], address: str) -> str:
    """The account that acted, as whom, and from where."""
    identity = value.get("userIdentity") or {}
    delegate = identity.get("invokedByDelegate") or {}
    parts = (
        text_of(delegate.get("accountId"), "accountId"),
        text_of(identity.get("arn"), "arn"),
        address,
    )
    return ", ".join(filter(None, parts))


def _act(name: str, value: dict[str, Any]) -> str:
    if name in SHARES:
        return "share"
    verb = re.match(r"BatchGet|[A-Z][a-z]+", name)
    known = ACT.get(verb[0], "") if verb else ""
    return known or ("read" if value.get("readOnly") is True else "")


# CloudTrail's event history (LookupEvents), by botocore's model of it.
#
# Traps: it is asked for by when things happened alone, so what has just been read is
# read
# again; a region tells only of itself; it may be asked twice a second.

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
