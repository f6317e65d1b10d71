import json
import re
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


# What IAM wants to hear: notes with a rejection, else nothing.

LONGEST = 500
# What notes may hold; the usual others are written otherwise.
PLAIN = str.maketrans({"“": '"', "”": '"', "’": "'", "–": "-", "—": "-", "…": "..."})
OTHERS = re.compile("[^\t\n\r\x20-\x7e\xa1-\xff]")


def answer_body(answer: Answer) -> str:
    """`{"Notes": …}` of a rejection, in the characters that IAM takes."""
    if answer.word != "deny":
        return "{}"
    notes = OTHERS.sub("?", answer.reason.translate(PLAIN))[:LONGEST]
    return json.dumps({"Notes": notes} if notes else {})


def concluded(refusal: bytes) -> str:
    """A refusal tells no state: the request is read instead."""
    return ""


# What IAM sends, as botocore reads it by its model, kept as JSON.

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
        raise Unreadable(gettext("An answer of IAM is an object."))
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
        raise Unreadable(
            gettext("“%(key)s” is missing.") % {"key": "DelegationRequestId"}
        )

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


# AWS IAM temporary delegation: accepted first, then released, and never rolled back.
#
# Source: the model of IAM that botocore carries (version 2010-05-08).

label = _("AWS IAM temporary delegation")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_read_back=True,
    is_released_apart=True,
    limits=(
        _(
            "An approval is accepted first, and then released: from the release on it"
            " can not be rolled back."
        ),
        _("It takes an approval for the time that was asked for, no shorter."),
        _("Questions go through the partner that asks."),
        _(
            "CloudTrail tells what was managed with the access, and not which data was"
            " read or written with it."
        ),
    ),
    logs=(
        Log(
            "cloudtrail",
            _("AWS CloudTrail: temporary delegation"),
            # Five minutes as a rule, and no promise.
            usual_delay=timedelta(minutes=15),
            longest_delay=timedelta(hours=2),
            reach=timedelta(days=90),
        ),
    ),
)
event = unable
