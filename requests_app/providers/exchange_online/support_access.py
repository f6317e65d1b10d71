"""Access of Microsoft's support to Entra ID, as the tenant's audit log tells of it.

Source: Microsoft Entra, “Activity logs for Microsoft Support access requests”, a
preview, and Graph's directoryAudit. A record names no tenant: it came by our tenant's
token. Trap: it can be asked for by when things happened alone; a day is read again.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.event import Event, fitted
from requests_app.providers.exchange_online import graph
from requests_app.providers.log import LogPage, page_until, resume
from requests_app.providers.protocol import Unreachable
from requests_app.providers.reading import Unreadable, instant, reading, text_of

# About a request, and no access. Source: the same documents, audit activities.
NO_ACCESS = (
    "request created",
    "request canceled",
    "request rejected",
    "approval removed",
)
CATEGORY = "MicrosoftSupportAccessManagement"
REACH = timedelta(days=30)
LATE = timedelta(days=1)
MOST_PAGES = 1000


def read(cursor: str, now: datetime) -> Iterator[LogPage]:
    """As LogReader.read."""
    now = now.astimezone(UTC)
    earliest = now - REACH
    why = _("Entra ID keeps this log for 30 days.")
    at, missing = resume(cursor, earliest, why)
    chosen = (
        f"activityDateTime ge {max(at - LATE, earliest):%Y-%m-%dT%H:%M:%SZ}"
        f" and category eq '{CATEGORY}'"
    )
    url = graph.address("auditLogs/directoryAudits", **{"$filter": chosen})
    for _number in range(MOST_PAGES):
        rows, url = graph.page(url)
        records = [row for row in rows if is_evidence(row.value)]
        end = at if url else now
        yield page_until(records, end, missing)
        missing = ()
        if not url:
            return
    raise Unreachable(_("The list of the log does not end."))


def is_evidence(value: Any) -> bool:
    """Of access: what an administrator of ours did is none; what is no record is given
    out."""
    if not isinstance(value, dict):
        return True
    if str(value.get("activityDisplayName")).strip().lower() in NO_ACCESS:
        return False
    by = value.get("initiatedBy")
    person = by.get("user") if isinstance(by, dict) else None
    return not (isinstance(person, dict) and person.get("userPrincipalName"))


def event(value: Any) -> Event:
    """One record in our terms. Raises Unreadable."""
    with reading(b""):
        return fitted(_event(value))


def _event(value: Any) -> Event:
    if not isinstance(value, dict):
        raise Unreadable(_("A record of the audit log is an object."))
    number, words = (
        text_of(value.get(key), key).strip() for key in ("id", "activityDisplayName")
    )
    happened_at = instant(value.get("activityDateTime"), "activityDateTime")
    if not number or not words or happened_at is None:
        lacking = "id, activityDisplayName, activityDateTime"
        raise Unreadable(_("“%(key)s” is missing.") % {"key": lacking})
    app = (value.get("initiatedBy") or {}).get("app") or {}
    targets = value.get("targetResources") or []
    ids = [text_of(target.get("id"), "id") for target in targets]
    names = [text_of(target.get("displayName"), "displayName") for target in targets]
    result = text_of(value.get("result"), "result")
    return Event(
        external_id=number,
        happened_at=happened_at,
        action=words if result in ("", "success") else f"{words} ({result})",
        object_name=", ".join(filter(None, names)),
        actor=text_of(app.get("displayName"), "displayName"),
        service="Entra",
        # Which of them is the number of a request is documented nowhere.
        perhaps_under=[name for name in ids if name],
    )
