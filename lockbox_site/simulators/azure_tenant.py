"""What stands beside Azure Customer Lockbox in a tenant: support tickets with what is
said and consented to in them, roles, delegations to other tenants, guests, and whether
Customer Lockbox is switched on."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lockbox_site.simulators.server import Answer, Call

READS = (
    "tickets",
    "ticket",
    "messages",
    "message",
    "roles",
    "role",
    "delegations",
    "guests",
    "switch",
)
APPROVER = "4dae6930-7baf-46f5-909e-0383bc931c46"
SUPPORT = "/providers/Microsoft.Support"


class Tenant:
    """`tickets` by name; `messages` in each, by name. `refuses`: a consent stays given,
    whatever is asked. `roles` are the scopes at which we are approver; without any, the
    subscription that is asked for. `assignments` are other roles, `delegations` those
    to other tenants, as the specification has them; names of roles and guests by id."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.tickets: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, dict[str, dict[str, Any]]] = {}
        self.roles: list[str] | None = None
        self.assignments: list[dict[str, Any]] = []
        self.delegations: list[dict[str, Any]] = []
        self.role_names: dict[str, str] = {}
        self.guests: dict[str, str] = {}
        self.is_on = True
        self.refuses = False
        self.page_size = 25
        self.acts: dict[str, Callable[[Call], Answer]] = {
            "tickets": self._tickets,
            "ticket": self._ticket,
            "consent": self._consent,
            "messages": self._messages,
            "message": self._message,
            "say": self._say,
            "roles": self._roles,
            "role": self._role,
            "delegations": self._delegations,
            "undelegate": self._undelegate,
            "guests": self._guests,
            "switch": lambda call: Answer(200, {"isOptedIn": self.is_on}),
        }

    def open_ticket(self, name: str, number: str, **properties: Any) -> None:
        self.tickets[name] = {
            "supportTicketId": number,
            "title": "Test - please ignore",
            "description": "Invented",
            "severity": "minimal",
            "advancedDiagnosticConsent": "No",
            "status": "Open",
            "createdDate": f"{self.now():%Y-%m-%dT%H:%M:%SZ}",
            **properties,
        }
        self.messages[name] = {}

    def hear(self, ticket: str, name: str, text: str, **more: Any) -> None:
        """The provider says something in the ticket."""
        self.messages[ticket][name] = {
            "subject": "Re: your case",
            "body": text,
            "communicationType": "web",
            "communicationDirection": "inbound",
            "sender": "support@provider.example",
            "createdDate": f"{self.now():%Y-%m-%dT%H:%M:%SZ}",
            **more,
        }

    def operation(self, call: Call) -> tuple[str, str] | None:
        """Which act a call is, if it is one of the tenant's."""
        path = call.path
        if path[-1] == "roleAssignments":
            return "roles", ""
        if "roleDefinitions" in path:
            return "role", path[-1]
        if "registrationAssignments" in path:
            one = "undelegate" if call.method == "DELETE" else "delegations"
            return one, path[-1]
        if path == ["v1.0", "users"]:
            return "guests", ""
        if "tenantOptedIn" in path:
            return "switch", ""
        if "supportTickets" not in path:
            return None
        rest = path[path.index("supportTickets") + 1 :]
        if len(rest) < 2:
            one = "consent" if call.method == "PATCH" else "ticket"
            return (one, rest[0]) if rest else ("tickets", "")
        name = "say" if call.method == "PUT" else "message"
        return (name, rest[0]) if len(rest) > 2 else ("messages", rest[0])

    def _tickets(self, call: Call) -> Answer:
        rows = [_ticket(name, row) for name, row in self.tickets.items()]
        return Answer(200, self._page(call, rows))

    def _page(self, call: Call, rows: list[Any]) -> dict[str, Any]:
        skip = int(call.query.get("$skiptoken", "0"))
        page: dict[str, Any] = {"value": rows[skip : skip + self.page_size]}
        if skip + self.page_size < len(rows):
            page["nextLink"] = (
                f"http://{call.headers['Host']}{urlsplit(call.target).path}"
                f"?api-version=2024-04-01&$skiptoken={skip + self.page_size}"
            )
        return page

    def _named(self, call: Call) -> str:
        return call.path[call.path.index("supportTickets") + 1]

    def _ticket(self, call: Call) -> Answer:
        name = self._named(call)
        if name not in self.tickets:
            return _unknown(name)
        return Answer(200, _ticket(name, self.tickets[name]))

    def _consent(self, call: Call) -> Answer:
        name = self._named(call)
        if name not in self.tickets:
            return _unknown(name)
        if self.refuses:
            return Answer(409, {"error": {"code": "Conflict", "message": "In use"}})
        self.tickets[name].update(json.loads(call.body))
        return Answer(200, _ticket(name, self.tickets[name]))

    def _messages(self, call: Call) -> Answer:
        name = self._named(call)
        if name not in self.tickets:
            return _unknown(name)
        rows = [_message(name, key, row) for key, row in self.messages[name].items()]
        if call.fault == "out of order":
            rows.reverse()
        if call.fault == "doubled":
            rows += rows
        return Answer(200, self._page(call, rows))

    def _message(self, call: Call) -> Answer:
        name, key = self._named(call), call.path[-1]
        row = self.messages.get(name, {}).get(key)
        return Answer(200, _message(name, key, row)) if row else _unknown(key)

    def _say(self, call: Call) -> Answer:
        name, key = self._named(call), call.path[-1]
        if name not in self.tickets:
            return _unknown(name)
        if self.tickets[name]["status"] == "Closed":
            return Answer(400, {"error": {"code": "Closed", "message": "It is closed"}})
        if key in self.messages[name]:
            return Answer(409, {"error": {"code": "Conflict", "message": "In use"}})
        sent = json.loads(call.body)["properties"]
        self.hear(name, key, sent["body"], **sent, communicationDirection="outbound")
        return Answer(200, _message(name, key, self.messages[name][key]))

    def _roles(self, call: Call) -> Answer:
        here = "/".join(["", *call.path[:2]])
        scopes = [here] if self.roles is None else self.roles
        definition = f"/providers/Microsoft.Authorization/roleDefinitions/{APPROVER}"
        rows = [
            {"properties": {"roleDefinitionId": here + definition, "scope": scope}}
            for scope in scopes
        ]
        if "assignedTo" not in call.query.get("$filter", ""):
            rows = self.assignments
        return Answer(200, self._page(call, rows))

    def _role(self, call: Call) -> Answer:
        name = self.role_names.get(call.path[-1])
        if name is None:
            return _unknown(call.path[-1])
        return Answer(200, {"name": call.path[-1], "properties": {"roleName": name}})

    def _delegations(self, call: Call) -> Answer:
        return Answer(200, self._page(call, self.delegations))

    def _undelegate(self, call: Call) -> Answer:
        """What is there is gone, but for what refuses."""
        path = "/" + "/".join(call.path)
        others = [row for row in self.delegations if row["id"].lower() != path.lower()]
        if len(others) == len(self.delegations):
            return Answer(204, b"")
        if self.refuses:
            return Answer(403, {"error": {"code": "AuthorizationFailed"}})
        self.delegations = others
        return Answer(200, b"")

    def _guests(self, call: Call) -> Answer:
        rows = [
            {"id": key, "userPrincipalName": name} for key, name in self.guests.items()
        ]
        skip = int(call.query.get("$skiptoken", "0"))
        value: dict[str, Any] = {"value": rows[skip : skip + self.page_size]}
        if skip + self.page_size < len(rows):
            host, more = call.headers["Host"], skip + self.page_size
            value["@odata.nextLink"] = f"http://{host}/v1.0/users?$skiptoken={more}"
        return Answer(200, value)


def _unknown(name: str) -> Answer:
    return Answer(404, {"error": {"code": "NotFound", "message": name}})


def _ticket(name: str, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/x{SUPPORT}/supportTickets/{name}",
        "name": name,
        "type": "Microsoft.Support/supportTickets",
        "properties": row,
    }


def _message(ticket: str, name: str, row: dict[str, Any]) -> dict[str, Any]:
    place = f"/subscriptions/x{SUPPORT}/supportTickets/{ticket}/communications/{name}"
    kind = "Microsoft.Support/communications"
    return {"id": place, "name": name, "type": kind, "properties": row}
