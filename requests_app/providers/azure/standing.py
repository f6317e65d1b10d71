"""What must be in place at Azure before a request comes.

Trap: an approver whose role is given after the request has come is not heeded, nor is a
role on a management group: it must stand on the subscription itself.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from requests_app.providers.azure.arm import Arm
from requests_app.providers.http import certificate_is_valid
from requests_app.providers.protocol import Standing, Unreachable
from requests_app.providers.reading import Unreadable, document, reading
from requests_app.providers.secrets import setting

ROLES_VERSION = "2022-04-01"
LOCKBOX_VERSION = "2018-02-28-preview"
# “Azure Customer Lockbox Approver for Subscription”, and Owner, which may as well.
APPROVERS = (
    "4dae6930-7baf-46f5-909e-0383bc931c46",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
)


def standing(arm: Arm) -> Iterator[Standing]:
    """The role, the switch and the certificate, each asked now."""
    yield _standing_of(_("Our identity is an approver on the subscription"), _role, arm)
    yield _standing_of(
        _("Customer Lockbox is switched on in the tenant"), _opted_in, arm
    )
    path = os.environ.get("AZURE_CLIENT_CERTIFICATE_PATH")
    if path:
        yield certificate_is_valid(path)


def _standing_of(name: str, ask: Callable[[Arm], str], arm: Arm) -> Standing:
    try:
        return Standing(name, ask(arm))
    except (Unreachable, Unreadable) as error:
        return Standing(name, str(error))


def _role(arm: Arm) -> str:
    """Empty where the role stands on the subscription itself."""
    url = f"{arm.subscription}/providers/Microsoft.Authorization/roleAssignments"
    params = {
        "api-version": ROLES_VERSION,
        "$filter": f"assignedTo('{arm.principal()}')",
    }
    elsewhere = False
    for row in arm.listed(url, params):
        with reading(row.raw):
            role = row.value["properties"]
            if str(role["roleDefinitionId"]).rpartition("/")[2].lower() in APPROVERS:
                if _is_here(arm, str(role["scope"])):
                    return ""
                elsewhere = True
    if elsewhere:
        return _("The role stands on another level: give it on the subscription.")
    return _("The role is missing: give it now, a request that has come is too late.")


def _is_here(arm: Arm, scope: str) -> bool:
    return scope.rstrip("/").lower() == arm.path.lower()


def _opted_in(arm: Arm) -> str:
    tenant = quote(setting("AZURE_TENANT_ID"), safe="")
    url = f"{arm.host}/providers/Microsoft.CustomerLockbox/tenantOptedIn/{tenant}"
    body = arm.fetched(url, {"api-version": LOCKBOX_VERSION})
    with reading(body):
        value: Any = document(body)[0]
        if value["isOptedIn"] is True:
            return ""
    return _("It is switched off: no request will come.")
