import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
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
    text_of,
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


# What Google wants to hear: an end of access, or nothing at all.

# What is called on a request for each word; there is no denying.
CALLS = {"approve": "approve", "deny": "dismiss", "revoke": "invalidate"}


def answer_body(answer: Answer) -> str:
    """`{"expireTime": …}` of an approval. Dismissing and invalidating take no body."""
    if answer.word != "approve" or answer.ends_at is None:
        return "{}"
    ends = answer.ends_at.astimezone(UTC)
    return json.dumps({"expireTime": f"{ends:%Y-%m-%dT%H:%M:%S}Z"})


def concluded(refusal: bytes) -> str:
    """FAILED_PRECONDITION tells no state: the request is read instead."""
    return ""


# What Google sends: approval requests, whose state is told by what they hold.
#
# There is no field for it: `approve` or `dismiss` is there, or neither. Should `state`
# come one day, it is shown and concludes nothing.

NAME = re.compile(r"(projects|folders|organizations)/[^/]+/approvalRequests/[^/]+")
# A request on which nobody acts is dismissed by then.
IDLE = timedelta(days=14)
KNOWN = {
    "name",
    "requestedResourceName",
    "requestedReason",
    "requestedLocations",
    "requestTime",
    "requestedExpiration",
    "requestedDuration",
    "approve",
    "dismiss",
    "state",
}


def applications(raw: bytes) -> Iterator[Piece]:
    """The requests in a saved answer: a list, which may be empty, or one request."""
    value, text = document(raw)
    if not isinstance(value, dict):
        raise Unreadable(gettext("An answer of Access Approval is an object."))
    if "approvalRequests" in value:
        yield from pieces(text, ("approvalRequests",))
    elif "name" in value:
        yield piece(text, ())
    elif set(value) - {"nextPageToken"}:
        raise Unreadable(gettext("“%(key)s” is missing.") % {"key": "approvalRequests"})


def application(value: Any) -> Application:
    """One approval request in our terms. Raises Unreadable."""
    fields = _object(value, "ApprovalRequest")
    name = text_of(fields.get("name"), "name").strip()
    if not NAME.fullmatch(name) or len(name) > 200:
        raise Unreadable(gettext("“%(key)s” is missing.") % {"key": "name"})
    reason = _object(fields.get("requestedReason"), "requestedReason")
    kind, detail = (text_of(reason.get(key), key) for key in ("type", "detail"))
    places = _object(fields.get("requestedLocations"), "requestedLocations")
    asked_at = instant(fields.get("requestTime"), "requestTime")
    ends_at = instant(fields.get("requestedExpiration"), "requestedExpiration")
    status, ended = _state(fields)
    resource = text_of(fields.get("requestedResourceName"), "requestedResourceName")
    length = text_of(fields.get("requestedDuration"), "requestedDuration")
    return Application(
        external_id=name,
        service=kind,
        justification=": ".join(filter(None, (kind, detail))),
        duration_minutes=_minutes(length, asked_at, ends_at),
        duration_text=length,
        object_ids=(resource[:1000],) if resource else (),
        requested_at=asked_at,
        answer_deadline=_deadline(asked_at, ends_at),
        provider_status=status,
        concluded=ended,
        engineer_country=_country(places),
        support_case=detail if kind == "CUSTOMER_INITIATED_SUPPORT" else "",
        extra={key: item for key, item in fields.items() if key not in KNOWN}
        | ({"requestedLocations": places} if places else {}),
    )


def _object(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(gettext("“%(key)s” is not an object.") % {"key": name})
    return value


def _state(fields: dict[str, Any]) -> tuple[str, str]:
    """Google's word for it, and what that concludes."""
    if fields.get("approve") is not None:
        approve = _object(fields["approve"], "approve")
        if approve.get("invalidateTime"):
            return "INVALIDATED", "revoked"
        if approve.get("autoApproved"):
            return "AUTO_APPROVED", "approved"
        if approve.get("policyApproved"):
            return "POLICY_APPROVED", "approved"
        return "APPROVED", "approved"
    if fields.get("dismiss") is not None:
        dismiss = _object(fields["dismiss"], "dismiss")
        return (
            ("EXPIRED", "lapsed")
            if dismiss.get("implicit")
            else (
                "DISMISSED",
                "denied",
            )
        )
    return text_of(fields.get("state"), "state")[:100].upper() or "PENDING", ""


def _minutes(
    length: str, asked_at: datetime | None, ends_at: datetime | None
) -> int | None:
    """A length such as “3600s”, or from the request to the end that it asks for."""
    seconds = re.fullmatch(r"(\d{1,9})(\.\d+)?s", length)
    if seconds:
        span = timedelta(seconds=int(seconds[1]))
    elif asked_at is not None and ends_at is not None:
        span = ends_at - asked_at
    else:
        return None
    minutes = round(span.total_seconds() / 60)
    return minutes if 0 < minutes <= 60 * 24 * 365 else None


def _deadline(asked_at: datetime | None, ends_at: datetime | None) -> datetime | None:
    idle = asked_at + IDLE if asked_at else None
    return min(filter(None, (ends_at, idle)), default=None)


def _country(places: dict[str, Any]) -> str:
    """Where the person sits; a region, such as EUR, is no country."""
    for key in ("principalPhysicalLocationCountry", "principalOfficeCountry"):
        name = text_of(places.get(key), key)
        if re.fullmatch(r"[A-Z]{2}", name):
            return name
    return ""


# Google Cloud Access Approval, version 1.
#
# Source: the API's discovery document (accessapproval.v1), revision 20260807.

label = _("Google Cloud Access Approval")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    can_be_told_minutes=True,
    can_wake_us=True,
    signs_approvals=True,
    limits=(
        _(
            "A refusal dismisses the request, which is to let it lie: it does not keep"
            " out access by another request that is approved."
        ),
        _("The reason of an answer is not told: the interface has no field for it."),
        _("Questions go through the provider's support case."),
        _(
            "Access Transparency tells what may have been reached: a permission to read"
            " is no proof that anything was read."
        ),
        _(
            "Access in emergencies and on legal demands is approved by the provider"
            " itself, and shown as answered past us."
        ),
    ),
    logs=(
        Log(
            "transparency",
            _("Google Cloud Access Transparency"),
            # Google promises no time.
            usual_delay=timedelta(hours=1),
            longest_delay=timedelta(days=1),
            reach=timedelta(days=400),
        ),
    ),
)
event = unable
