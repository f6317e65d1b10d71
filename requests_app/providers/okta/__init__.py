import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.providers.application import Application
from requests_app.providers.protocol import Abilities, Answer, unable
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


# What Okta wants to hear.


def answer_body(answer: Answer) -> str:
    """Of a `PATCH`: the case is opened until a time, or closed."""
    access = {"status": "DISABLED"}
    if answer.word == "approve":
        access = {"status": "ENABLED"}
        if answer.ends_at is not None:
            access["expiration"] = moment(answer.ends_at)
    return json.dumps({"impersonation": access})


def moment(at: datetime) -> str:
    """As Okta writes it: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def concluded(_refusal: bytes) -> str:
    """A refusal does not say how the case stands."""
    return ""


# What Okta sends of its support cases.
#
# Trap: the list is `{"supportCases": […]}` by the specification, and a bare list in the
# specification's own example.

# What is asked for: a support case opens the org as a whole.
ORG = "okta-org"
KNOWN = {"caseNumber", "impersonation", "subject", "_links"}


def applications(raw: bytes) -> Iterator[Piece]:
    """The cases in a saved answer, or the one case. Raises Unreadable."""
    value, text = document(raw)
    if isinstance(value, list):
        yield from pieces(text, ())
    elif isinstance(value, dict) and "supportCases" in value:
        yield from pieces(text, ("supportCases",))
    elif isinstance(value, dict):
        yield piece(text, ())
    else:
        raise Unreadable(gettext("Okta's answer holds no support cases."))


def application(value: Any) -> Application:
    """One support case in our terms. Raises Unreadable."""
    access = value.get("impersonation") if isinstance(value, dict) else None
    if not isinstance(access, dict):
        raise Unreadable(gettext("“%(key)s” is missing.") % {"key": "impersonation"})
    number = text_of(value.get("caseNumber"), "caseNumber").strip()
    if not number:
        raise Unreadable(gettext("“%(key)s” is missing.") % {"key": "caseNumber"})
    status = text_of(access.get("status"), "status")
    is_open = status == "ENABLED"
    closes = instant(access.get("expiration"), "expiration") if is_open else None
    return Application(
        external_id=number[:200],
        service="Okta Support",
        justification=text_of(value.get("subject"), "subject"),
        object_ids=(ORG,),
        provider_status=status[:100],
        concluded="approved" if is_open else "",
        open_until=closes,
        support_case=number[:100],
        extra={key: row for key, row in value.items() if key not in KNOWN},
    )


def waits(value: Any) -> bool:
    """Has Okta asked for access, which nobody has answered?"""
    parts = [value.get(key) or {} for key in ("impersonation", "selfAssigned")]
    return any(part.get("status") == "REQUESTED" for part in parts)


# Okta Support access: the customer opens and closes the org for a support case.
#
# Source: okta/okta-management-openapi-spec, `/api/v1/org/privacy/oktaSupport/cases`.

label = _("Okta Support access")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    can_be_told_minutes=True,
    opens_grants=True,
    number_pattern=r"[A-Za-z0-9-]{1,60}",
    number_help=_("The number of Okta's support case, such as 00000144."),
    limits=(
        _("It opens the whole org to Okta Support, for one support case."),
        _("A self-assigned case is also to be approved in the Okta Admin Console."),
        _("Questions go through the provider's support case."),
        _("What was done during access is not reported."),
    ),
)
event = unable
