"""What CloudTrail says was done by somebody to whom access was delegated.

Source: AWS, IAM User Guide, temporary delegation: `userIdentity.invokedByDelegate` is
the account of whoever acted. Under which delegation it was, an event does not say.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.event import Event, fitted
from requests_app.providers.reading import Unreadable, instant, reading, text_of

# A partner takes out the credentials that were delegated.
TAKEN_OUT = "GetDelegatedAccessToken"
VERBS = {
    "read": ("Get", "List", "Describe", "Head", "Lookup", "Search", "BatchGet"),
    "change": (
        *("Create", "Put", "Update", "Modify", "Add", "Set", "Start", "Stop", "Run"),
        *("Attach", "Associate", "Enable", "Disable", "Tag", "Untag", "Reboot"),
    ),
    "delete": ("Delete", "Terminate", "Remove", "Detach", "Disassociate", "Deregister"),
    "copy": ("Copy", "Export"),
    "share": ("Share", "Authorize"),
}
ACT = {verb: act for act, verbs in VERBS.items() for verb in verbs}
# What lets somebody else in, though its verb says less.
SHARES = (
    "AddPermission",
    "PutBucketPolicy",
    "PutBucketAcl",
    "ModifySnapshotAttribute",
    "ModifyImageAttribute",
    "ModifyDBSnapshotAttribute",
    "UpdateAssumeRolePolicy",
    "CreateAccessKey",
)


def is_evidence(value: Any) -> bool:
    """Of somebody to whom access was delegated. What is no event is given out: somebody
    has to see it."""
    if not isinstance(value, dict):
        return True
    identity = value.get("userIdentity")
    is_delegate = isinstance(identity, dict) and bool(identity.get("invokedByDelegate"))
    return is_delegate or value.get("eventName") == TAKEN_OUT


def events(log: str, external_id: str, value: Any) -> Iterator[Event]:
    """Raises Unreadable, of another account too."""
    with reading(b""):
        event = fitted(_event(external_id, value))
    yield event


def _event(account: str, value: Any) -> Event:
    if not isinstance(value, dict):
        raise Unreadable(_("An event of CloudTrail is an object."))

    def text(name: str) -> str:
        return text_of(value.get(name), name).strip()

    number, name = text("eventID"), text("eventName")
    happened_at = instant(value.get("eventTime"), "eventTime")
    if not number or not name or happened_at is None:
        lacking = "eventID, eventName, eventTime"
        raise Unreadable(_("“%(key)s” is missing.") % {"key": lacking})
    if text("recipientAccountId") != account.strip():
        raise Unreadable(
            _("The record is another tenant's, or does not say whose it is.")
        )
    action = f"{text('eventSource')} {name}".strip()
    refusal = text("errorCode")
    return Event(
        external_id=number,
        happened_at=happened_at,
        action=f"{action} ({refusal})" if refusal else action,
        object_name=_objects(value) or account,
        actor=_actor(value, text("sourceIPAddress")),
        act=_act(name, value),
    )


def _objects(value: dict[str, Any]) -> str:
    rows = value.get("resources") or []
    names = [text_of(row.get("ARN"), "ARN") for row in rows]
    return ", ".join(filter(None, names))


def _actor(value: dict[str, Any], address: str) -> str:
    """The account that acted, as whom, and from where."""
    identity = value.get("userIdentity") or {}
    delegate = identity.get("invokedByDelegate") or {}
    parts = (
        text_of(delegate.get("accountId"), "accountId"),
        text_of(identity.get("arn"), "arn"),
        address,
    )
    return ", ".join(filter(None, parts))


def _act(name: str, value: dict[str, Any]) -> str:
    if name in SHARES:
        return "share"
    verb = re.match(r"BatchGet|[A-Z][a-z]+", name)
    known = ACT.get(verb[0], "") if verb else ""
    return known or ("read" if value.get("readOnly") is True else "")
