import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.providers.application import Application
from requests_app.providers.protocol import Abilities, Answer, Log, unable
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    document,
    instant,
    piece,
    pieces,
    reading,
    text_of,
    without_doubles,
)

__all__ = [
    "abilities",
    "answer_body",
    "application",
    "applications",
    "concluded",
    "event",
    "label",
]


# What Azure sends, in the newest specification's shape and those before it.
#
# Traps that the specification's own examples show: `resourceIds` is a comma-separated
# text and was the array `requestedResourceIds`; `duration` is a text of hours, was an
# integer, and may be "Support request lifetime"; `workItemSource` is sometimes written
# in
# lower case.

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
        raise Unreadable(gettext("An answer of Customer Lockbox is an object."))
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
        raise Unreadable(gettext("“%(key)s” is missing.") % {"key": "properties"})
    fields = without_doubles([(key.lower(), row) for key, row in properties.items()])
    number = text_of(fields.get("requestid"), "requestId").strip()
    if not number:
        raise Unreadable(gettext("“%(key)s” is missing.") % {"key": "requestId"})
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
        raise Unreadable(gettext("“%(key)s” is not a list.") % {"key": "resourceIds"})
    names = (text_of(part, "resourceIds").strip()[:1000] for part in parts)
    return tuple(dict.fromkeys(name for name in names if name))


# What Azure wants to hear, and what its refusals say.

WORDS = {"approve": "Approve", "deny": "Deny"}


def answer_body(answer: Answer) -> str:
    """`{"status": "Approve"|"Deny", "reason": …}`; a length can not be told.

    The field is `status` in the newest specification and was `decision`.
    """
    return json.dumps(
        {"status": WORDS[answer.word], "reason": answer.reason}, ensure_ascii=False
    )


def concluded(refusal: bytes) -> str:
    """By `error.additionalInfo[].info.currentStatus`, which it tells when somebody else
    decided or the time ran out."""
    try:
        with reading(refusal):
            value, _text = document(refusal)
            rows = value["error"]["additionalInfo"]
            status = str(rows[0]["info"]["currentStatus"])
    except Unreadable:
        return ""
    return CONCLUDED.get(status.lower(), "")


# Azure Customer Lockbox, API version 2018-02-28-preview, and its support tickets.
#
# Source: Azure/azure-rest-api-specs, specification/customerlockbox and support.

label = _("Azure Customer Lockbox")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_read_back=True,
    can_be_asked=True,
    has_support_tickets=True,
    shows_outsiders=True,
    limits=(
        _("It takes Approve or Deny, for the time that was asked for."),
        _("An approval is taken back in the portal, or through the support case."),
        _("A question goes into the support ticket that the request names."),
        _(
            "The Activity Log tells that Microsoft asked, or approved by itself; what"
            " an engineer then did is reported nowhere."
        ),
        _(
            "Delegations to other tenants, and roles of foreign groups and of guests,"
            " are read every hour. Members of our own groups and applications are not."
        ),
    ),
    logs=(
        Log(
            "activity",
            _("Azure Activity Log: Customer Lockbox"),
            usual_delay=timedelta(minutes=20),
            longest_delay=timedelta(days=1),
            reach=timedelta(days=90),
        ),
    ),
)
event = unable
