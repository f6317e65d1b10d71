"""Who of another tenant may reach a subscription without asking: by a delegation (Azure
Lighthouse), and by a role of a foreign group or of a guest.

Source: Azure/azure-rest-api-specs, managedservices (2022-10-01) and authorization
(2022-04-01). Traps: a delegation of a resource group may have the name of another's;
who is a guest Microsoft Graph alone tells, and is asked where it is set.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.azure.arm import MOST_PAGES, Arm
from requests_app.providers.door import Door
from requests_app.providers.http.identity import is_set, setting
from requests_app.providers.protocol import (
    Reply,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import Unreadable, document, reading, text_of

DELEGATION = {"api-version": "2022-10-01"}
ROLE = {"api-version": "2022-04-01"}
DELEGATIONS = "providers/Microsoft.ManagedServices/registrationAssignments"
ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"
DEFINITIONS = "providers/Microsoft.Authorization/roleDefinitions"
GRAPH = "LOCKBOX_AZURE_GRAPH_ENDPOINT"
GUESTS = {
    "$filter": "userType eq 'Guest'",
    "$select": "id,userPrincipalName",
    "$top": "999",
}
FOREIGN = "foreigngroup"
GONE = "deleted"


def delegations(arm: Arm) -> Iterator[Door]:
    """To another tenant. Raises Unreachable or Unreadable."""
    roles = Roles(arm)
    for value, raw in _shown(arm):
        with reading(raw):
            what = _delegated(value["properties"], roles)
            yield Door(_place(arm, value), what[:300], None, raw)


def end_delegation(arm: Arm, place: str) -> Reply:
    """Raises Unreachable, after which it may have taken effect or not."""
    for value, raw in _shown(arm):
        with reading(raw):
            is_it = _place(arm, value).lower() == place.lower()
        if is_it:
            url = arm.host + text_of(value["id"], "id")
            return arm.call("DELETE", url, params=dict(DELEGATION))
    return Reply(204, b"")


def roles_from_outside(arm: Arm) -> Iterator[Door]:
    """Role assignments of foreign groups, and of guests where Graph may be asked who is
    one, each as a door that stands open. Raises Unreachable or Unreadable."""
    guests, roles = _guests(arm), Roles(arm)
    for row in arm.listed(f"{arm.subscription}/{ASSIGNMENTS}", dict(ROLE)):
        with reading(row.raw):
            fields = row.value["properties"]
            principal = text_of(fields["principalId"], "principalId")
            kind = text_of(fields.get("principalType"), "principalType")
            who = guests.get(principal.lower(), "")
            if not who and kind.lower() != FOREIGN:
                continue
            role = roles.name(text_of(fields["roleDefinitionId"], "roleDefinitionId"))
            scope = _within(arm, text_of(fields.get("scope"), "scope"))
            what = f"{who or f'{kind} {principal}'}: {role} {scope}".strip()
            name = text_of(row.value["name"], "name")
        yield Door(name[:200], what[:300], None, row.raw)


def _shown(arm: Arm) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Each delegation of the subscription with its definition, which says what it lets
    do, and the bytes that it came as."""
    params = {**DELEGATION, "$expandRegistrationDefinition": "true"}
    for row in arm.listed(f"{arm.subscription}/{DELEGATIONS}", params):
        with reading(row.raw):
            state = text_of(row.value["properties"].get("provisioningState"), "state")
        if state.lower() != GONE:
            yield row.value, row.raw


def _delegated(fields: dict[str, Any], roles: "Roles") -> str:
    """Such as “Contoso Corp.: Contributor, Owner (just in time)”."""
    terms = fields["registrationDefinition"]["properties"]
    tenant = terms.get("managedByTenantName") or terms["managedByTenantId"]
    names = {roles.name(row["roleDefinitionId"]) for row in terms["authorizations"]}
    for row in terms.get("eligibleAuthorizations") or []:
        names.add(f"{roles.name(row['roleDefinitionId'])} (just in time)")
    return f"{text_of(tenant, 'managedByTenantName')}: {', '.join(sorted(names))}"


def _place(arm: Arm, value: dict[str, Any]) -> str:
    """Its name; of a resource group, with that before it."""
    path = text_of(value["id"], "id")
    own = arm.path.lower() + "/"
    if not path.lower().startswith(own):
        raise Unreadable(
            _("The record is another tenant's, or does not say whose it is.")
        )
    group, name = path[len(own) :].split("/providers/")[0], path.rpartition("/")[2]
    parts = group.split("/")
    return f"{parts[1]}/{name}" if parts[0].lower() == "resourcegroups" else name


def _within(arm: Arm, scope: str) -> str:
    """Where the role is given, if not on the subscription itself."""
    own = arm.path.lower()
    if scope.lower() == own:
        return ""
    inside = scope[len(own) :] if scope.lower().startswith(own + "/") else scope
    return f"({inside})"


class Roles:
    """Their names, each asked for once."""

    def __init__(self, arm: Arm) -> None:
        self.arm, self.names = arm, dict[str, str]()

    def name(self, role: str) -> str:
        key = role.rpartition("/")[2]
        if key not in self.names:
            self.names[key] = self._asked_for(key)
        return self.names[key]

    def _asked_for(self, key: str) -> str:
        url = f"{self.arm.subscription}/{DEFINITIONS}/{key}"
        try:
            body = self.arm.fetched(url, dict(ROLE))
        except Unknown:
            return key
        with reading(body):
            fields = document(body)[0]["properties"]
            return text_of(fields["roleName"], "roleName")


def _guests(arm: Arm) -> dict[str, str]:
    """Their names by their ids; none where Graph is not asked."""
    if not is_set(GRAPH):
        return {}
    host = setting(GRAPH)
    url, guests = f"{host}/v1.0/users", dict[str, str]()
    params: dict[str, str] | None = dict(GUESTS)
    for _page in range(MOST_PAGES):
        body = arm.fetched(url, params)
        with reading(body):
            value, _text = document(body)
            for row in value["value"]:
                name = text_of(row.get("userPrincipalName"), "userPrincipalName")
                guests[text_of(row["id"], "id").lower()] = name or str(row["id"])
            more = value.get("@odata.nextLink")
        if not more:
            return guests
        if not str(more).startswith(f"{host}/"):
            raise Unreachable(_("The next page lies at another address."))
        url, params = str(more), None
    raise Unreachable(_("The list does not end."))
