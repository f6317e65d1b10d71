"""The unified audit log of Microsoft 365: which records are evidence of Microsoft's own
people, and what they say.

Source: MicrosoftDocs/office-365-management-api, the schema of the Management Activity
API (June 2026). Its times are UTC and say no zone; an address carries a port.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.event import Event, fitted
from requests_app.providers.exchange_online.acts import act_of
from requests_app.providers.reading import Unreadable, instant, reading, text_of

# About a request, and no access: our own answer, as their record; and all that Power
# Platform tells of its lockbox, where an access itself stands nowhere.
NO_ACCESS = ("set-accesstocustomerdatarequest", "lockboxrequestoperation")
OPERATOR = "microsoft operator"
# Accounts of machines, by the schema itself: servers that do their daily work.
MACHINES = ("nt authority\\", "sharepoint\\system")
# Record types, by number and by name.
LOCKBOXES = (
    "10",
    "datacentersecuritycmdlet",
    "257",
    "windows365customerlockbox",
    "powerplatformlockboxresourcecommand",
)
# In these, ExternalAccess says that somebody is of another domain than the mailbox.
OF_A_MAILBOX = (
    "2",
    "exchangeitem",
    "3",
    "exchangeitemgroup",
    "50",
    "exchangeitemaggregated",
)
DATACENTER = ("3", "dcadmin")
# By the names that the cmdlets of Customer Lockbox have; the others are their own.
SERVICES = {"MicrosoftTeams": "Teams", "OneDrive": "SharePoint"}
OBJECTS = ("ObjectId", "MailboxOwnerUPN", "ModifiedObjectResolvedName")
FAILED = ("false", "failed", "partiallysucceeded")
WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")


def is_evidence(value: Any) -> bool:
    """Of somebody of Microsoft. What is no record at all is given out: somebody has to
    see it."""
    if not isinstance(value, dict):
        return True
    kind = _word(value, "RecordType")
    if _word(value, "Operation") in NO_ACCESS:
        return False
    user = _word(value, "UserId")
    if kind in LOCKBOXES or OPERATOR in (user, _word(value, "UserKey")):
        return True
    if user.startswith(MACHINES):
        return False
    is_foreign = value.get("ExternalAccess") is True and kind not in OF_A_MAILBOX
    return is_foreign or _word(value, "UserType") in DATACENTER


def events(log: str, external_id: str, value: Any) -> Iterator[Event]:
    """What one record tells of. Raises Unreadable, of another tenant too."""
    with reading(b""):
        event = fitted(_event(external_id, value))
    yield event


def _event(tenant: str, value: Any) -> Event:
    if not isinstance(value, dict):
        raise Unreadable(_("A record of the audit log is an object."))
    number, operation = (_needed(value, name) for name in ("Id", "Operation"))
    refuse_another_tenant(tenant, value, ("OrganizationId", "OrganizationName"))
    moment = _needed(value, "CreationTime")
    if WITHOUT_ZONE.fullmatch(moment):
        moment = f"{moment[:26]}Z"
    happened_at = instant(moment, "CreationTime")
    if happened_at is None:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "CreationTime"})
    elevation = text_of(value.get("ElevationRequestId"), "ElevationRequestId")
    workload = text_of(value.get("Workload"), "Workload")
    return Event(
        external_id=number,
        happened_at=happened_at,
        action=_action(operation, value),
        object_name=_object(value),
        actor=_actor(value),
        act=act_of(operation),
        service=SERVICES.get(workload, workload),
        perhaps_under=[elevation] if elevation else [],
    )


def refuse_another_tenant(
    tenant: str, value: dict[str, Any], keys: tuple[str, ...]
) -> None:
    """Raises Unreadable unless one of these says that it is of this tenant."""
    if tenant.strip().lower() not in [_word(value, key) for key in keys]:
        raise Unreadable(
            _("The record is another tenant's, or does not say whose it is.")
        )


def _needed(value: dict[str, Any], name: str) -> str:
    text = text_of(value.get(name), name).strip()
    if not text:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": name})
    return text


def _word(value: dict[str, Any], name: str) -> str:
    return str(value.get(name) or "").strip().lower()


def _action(operation: str, value: dict[str, Any]) -> str:
    """The operation; what came of it, where it did not succeed."""
    status = text_of(value.get("ResultStatus"), "ResultStatus")
    return f"{operation} ({status})" if status.lower() in FAILED else operation


def _object(value: dict[str, Any]) -> str:
    """What it was done to; of a cmdlet that names nothing, its Identity."""
    for key in OBJECTS:
        if name := text_of(value.get(key), key):
            return name
    rows = value.get("Parameters")
    rows = rows if isinstance(rows, list) else []
    # Now and then they are written in another way, or cut.
    names = (
        str(row.get("Value") or "")
        for row in rows
        if isinstance(row, dict) and row.get("Name") == "Identity"
    )
    return next(names, "")


def _actor(value: dict[str, Any]) -> str:
    """By name, which is the same for all of them, and from which address."""
    name = text_of(value.get("UserId"), "UserId") or text_of(
        value.get("UserKey"), "UserKey"
    )
    address = text_of(value.get("ClientIP"), "ClientIP").strip()
    with_port = re.fullmatch(r"\[(.+)\](?::\d+)?|([^:]+):\d+", address)
    if with_port:
        address = with_port[1] or with_port[2]
    return f"{name} ({address})" if address else name
