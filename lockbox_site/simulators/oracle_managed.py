"""A small Managed Access (the API “lockbox”, 20220126): one call handles everything."""

import json
from datetime import datetime, timedelta
from typing import Any

from lockbox_site.simulators import oracle
from lockbox_site.simulators.server import Answer, Call

LOCKBOX = "ocid1.lockbox.oc1..simulated"
WORDS = {"APPROVE": "approve", "DENY": "deny", "REVOKE": "revoke"}
MOVES = {
    ("APPROVE", "WAITING_FOR_APPROVALS"): "APPROVED",
    ("DENY", "WAITING_FOR_APPROVALS"): "DENIED",
    ("REVOKE", "APPROVED"): "REVOKED",
    ("REVOKE", "AUTO_APPROVED"): "REVOKED",
}


class Simulator(oracle.Simulator):
    scope = LOCKBOX

    def apply(self, number: str, at: datetime | None = None, **terms: Any) -> None:
        now = at or self.now()
        self.requests[number] = {
            "id": number,
            "lockboxId": LOCKBOX,
            "displayName": "Patch the application (invented)",
            "description": "Case 3-375",
            "requestorId": "ocid1.user.oc1..operator",
            "lifecycleState": "WAITING",
            "lifecycleStateDetails": "WAITING_FOR_APPROVALS",
            "accessDuration": "PT8H",
            "activityLogs": [],
            "timeCreated": oracle._moment(now),
            "timeUpdated": oracle._moment(now),
            "timeExpired": oracle._moment(now + timedelta(days=2)),
            "timeReminded": oracle._moment(now),
            "reminderCount": 0,
            "requestorLocation": "US",
            "ticketNumber": "3-37509643121",
            **terms,
        }

    def state(self, number: str) -> str:
        return str(self.requests[number]["lifecycleStateDetails"])

    def become(self, number: str, state: str) -> None:
        self.requests[number]["lifecycleStateDetails"] = state.upper()

    def operation(self, call: Call) -> tuple[str, str]:
        path = call.path
        if path[-1] == "accessRequests":
            return "list", ""
        if path[-1] != "handle":
            return "get", path[2]
        is_revocation = json.loads(call.body)["action"] == "REVOKE"
        return "revoke" if is_revocation else "decide", path[2]

    def word(self, name: str, call: Call) -> str:
        return WORDS[json.loads(call.body)["action"]]

    def _act(self, row: dict[str, Any], number: str, call: Call) -> Answer:
        body = json.loads(call.body)
        becomes = MOVES.get((body["action"], row["lifecycleStateDetails"]))
        if becomes is None:
            return self.error(409, number)
        row["lifecycleStateDetails"] = becomes
        log = {"action": body["action"], "message": body["message"]}
        row["activityLogs"].append({**log, "userLevel": "LEVEL1"})
        self.decisions.append((number, WORDS[body["action"]]))
        return Answer(200, row)

    def summary(self, row: dict[str, Any]) -> dict[str, Any]:
        left_out = ("description", "lifecycleStateDetails")
        return {key: item for key, item in row.items() if key not in left_out}
