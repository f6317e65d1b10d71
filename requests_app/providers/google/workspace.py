"""What a record of Google Workspace's Access Transparency says: what Google's people
reached, why, and under which approvals. The Reports API tells it, and Cloud Logging
where a customer shares it there.

Source: Google, “Access Transparency Activity Events” (Reports API) and “Viewing Access
Transparency logs for Google Workspace” (April 2026). The office of whoever did it is no
place from where it was done, and stands in the action.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.event import Event
from requests_app.providers.reading import Unreadable, text_of

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
