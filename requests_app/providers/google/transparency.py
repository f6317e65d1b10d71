"""What an entry of Access Transparency says: what Google's people reached, from where,
why, and under which approvals.

Source: Google Cloud, “Understanding and using Access Transparency logs” (April 2026).
A permission to read is no proof that customer data was read, by Google's own words.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.event import Event, fitted
from requests_app.providers.google.workspace import workspace_events
from requests_app.providers.reading import Unreadable, instant, reading, text_of

ACTS = {
    "read": ("read", "list", "get", "query", "batchget", "search", "getiampolicy"),
    "change": ("write", "create", "update", "move", "cancel", "undelete", "patch"),
    "delete": ("delete",),
    "copy": ("export", "copy"),
    "share": ("setiampolicy",),
}
ACT = {name: act for act, names in ACTS.items() for name in names}
# Google answers these itself, though an approval may be named.
LEGAL_DEMAND = "THIRD_PARTY_DATA_REQUEST"
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
            action=_action(method, payload),
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


def _action(method: str, payload: dict[str, Any]) -> str:
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
    legal = [row for row in reasons if row.get("type") == LEGAL_DEMAND]
    words = [
        ": ".join(
            filter(None, (text_of(row.get(key), key) for key in ("type", "detail")))
        )
        for row in legal
    ]
    return "; ".join(words)
