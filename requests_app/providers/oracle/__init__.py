import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.providers.application import Application
from requests_app.providers.oracle.report import event
from requests_app.providers.protocol import Abilities, Answer
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


# What Oracle wants to hear: a comment, in one call for each act.

CALLS = {"approve": "approve", "deny": "reject", "revoke": "revoke"}


def answer_body(answer: Answer) -> str:
    return json.dumps({"approverComment": answer.reason}, ensure_ascii=False)


def concluded(refusal: bytes) -> str:
    """An error tells a code and a message, no state: the request is read instead."""
    return ""


# What Oracle sends: access requests, and more time that is asked for under one.
#
# An extension has no number of its own at Oracle: the request is shown as EXTENDING.
# Here
# it is an application of its own, whose number ends with what is asked for.

# What a state says about whether it still waits for us. Unknown ones are taken to.
CONCLUDED = {
    **dict.fromkeys(
        (
            "PREAPPROVED",
            "APPROVED",
            "APPROVEDFORFUTURE",
            "DEPLOYED",
            "DEPLOYFAILED",
            "UNDEPLOYED",
            "UNDEPLOYFAILED",
            "CLOSEFAILED",
            "REVOKEFAILED",
            "EXPIRYFAILED",
            "EXTENDING",
            "EXTENDED",
            "EXTENSIONREJECTED",
            "COMPLETING",
            "COMPLETED",
        ),
        "approved",
    ),
    "REJECTED": "denied",
    "EXPIRED": "lapsed",
    "REVOKING": "revoked",
    "REVOKED": "revoked",
}
EXTENDING = "EXTENDING"
# The same of an extension: where the request is over, so is what was to extend it.
OF_EXTENSION = {
    **CONCLUDED,
    EXTENDING: "",
    "EXTENSIONREJECTED": "denied",
    "COMPLETING": "lapsed",
    "COMPLETED": "lapsed",
}
MARK = "#extension-"
# Terms of ours, and what changes as the request is worked on.
KNOWN = {
    "id",
    "accessReasonSummary",
    "reason",
    "resourceId",
    "subResourceList",
    "duration",
    "extendDuration",
    "lifecycleState",
    "lifecycleDetails",
    "timeOfCreation",
    "timeOfModification",
    "timeOfUserCreation",
    "userId",
    "approverComment",
    "closureComment",
    "opctlAdditionalMessage",
    "auditType",
    "numberOfApprovers",
    "numberOfExtensionApprovers",
    "approverDetails",
    "extensionApproverDetails",
    "workflowId",
    "isAutoApproved",
    "isExtension",
}


def applications(raw: bytes) -> Iterator[Piece]:
    """The requests in a saved answer: a list, or one request."""
    value, text = document(raw)
    if not isinstance(value, dict):
        raise Unreadable(gettext("An answer of Oracle is an object."))
    if "items" in value:
        yield from pieces(text, ("items",))
    else:
        yield piece(text, ())


def extension_of(shown: Piece) -> Piece:
    """More time that is asked for under a request, as a piece of its own."""
    value = {**shown.value, "isExtension": True}
    return Piece(value, json.dumps(value, ensure_ascii=False).encode())


def application(value: Any) -> Application:
    """One access request in our terms, or an extension of one. Raises Unreadable."""
    number = text_of(value.get("id") if isinstance(value, dict) else None, "id").strip()
    if not number:
        raise Unreadable(gettext("“%(key)s” is missing.") % {"key": "id"})

    def text(name: str) -> str:
        return text_of(value.get(name), name)

    is_extension = value.get("isExtension") is True
    hours = text("extendDuration" if is_extension else "duration")
    state = text("lifecycleState")
    words = dict.fromkeys((text("accessReasonSummary"), text("reason")))
    return Application(
        external_id=f"{number}{MARK}{hours}h"[:200] if is_extension else number[:200],
        service=text("resourceType")[:100],
        justification="\n".join(filter(None, words)),
        duration_minutes=_minutes(hours),
        duration_text=f"{hours} h" if hours else "",
        object_ids=_objects(value),
        requested_at=instant(value.get("timeOfCreation"), "timeOfCreation"),
        provider_status=state[:100],
        concluded=(OF_EXTENSION if is_extension else CONCLUDED).get(state, ""),
        extends=number[:200] if is_extension else "",
        extra={key: item for key, item in value.items() if key not in KNOWN},
    )


def _minutes(hours: str) -> int | None:
    if not hours.isdecimal() or len(hours) > 5:
        return None
    minutes = int(hours) * 60
    return minutes if 0 < minutes <= 60 * 24 * 365 else None


def _objects(value: dict[str, Any]) -> tuple[str, ...]:
    """The resource, and the parts of it that are named."""
    parts = value.get("subResourceList") or []
    if not isinstance(parts, list):
        raise Unreadable(
            gettext("“%(key)s” is not a list.") % {"key": "subResourceList"}
        )
    names = [text_of(value.get("resourceId"), "resourceId")]
    names += [text_of(part, "subResourceList") for part in parts]
    return tuple(dict.fromkeys(name[:1000] for name in names if name))


# Oracle Operator Access Control, version 20200630.
#
# Source: the models of oracle/oci-python-sdk, operator_access_control.

label = _("Oracle Operator Access Control")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    can_be_asked=True,
    acknowledged_from=("CREATED", "APPROVALWAITING"),
    limits=(
        _("It takes an approval for the time that was asked for, no shorter."),
        _(
            "More time is a request of its own here, and is approved, rejected and"
            " revoked with the request at the provider."
        ),
        _(
            "Where the operator control asks for several approvers, we are one of"
            " them; the others approve in the provider's console."
        ),
        _(
            "What was done is told in an audit report of each request: what no request"
            " names is told nowhere, and the report does not say what was read or"
            " changed, by whom and from where."
        ),
    ),
    events=(_("What was done during access, from the audit report."),),
)
