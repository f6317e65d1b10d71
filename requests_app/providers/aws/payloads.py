"""What IAM sends, as botocore reads it by its model, kept as JSON."""

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
)

# What a state says about whether it still waits for us. Unknown ones are taken to.
CONCLUDED = {"FINALIZED": "approved", "REJECTED": "denied", "EXPIRED": "lapsed"}
ACCEPTED = "ACCEPTED"
# Terms of ours, and what changes as the request is worked on.
KNOWN = {
    "DelegationRequestId",
    "OwnerAccountId",
    "Description",
    "RequestMessage",
    "RequestorName",
    "State",
    "ExpirationTime",
    "CreateDate",
    "SessionDuration",
    "OwnerId",
    "ApproverId",
    "Notes",
    "RejectionReason",
    "UpdatedTime",
}


def applications(raw: bytes) -> Iterator[Piece]:
    """The requests of a saved answer (`aws iam list-delegation-requests`), or one."""
    value, text = document(raw)
    if not isinstance(value, dict):
        raise Unreadable(_("An answer of IAM is an object."))
    if "DelegationRequests" in value:
        yield from pieces(text, ("DelegationRequests",))
    elif "DelegationRequest" in value:
        yield piece(text, ("DelegationRequest",))
    else:
        yield piece(text, ())


def application(value: Any) -> Application:
    """One delegation request in our terms. Raises Unreadable."""
    number = value.get("DelegationRequestId") if isinstance(value, dict) else None
    number = text_of(number, "DelegationRequestId").strip()
    if not number:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "DelegationRequestId"})

    def text(name: str) -> str:
        return text_of(value.get(name), name)

    state, seconds, account = text("State"), text("SessionDuration"), "OwnerAccountId"
    words = [text("Description"), text("RequestMessage")]
    return Application(
        external_id=number[:200],
        service="IAM",
        justification="\n".join(filter(None, words)),
        duration_minutes=_minutes(seconds),
        duration_text=f"{seconds} s" if seconds else "",
        object_ids=(text(account)[:1000],) if text(account) else (),
        requested_at=instant(value.get("CreateDate"), "CreateDate"),
        answer_deadline=instant(value.get("ExpirationTime"), "ExpirationTime"),
        provider_status=state[:100],
        concluded=CONCLUDED.get(state, ""),
        is_accepted=state == ACCEPTED,
        employer_entity=text("RequestorName"),
        extra={key: item for key, item in value.items() if key not in KNOWN},
    )


def _minutes(seconds: str) -> int | None:
    if not seconds.isdecimal() or len(seconds) > 9:
        return None
    minutes = round(int(seconds) / 60)
    return minutes if 0 < minutes <= 60 * 24 * 365 else None
