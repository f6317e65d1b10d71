"""A small Operator Access Control (20200630): the life of a request, questions too."""

import json
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from lockbox_site.simulators import server
from lockbox_site.simulators.server import Answer, Call

COMPARTMENT = "ocid1.compartment.oc1..simulated"
RESOURCE = "ocid1.exadatainfrastructure.oc1..simulated"
WORDS = {"approve": "approve", "reject": "deny", "revoke": "revoke"}
WAITING = ("CREATED", "APPROVALWAITING", "MOREINFO", "INREVIEW")
RUNNING = ("APPROVED", "DEPLOYED", "EXTENDED", "EXTENSIONREJECTED", "EXTENDING")
# From which states each act is taken, and what comes of it.
MOVES = {
    ("approve", "EXTENDING"): "EXTENDED",
    ("reject", "EXTENDING"): "EXTENSIONREJECTED",
    **{("approve", state): "APPROVED" for state in WAITING},
    **{("reject", state): "REJECTED" for state in WAITING},
    **{("review", state): "INREVIEW" for state in WAITING},
    **{("interactionRequest", state): "MOREINFO" for state in WAITING},
    **{("revoke", state): "REVOKED" for state in RUNNING},
}
STATES = {"denied": "REJECTED"}
MOST_SKEW = timedelta(minutes=5)


class Simulator(server.Simulator):
    """`interactions` are what was said, by number; `reports` the audit reports."""

    scope = COMPARTMENT
    reads = (*server.READS, "report")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.interactions: dict[str, list[dict[str, str]]] = {}
        self.reports: dict[str, dict[str, str]] = {}

    def apply(self, number: str, at: datetime | None = None, **terms: Any) -> None:
        now = _moment(at or self.now())
        self.requests[number] = {
            "id": number,
            "requestId": f"R{len(self.requests) + 1}",
            "accessReasonSummary": "Replace a disk (invented)",
            "operatorId": "operator-17",
            "resourceId": RESOURCE,
            "compartmentId": COMPARTMENT,
            "resourceType": "EXADATAINFRASTRUCTURE",
            "actionRequestsList": ["INFRA_DIAG"],
            "reason": "Disk 7 fails",
            "severity": "S2",
            "duration": 8,
            "lifecycleState": "APPROVALWAITING",
            "timeOfCreation": now,
            "timeOfModification": now,
            **terms,
        }

    def example(self, turn: int) -> str:
        number = f"ocid1.opctlaccessrequest.oc1..{turn:03d}"
        self.apply(number)
        return number

    def state(self, number: str) -> str:
        return str(self.requests[number]["lifecycleState"])

    def become(self, number: str, state: str) -> None:
        self.requests[number]["lifecycleState"] = STATES.get(state, state.upper())

    def say(self, number: str, message: str, kind: str = "operator") -> None:
        """Somebody says something under a request."""
        rows = self.interactions.setdefault(number, [])
        row = {"id": str(len(rows) + 1), "userType": kind, "message": message}
        rows.append({**row, "timeOfConversation": _moment(self.now())})

    def operation(self, call: Call) -> tuple[str, str]:
        path = call.path
        if path[-1] == "accessRequests":
            return "list", ""
        if path[-1] == "interactions":
            return "events", path[2]
        if path[-1] == "auditLogReport":
            return "report", path[2]
        if "action" not in path:
            return "get", path[2]
        name = path[-1]
        return {
            "review": "review",
            "interactionRequest": "ask",
            "revoke": "revoke",
        }.get(name, "decide"), path[2]

    def word(self, name: str, call: Call) -> str:
        return WORDS.get(call.path[-1], call.path[-1])

    def perform(self, name: str, number: str, call: Call) -> Answer:
        sent_at = parsedate_to_datetime(call.headers["date"])
        if abs(self.now() - sent_at) > MOST_SKEW:
            return self.error(401, number)
        if name == "list":
            return self._list(call)
        row = self.requests.get(number)
        if row is None:
            return self.error(404, number)
        if name == "get":
            return Answer(200, row)
        if name == "events":
            return Answer(200, {"items": self.interactions.get(number, [])})
        if name == "report":
            none = {"auditReportStatus": "NOTAVAILABLE"}
            return Answer(200, self.reports.get(number, none))
        return self._act(row, number, call)

    def _act(self, row: dict[str, Any], number: str, call: Call) -> Answer:
        act, body = call.path[-1], json.loads(call.body)
        becomes = MOVES.get((act, row["lifecycleState"]))
        if becomes is None:
            return self.error(409, number)
        row["lifecycleState"] = becomes
        if act == "interactionRequest":
            self.say(number, body["moreInfoDetails"], "customer")
        if act in WORDS:
            row["approverComment"] = body.get("approverComment", "")
            self.decisions.append((number, WORDS[act]))
        return Answer(200, row)

    def _list(self, call: Call) -> Answer:
        rows = list(self.requests.values())
        at = int(call.query.get("page", "0"))
        page = self.listed(call, rows[at : at + self.page_size])
        is_cut = at + self.page_size < len(rows)
        more = {"opc-next-page": str(at + self.page_size)} if is_cut else {}
        return Answer(200, {"items": [self.summary(row) for row in page]}, more)

    def summary(self, row: dict[str, Any]) -> dict[str, Any]:
        """A list leaves out what was said of why."""
        return {key: item for key, item in row.items() if key not in LEFT_OUT}

    def error(self, status: int, number: str) -> Answer:
        codes = {401: "NotAuthenticated", 404: "NotAuthorizedOrNotFound"}
        codes |= {
            409: "IncorrectState",
            429: "TooManyRequests",
            400: "InvalidParameter",
        }
        code = codes.get(status, "InternalServerError")
        return Answer(status, {"code": code, "message": code})


LEFT_OUT = ("reason", "operatorId", "approverComment")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
