"""A small Azure Customer Lockbox (ARM, 2018-02-28-preview): the life of a request;
and what stands beside it in the tenant."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from lockbox_site.simulators import server
from lockbox_site.simulators.azure_tenant import READS, Tenant
from lockbox_site.simulators.server import Answer, Call

SUBSCRIPTION = "demo-standin"
MACHINE = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/"
    "Microsoft.Compute/virtualMachines/p-{:02d}"
)
MACHINES = 3
EFFECT = {"Approve": "Approved", "Deny": "Denied"}


class Simulator(server.Simulator):
    scope = SUBSCRIPTION
    reads = (*server.READS, *READS)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.tenant = Tenant(self.now)

    def apply(self, number: str, at: datetime | None = None, **terms: Any) -> None:
        now = at or self.now()
        self.requests[number] = {
            "requestId": number,
            "justification": "Troubleshooting",
            "status": "Pending",
            "createdDateTime": f"{now:%Y-%m-%dT%H:%M:%S}.1234567Z",
            "expirationDateTime": f"{now + timedelta(days=4):%Y-%m-%dT%H:%M:%SZ}",
            "duration": "8",
            "resourceIds": "A",
            "resourceType": "Virtual Machine",
            "supportRequest": "12345",
            "subscriptionId": "azure-tenant",
            **terms,
        }

    def example(self, turn: int) -> str:
        number = f"AZ-{turn:03d}"
        self.apply(
            number,
            resourceIds=MACHINE.format((turn - 1) % MACHINES + 1),
            justification="Felsöka en virtuell maskin som inte startar (påhittat)",
            subscriptionId=SUBSCRIPTION,
        )
        return number

    def read_as(self, number: str) -> Any:
        return _wrapped(self.requests[number])

    def state(self, number: str) -> str:
        return str(self.requests[number]["status"])

    def become(self, number: str, state: str) -> None:
        self.requests[number]["status"] = state[:1].upper() + state[1:]

    def operation(self, call: Call) -> tuple[str, str]:
        if beside := self.tenant.operation(call):
            return beside
        if call.path[-1] == "requests":
            return "list", ""
        if call.path[-1] == "updateApproval":
            return "decide", call.path[-2]
        return "get", call.path[-1]

    def word(self, name: str, call: Call) -> str:
        if name != "decide":
            return name
        return str(json.loads(call.body)["status"])

    def perform(self, name: str, number: str, call: Call) -> Answer:
        if name == "list":
            return self._list(call)
        if name in self.tenant.acts:
            return self.tenant.acts[name](call)
        row = self.requests.get(number)
        if row is None:
            return self._error(404, "NotFound", "Unknown")
        if name == "get":
            return Answer(200, _wrapped(row))
        if row["status"] != "Pending":
            return self._error(409, "Conflict", row["status"])
        word = self.word(name, call)
        self.decisions.append((number, word))
        row["status"] = EFFECT[word]
        return Answer(200, json.loads(call.body))

    def _list(self, call: Call) -> Answer:
        status = call.query.get("$filter", "").rpartition("eq ")[2].strip("'")
        rows = [row for row in self.requests.values() if _is(row, status)]
        skip = int(call.query.get("skip", "0"))
        page = self.listed(call, rows[skip : skip + self.page_size])
        answer: dict[str, Any] = {"value": [_wrapped(row) for row in page]}
        if skip + self.page_size < len(rows):
            answer["nextLink"] = (
                f"http://{call.headers['Host']}{urlsplit(call.target).path}"
                "?api-version=2018-02-28-preview"
                f"&$filter=properties/status%20eq%20'{status}'"
                f"&skip={skip + self.page_size}"
            )
        return Answer(200, answer)

    def error(self, status: int, number: str) -> Answer:
        return self._error(status, "Refused", "Unknown")

    def _error(self, status: int, code: str, current: str) -> Answer:
        rows = [{"type": "Lockbox", "info": {"currentStatus": current}}]
        refusal = {"code": code, "message": code, "additionalInfo": rows}
        return Answer(status, {"error": refusal})


def _is(row: dict[str, Any], status: str) -> bool:
    return not status or row["status"] == status


def _wrapped(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/x/requests/{row['requestId']}",
        "name": f"LockboxRequest_{row['requestId']}",
        "type": "requests",
        "properties": row,
    }
