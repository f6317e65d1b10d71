"""What Azure sends, in the newest specification's shape and those before it.

Traps that the specification's own examples show: `resourceIds` is a comma-separated
text and was the array `requestedResourceIds`; `duration` is a text of hours, was an
integer, and may be "Support request lifetime"; `workItemSource` is sometimes written in
lower case.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.application import Application
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    document,
    instant,
    piece,
    pieces,
    text_of,
    without_doubles,
)

KNOWN = {
    "requestid",
    "justification",
    "status",
    "createddatetime",
    "expirationdatetime",
    "duration",
    "resourceids",
    "requestedresourceids",
    "resourcetype",
    "supportrequest",
    "supportcaseurl",
    "workitemsource",
    "subscriptionid",
}

# What a status says about whether the application still waits for us. Unknown
# statuses are kept as they are and taken to wait.
CONCLUDED = {
    "expired": "lapsed",
    "approved": "approved",
    "approving": "approved",
    "completed": "approved",
    "completing": "approved",
    "revoked": "approved",
    "revoking": "approved",
    "denied": "denied",
    "denying": "denied",
}


def applications(raw: bytes) -> Iterator[Piece]:
    """The applications in a saved answer: a list, one request, or the specification's
    own example file, which wraps either. Raises Unreadable."""
    value, text = document(raw)
    if not isinstance(value, dict):
        raise Unreadable(_("An answer of Customer Lockbox is an object."))
    path: tuple[str, ...] = ()
    if "responses" in value:
        path = ("responses", "200", "body")
        value = piece(text, path).value
    if isinstance(value, dict) and "value" in value:
        yield from pieces(text, (*path, "value"))
    else:
        yield piece(text, path)


def application(value: Any) -> Application:
    """One request of the specification in our terms. Raises Unreadable.

    Durations become minutes; "Support request lifetime" has no length of its own.
    """
    properties = value.get("properties") if isinstance(value, dict) else None
    if not isinstance(properties, dict):
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "properties"})
    fields = without_doubles([(key.lower(), row) for key, row in properties.items()])
    number = text_of(fields.get("requestid"), "requestId").strip()
    if not number:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "requestId"})
    status = text_of(fields.get("status"), "status")
    minutes, as_written = _duration(fields.get("duration"))
    return Application(
        external_id=number[:200],
        service=text_of(fields.get("resourcetype"), "resourceType"),
        justification=text_of(fields.get("justification"), "justification"),
        duration_minutes=minutes,
        duration_text=as_written,
        object_ids=_resource_ids(fields),
        requested_at=instant(fields.get("createddatetime"), "createdDateTime"),
        answer_deadline=instant(fields.get("expirationdatetime"), "expirationDateTime"),
        provider_status=status[:100],
        concluded=CONCLUDED.get(status.lower(), ""),
        support_case=text_of(fields.get("supportrequest"), "supportRequest"),
        extra={key: item for key, item in fields.items() if key not in KNOWN},
    )


def _duration(value: Any) -> tuple[int | None, str]:
    """Hours as minutes, and what was written where that is no length."""
    text = text_of(value, "duration").strip()
    try:
        minutes = round(float(text) * 60)
    except (ValueError, OverflowError):
        return None, text
    if not 0 < minutes <= 60 * 24 * 365:
        return None, text
    return minutes, text


def _resource_ids(fields: dict[str, Any]) -> tuple[str, ...]:
    value = fields.get("resourceids", fields.get("requestedresourceids"))
    if value is None:
        return ()
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise Unreadable(_("“%(key)s” is not a list.") % {"key": "resourceIds"})
    names = (text_of(part, "resourceIds").strip()[:1000] for part in parts)
    return tuple(dict.fromkeys(name for name in names if name))
