"""Client: outsiders and support."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from azure.core.exceptions import AzureError
from azure.identity import CertificateCredential, ManagedIdentityCredential
from django.utils.translation import gettext as _

from requests_app.providers.azure import applications, standing
from requests_app.providers.azure.arm import MOST_PAGES as MOST_PAGES_OF_ARM
from requests_app.providers.azure.arm import Arm, next_link, refusal
from requests_app.providers.door import Door
from requests_app.providers.http import whole_exchange
from requests_app.providers.protocol import (
    Reply,
    Standing,
    SupportDesk,
    ThreadMessage,
    Ticket,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    document,
    instant,
    reading,
    text_of,
)
from requests_app.providers.secrets import is_set, setting

# Who of another tenant may reach a subscription without asking: by a delegation (Azure
# Lighthouse), and by a role of a foreign group or of a guest.
#
# Source: Azure/azure-rest-api-specs, managedservices (2022-10-01) and authorization
# (2022-04-01). Traps: a delegation of a resource group may have the name of another's;
# who is a guest Microsoft Graph alone tells, and is asked where it is set.

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
    for _page in range(MOST_PAGES_OF_ARM):
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


# Azure's support tickets: `Microsoft.Support`, API version 2024-04-01.
#
# A ticket's number (`supportTicketId`) is what a request names; its name in addresses
# is
# another. A message has the name that we give it: what was said is asked for by it, and
# the same name is never said twice. Trap: who calls as an application must tell a
# sender.

VERSION = {"api-version": "2024-04-01"}
# The vendor keeps tickets for 18 months; this many of a page.
PAGE = {"$top": "100"}


def tickets(arm: Arm) -> Iterator[Ticket]:
    """Every ticket of the subscription that is still shown. Raises Unreachable where
    nobody has said as whom we write: then people ask."""
    setting("LOCKBOX_AZURE_SENDER")
    for row in arm.listed(_base(arm), {**VERSION, **PAGE}):
        yield _ticket(row)


def ticket(arm: Arm, number: str) -> Ticket:
    """The one that a request names, by number or name. Raises Unknown."""
    wanted = number.strip().lower()
    for row in tickets(arm):
        if wanted and wanted in (row.number.lower(), row.name.lower()):
            return row
    raise Unknown(
        _("The subscription has no support ticket %(number)s: it is gone or another's.")
        % {"number": number or "–"}
    )


def messages(arm: Arm, name: str, since: datetime | None) -> Iterator[ThreadMessage]:
    """What was said in it, by both sides."""
    chosen = {"$filter": f"createdDate ge {since:%Y-%m-%dT%H:%M:%SZ}"} if since else {}
    for row in arm.listed(_messages(arm, name), {**VERSION, **chosen}):
        yield _message(row)


def has_message(arm: Arm, name: str, key: str) -> bool:
    try:
        arm.fetched(f"{_messages(arm, name)}/{quote(key, safe='')}", dict(VERSION))
    except Unknown:
        return False
    return True


def say(arm: Arm, name: str, key: str, subject: str, text: str) -> Reply:
    """Raises Unreachable, after which it may have been said or not."""
    properties = {
        "sender": setting("LOCKBOX_AZURE_SENDER"),
        "subject": subject,
        "body": text,
    }
    body = json.dumps({"properties": properties}, ensure_ascii=False).encode()
    url = f"{_messages(arm, name)}/{quote(key, safe='')}"
    return arm.call("PUT", url, params=dict(VERSION), content=body)


def withdraw_consent(arm: Arm, row: Ticket) -> Reply:
    """Raises Unreachable, after which it may have taken effect or not."""
    update: dict[str, Any] = {"advancedDiagnosticConsent": "No"}
    if row.other_consents:
        update["secondaryConsent"] = [
            {"type": kind, "userConsent": "No"} for kind in row.other_consents
        ]
    url = f"{_base(arm)}/{quote(row.name, safe='')}"
    body = json.dumps(update).encode()
    return arm.call("PATCH", url, params=dict(VERSION), content=body)


def _base(arm: Arm) -> str:
    return f"{arm.subscription}/providers/Microsoft.Support/supportTickets"


def _messages(arm: Arm, name: str) -> str:
    return f"{_base(arm)}/{quote(name, safe='')}/communications"


def _ticket(row: Piece) -> Ticket:
    with reading(row.raw):
        name = text_of(row.value.get("name"), "name")
        fields = row.value["properties"]
        given = fields.get("secondaryConsent") or []
        return Ticket(
            name=name[:200],
            number=(text_of(fields.get("supportTicketId"), "id") or name)[:200],
            status=text_of(fields.get("status"), "status")[:100],
            advanced_diagnostics=_is_yes(fields.get("advancedDiagnosticConsent")),
            other_consents=tuple(
                text_of(one.get("type"), "type")
                for one in given
                if _is_yes(one.get("userConsent"))
            ),
        )


def _is_yes(value: Any) -> bool:
    return str(value).lower() == "yes"


def _message(row: Piece) -> ThreadMessage:
    """Trap: in the vendor's own examples what the customer says is “outbound”."""
    with reading(row.raw):
        key = text_of(row.value.get("name"), "name")
        fields = row.value["properties"]
        at = instant(fields.get("createdDate"), "createdDate")
        if not key or at is None:
            raise Unreadable(_("A message in the ticket has no name or no time."))
        direction = text_of(fields.get("communicationDirection"), "direction")
        subject = text_of(fields.get("subject"), "subject").strip()
        text = text_of(fields.get("body"), "body").strip()
        whole = f"{subject}\n\n{text}" if subject and subject not in text else text
        return ThreadMessage(key[:200], direction.lower() == "inbound", whole, at)


# Talking to Azure Customer Lockbox (ARM, 2018-02-28-preview): list, get, decide;
# and its support tickets, and what must be in place, by `support` and `standing`.
#
# Identity is the surroundings' own (certificate or managed identity, azure-identity);
# nothing secret is kept in the database. A trap: the list call needs `api-version`
# though
# the specification forgets it.

ENDPOINT = "https://management.azure.com"
API_VERSION = "2018-02-28-preview"
SCOPE = "https://management.azure.com/.default"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"
# Seconds to connect, and for each read; and for a whole call, however slowly it drips.
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
LONGEST = 30.0
# Entra, which gives the token: seconds to connect, and for each read.
TOKEN: Any = {"connection_timeout": 5, "read_timeout": 10, "retry_total": 1}
MOST_PAGES = 200
MOST_BYTES = 20 * 1024 * 1024


def connect(subscription: str) -> SupportDesk:
    return AzureLockbox(subscription)


class AzureLockbox:
    """The connector of one subscription."""

    def __init__(self, subscription: str) -> None:
        self.arm = Arm(
            setting("LOCKBOX_AZURE_ENDPOINT", ENDPOINT),
            subscription,
            self._call,
            _authorization,
        )
        lockbox = "providers/Microsoft.CustomerLockbox/requests"
        self.base = f"{self.arm.subscription}/{lockbox}"

    def pending(self) -> Iterator[Piece]:
        """Every request that waits, page by page. Raises Unreachable or Unreadable."""
        return self._listed({"$filter": "properties/status eq 'Pending'"})

    def every(self) -> Iterator[Piece]:
        """Whatever its status. Raises Unreachable or Unreadable."""
        return self._listed({})

    def _listed(self, chosen: dict[str, str]) -> Iterator[Piece]:
        url: str | None = self.base
        params: dict[str, str] | None = {"api-version": API_VERSION, **chosen}
        for _page in range(MOST_PAGES):
            if url is None:
                return
            reply = self._call("GET", url, params=params)
            if reply.status != 200:
                raise refusal(reply)
            yield from _applications(reply.body)
            url, params = next_link(reply.body, self.base), None
        raise Unreachable(_("The list of requests does not end."))

    def get(self, number: str) -> Piece:
        """One request as it is now. Raises Unreachable, Unknown or Unreadable."""
        url = f"{self.base}/{quote(number, safe='')}"
        reply = self._call("GET", url, params={"api-version": API_VERSION})
        if reply.status == 404:
            raise Unknown(
                _("It does not know request %(number)s.") % {"number": number}
            )
        if reply.status != 200:
            raise refusal(reply)
        shown = _applications(reply.body)
        if not shown:
            raise Unreadable(_("The provider does not show the request."), reply.body)
        return shown[0]

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        url = f"{self.base}/{quote(number, safe='')}/updateApproval"
        return self._call(
            "POST", url, params={"api-version": API_VERSION}, content=body
        )

    def events(self, number: str) -> Iterator[Piece]:
        """Azure does not tell what was done."""
        return iter(())

    def standing(self) -> Iterator[Standing]:
        """We may list the requests; role, switch and certificate are in place."""
        trouble = ""
        try:
            next(self.pending(), None)
        except Unreachable as error:
            trouble = str(error)
        yield Standing(_("The requests of the subscription can be listed"), trouble)
        yield from standing.standing(self.arm)

    def tickets(self) -> Iterator[Ticket]:
        """Every support ticket that it still shows."""
        return tickets(self.arm)

    def ticket(self, number: str) -> Ticket:
        """The one of that number or name. Raises Unknown where there is none."""
        return ticket(self.arm, number)

    def thread(self, number: str) -> str:
        return self.ticket(number).name

    def messages(
        self, ticket: str, since: datetime | None = None
    ) -> Iterator[ThreadMessage]:
        """What was said in the ticket of that name, by both sides."""
        return messages(self.arm, ticket, since)

    def has_message(self, ticket: str, key: str) -> bool:
        """Is our message of that key there?"""
        return has_message(self.arm, ticket, key)

    def say(self, ticket: str, key: str, subject: str, text: str) -> Reply:
        """Say something under a key of ours: the same key is said once."""
        return say(self.arm, ticket, key, subject, text)

    def withdraw_consent(self, ticket: Ticket) -> Reply:
        """Take back every consent that the ticket carries."""
        return withdraw_consent(self.arm, ticket)

    def delegations(self) -> Iterator[Door]:
        """To another tenant, which may do what it says without asking."""
        return delegations(self.arm)

    def roles_from_outside(self) -> Iterator[Door]:
        return roles_from_outside(self.arm)

    def end_delegation(self, place: str) -> Reply:
        return end_delegation(self.arm, place)

    def _call(self, method: str, url: str, **more: Any) -> Reply:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        try:
            headers |= _authorization(url)
        except (AzureError, OSError, ValueError) as error:
            # Azure's word, or a certificate that is missing or can not be used.
            raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error
        return whole_exchange(
            method,
            url,
            timeout=TIMEOUT,
            longest=LONGEST,
            most_bytes=MOST_BYTES,
            headers=headers,
            **more,
        )


def _applications(body: bytes) -> list[Piece]:
    with reading(body):
        return list(applications(body))


def _authorization(url: str) -> dict[str, str]:
    # A token never travels unprotected: a simulator on this machine gets none.
    if urlsplit(url).scheme != "https":
        return {}
    is_graph = is_set(GRAPH) and url.startswith(setting(GRAPH))
    scope = GRAPH_SCOPE if is_graph else SCOPE
    return {"Authorization": f"Bearer {credential().get_token(scope).token}"}


@lru_cache(maxsize=1)
def credential() -> Any:
    """A certificate if one is given in the environment, else the managed identity."""
    path = os.environ.get("AZURE_CLIENT_CERTIFICATE_PATH")
    if path:
        # An authority of one's own (a sovereign cloud) is not asked Microsoft about.
        own = "AZURE_AUTHORITY_HOST" in os.environ
        return CertificateCredential(
            tenant_id=setting("AZURE_TENANT_ID"),
            client_id=setting("AZURE_CLIENT_ID"),
            certificate_path=path,
            disable_instance_discovery=own,
            **TOKEN,
        )
    own_id = os.environ.get("AZURE_CLIENT_ID")
    return ManagedIdentityCredential(client_id=own_id, **TOKEN)
