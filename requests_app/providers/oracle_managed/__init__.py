import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.providers.application import Application
from requests_app.providers.oracle import applications as oracle_applications
from requests_app.providers.protocol import Abilities, Answer, unable
from requests_app.providers.reading import Piece, Unreadable, instant, text_of

__all__ = [
    "abilities",
    "answer_body",
    "application",
    "applications",
    "concluded",
    "event",
    "label",
]


# What Managed Access sends, and the one call in which it is answered.

ACTIONS = {"approve": "APPROVE", "deny": "DENY", "revoke": "REVOKE"}
# By the details of its state; unknown ones are taken to wait.
CONCLUDED = {
    "APPROVED": "approved",
    "AUTO_APPROVED": "approved",
    "DENIED": "denied",
    "EXPIRED": "lapsed",
    "CANCELLING_ACCESS": "revoked",
    "REVOKED": "revoked",
}
KNOWN = {
    "id",
    "lockboxId",
    "displayName",
    "description",
    "lifecycleState",
    "lifecycleStateDetails",
    "accessDuration",
    "activityLogs",
    "timeCreated",
    "timeUpdated",
    "timeExpired",
    "timeReminded",
    "reminderCount",
    "requestorLocation",
    "ticketNumber",
}
LENGTH = re.compile(r"P?T?(\d{1,5})\s*(H|HOURS?|D|DAYS?|M|MINUTES?)", re.I)
UNITS = {"H": 60, "D": 24 * 60, "M": 1}


def applications(raw: bytes) -> Iterator[Piece]:
    return oracle_applications(raw)


def application(value: Any) -> Application:
    """One access request in our terms. Raises Unreadable."""
    number = text_of(value.get("id") if isinstance(value, dict) else None, "id").strip()
    if not number:
        raise Unreadable(gettext("“%(key)s” is missing.") % {"key": "id"})

    def text(name: str) -> str:
        return text_of(value.get(name), name)

    state, place, length = map(
        text, ("lifecycleStateDetails", "requestorLocation", "accessDuration")
    )
    words = (text("displayName"), text("description"))
    return Application(
        external_id=number[:200],
        justification="\n".join(filter(None, words)),
        duration_minutes=_minutes(length),
        duration_text=length,
        object_ids=(text("lockboxId")[:1000],) if text("lockboxId") else (),
        requested_at=instant(value.get("timeCreated"), "timeCreated"),
        answer_deadline=instant(value.get("timeExpired"), "timeExpired"),
        provider_status=state[:100] or text("lifecycleState")[:100],
        concluded=CONCLUDED.get(state, ""),
        engineer_country=place if re.fullmatch("[A-Z]{2}", place) else "",
        support_case=text("ticketNumber"),
        extra={key: item for key, item in value.items() if key not in KNOWN},
    )


def _minutes(length: str) -> int | None:
    """Such as “PT8H”, “8 hours” or “1d”."""
    match = LENGTH.fullmatch(length.strip())
    if match is None:
        return None
    minutes = int(match[1]) * UNITS[match[2][0].upper()]
    return minutes if 0 < minutes <= 60 * 24 * 365 else None


def answer_body(answer: Answer) -> str:
    body = {"action": ACTIONS[answer.word], "message": answer.reason}
    return json.dumps(body, ensure_ascii=False)


def concluded(refusal: bytes) -> str:
    """An error tells a code and a message, no state: the request is read instead."""
    return ""


# Oracle Managed Access (the API “lockbox”), version 20220126.
#
# Source: the models of oracle/oci-python-sdk, lockbox.

label = _("Oracle Managed Access")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    limits=(
        _("It takes an approval for the time that was asked for, no shorter."),
        _(
            "Where the approval has several levels, we are one of them; the others"
            " approve in the provider's console."
        ),
        _("Questions go through the provider's support case."),
        _("What was done during access is not reported here."),
    ),
)
event = unable
