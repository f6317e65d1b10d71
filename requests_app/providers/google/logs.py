"""Logs: transparency and workspace."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.application import Event, fitted
from requests_app.providers.google.client import token
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

__all__ = ["connect", "events"]


# What a record of Google Workspace's Access Transparency says: what Google's people
# reached, why, and under which approvals. The Reports API tells it, and Cloud Logging
# where a customer shares it there.
#
# Source: Google, “Access Transparency Activity Events” (Reports API) and “Viewing
# Access
# Transparency logs for Google Workspace” (April 2026). The office of whoever did it is
# no
# place from where it was done, and stands in the action.

# Google answers these itself, though an approval may be named.
LEGAL_DEMAND = "third party data request"
# The Reports API's names, and Cloud Logging's.
PARAMETERS, NAME, VALUES = (
    ("parameters", "parameter"),
    ("name", "eventName"),
    ("multiValue", "multiStrValue"),
)


def workspace_events(number: str, at: datetime, rows: Any) -> Iterator[Event]:
    """One for each resource that an activity's events tell of. Raises Unreadable."""
    if not _list(rows, "events"):
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "events"})
    for turn, row in enumerate(rows, 1):
        texts = _texts(row)
        own = number if len(rows) == 1 else f"{number}/{turn}"
        log_id = "".join(texts.get("LOG_ID", [])) or own
        resources = texts.get("RESOURCE_NAME", [""])
        reasons = texts.get("JUSTIFICATIONS", [])
        for part, resource in enumerate(resources, 1):
            yield Event(
                external_id=f"{log_id}/{part}" if len(resources) > 1 else log_id,
                happened_at=at,
                action=_action(row, texts),
                object_name=resource,
                under=_numbers(texts.get("ACCESS_APPROVAL_REQUEST_IDS", [])),
                unasked="; ".join(
                    text for text in reasons if text.lower().startswith(LEGAL_DEMAND)
                ),
            )


def _texts(row: Any) -> dict[str, list[str]]:
    """The texts of each parameter, by its name; nothing of what is empty."""
    if not isinstance(row, dict):
        raise Unreadable(_("“%(key)s” is not an object.") % {"key": "events"})
    by_name = {}
    for parameter in _list(_first(row, PARAMETERS, []), "parameters"):
        if not isinstance(parameter, dict):
            raise Unreadable(_("“%(key)s” is not an object.") % {"key": "parameters"})
        name = text_of(parameter.get("name"), "name")
        several = _first(parameter, VALUES, [parameter.get("value")])
        texts = [text_of(value, name).strip() for value in _list(several, name)]
        if any(texts):
            by_name[name] = [text for text in texts if text]
    return by_name


def _action(row: dict[str, Any], texts: dict[str, list[str]]) -> str:
    """Such as “ACCESS (GMAIL; home office: US)”."""
    name = text_of(_first(row, NAME), "name") or "?"
    office = ", ".join(texts.get("ACTOR_HOME_OFFICE", []))
    products = ", ".join(texts.get("GSUITE_PRODUCT_NAME", []))
    more = [products, f"home office: {office}" if office else ""]
    beside = "; ".join(filter(None, more))
    return f"{name} ({beside})" if beside else name


def _numbers(texts: list[str]) -> list[str]:
    return [number for text in texts for number in re.split(r"[,\s]+", text) if number]


def _first(value: dict[str, Any], names: tuple[str, ...], other: Any = None) -> Any:
    return next((value[name] for name in names if name in value), other)


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(_("“%(key)s” is not a list.") % {"key": name})
    return value


# What an entry of Access Transparency says: what Google's people reached, from where,
# why, and under which approvals.
#
# Source: Google Cloud, “Understanding and using Access Transparency logs” (April 2026).
# A permission to read is no proof that customer data was read, by Google's own words.

ACTS = {
    "read": ("read", "list", "get", "query", "batchget", "search", "getiampolicy"),
    "change": ("write", "create", "update", "move", "cancel", "undelete", "patch"),
    "delete": ("delete",),
    "copy": ("export", "copy"),
    "share": ("setiampolicy",),
}
ACT = {name: act for act, names in ACTS.items() for name in names}
# Google answers these itself, though an approval may be named.
TRANSPARENCY_LEGAL_DEMAND = "THIRD_PARTY_DATA_REQUEST"
# What an organization shares of Workspace's log lies in the same place.
OF_WORKSPACE = "type.googleapis.com/ccc_hosted_reporting.ActivityProto"


def events(log: str, external_id: str, value: Any) -> Iterator[Event]:
    """One for each access that an entry tells of. Raises Unreadable, of another project
    too."""
    with reading(b""):
        several = [fitted(event) for event in _events(external_id, value)]
    yield from several


def _events(parent: str, value: Any) -> Iterator[Event]:
    fields = _object(value, "LogEntry")
    number = text_of(fields.get("insertId"), "insertId").strip()
    payload = _object(fields.get("jsonPayload"), "jsonPayload")
    happened_at = instant(fields.get("timestamp"), "timestamp")
    if not number or happened_at is None:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "insertId, timestamp"})
    approvals = [
        text_of(name, "accessApprovals") for name in _rows(payload, "accessApprovals")
    ]
    _refuse_another(parent, fields, approvals)
    if payload.get("@type") == OF_WORKSPACE:
        yield from workspace_events(number, happened_at, payload.get("event"))
        return
    place = _object(payload.get("location") or {}, "location")
    accesses = _rows(payload, "accesses") or [{}]
    for turn, access in enumerate(accesses, 1):
        method, name = (
            text_of(_object(access, "accesses").get(key), key)
            for key in ("methodName", "resourceName")
        )
        yield Event(
            external_id=f"{number}/{turn}" if len(accesses) > 1 else number,
            happened_at=happened_at,
            action=_transparency_action(method, payload),
            object_name=name,
            actor=text_of(payload.get("principalJobTitle"), "principalJobTitle"),
            employer=text_of(
                place.get("principalEmployingEntity"), "principalEmployingEntity"
            ),
            country=_country(place),
            act=ACT.get(method.rpartition(".")[2].lower(), ""),
            under=approvals,
            unasked=_why_unasked(payload),
        )


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(_("“%(key)s” is not an object.") % {"key": name})
    return value


def _rows(payload: dict[str, Any], name: str) -> list[Any]:
    rows = payload.get(name) or []
    if not isinstance(rows, list):
        raise Unreadable(_("“%(key)s” is not a list.") % {"key": name})
    return rows


def _refuse_another(parent: str, fields: dict[str, Any], approvals: list[str]) -> None:
    """Of a project, which an entry calls by its id here and its number there. What lies
    under a folder or an organization an entry does not say."""
    kind, _slash, name = parent.partition("/")
    if kind != "projects":
        return
    labels = _object(fields.get("resource", {}), "resource").get("labels") or {}
    log = text_of(fields.get("logName"), "logName")
    places = [*(text.split("/")[1:2] for text in (log, *approvals))]
    known = {part for place in places for part in place}
    if name not in known | {str(_object(labels, "labels").get("project_id"))}:
        raise Unreadable(
            _("The record is another tenant's, or does not say whose it is.")
        )


def _transparency_action(method: str, payload: dict[str, Any]) -> str:
    """The method, and the product; a request has no field for that."""
    products = ", ".join(text_of(name, "product") for name in _rows(payload, "product"))
    return f"{method or '?'} ({products})" if products else method or "?"


def _country(place: dict[str, Any]) -> str:
    """From where it was made; “??”, and a part of the world, is no country."""
    key = "principalPhysicalLocationCountry"
    name = text_of(place.get(key), key)
    return name if re.fullmatch("[A-Z]{2}", name) else ""


def _why_unasked(payload: dict[str, Any]) -> str:
    """Google's reason, where it is the demand of a third party, which asks nobody. That
    no approval is named says nothing by itself: they are named only of what asks."""
    reasons = [_object(row, "reason") for row in _rows(payload, "reason")]
    legal = [row for row in reasons if row.get("type") == TRANSPARENCY_LEGAL_DEMAND]
    words = [
        ": ".join(
            filter(None, (text_of(row.get(key), key) for key in ("type", "detail")))
        )
        for row in legal
    ]
    return "; ".join(words)


# Access Transparency, read from Cloud Logging (entries.list, version 2).
#
# Source: the API's discovery document (logging.v2). Entries are read by when Cloud
# Logging received them, so that what comes late is not missed. Traps: a page without
# entries may have another one after it; project numbers are turned into ids.

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
