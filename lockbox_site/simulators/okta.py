"""A small Okta: support cases, opened and closed by the customer."""

import json
from datetime import datetime, timedelta
from typing import Any

from lockbox_site.simulators import server
from lockbox_site.simulators.server import Answer, Call

# By what others do in the admin console.
STATES = {"approved": "ENABLED", "denied": "DISABLED", "revoked": "DISABLED"}


class Simulator(server.Simulator):
    """A case whose time is out is closed. `requests` are cases, by number."""

    scope = "demo-org.okta.example"

    def apply(self, number: str, at: datetime | None = None, **terms: Any) -> None:
        self.requests[number] = {
            "caseNumber": number,
            "subject": "Review IP restriction configuration",
            "impersonation": {"status": "REQUESTED", "expiration": None},
            "selfAssigned": {"status": "NOT_REQUIRED"},
            **terms,
        }

    def example(self, turn: int) -> str:
        number = f"{turn:08d}"
        self.apply(number, subject="Inloggningen fastnar (påhittat)")
        return number

    def state(self, number: str) -> str:
        return str(self.requests[number]["impersonation"]["status"])

    def become(self, number: str, state: str) -> None:
        status = STATES.get(state, state.upper())
        ends = self.now() + timedelta(hours=24) if status == "ENABLED" else None
        self.requests[number]["impersonation"] = _access(status, ends)

    def operation(self, call: Call) -> tuple[str, str]:
        return ("decide", call.path[-1]) if call.method == "PATCH" else ("list", "")

    def word(self, name: str, call: Call) -> str:
        return str(json.loads(call.body)["impersonation"].get("status", "extend"))

    def perform(self, name: str, number: str, call: Call) -> Answer:
        self._close_in_time()
        if name == "list":
            rows = self.listed(call, list(self.requests.values()))
            return Answer(200, {"supportCases": rows})
        if number not in self.requests:
            return self.error(404, number)
        body = json.loads(call.body)["impersonation"]
        access = self.requests[number]["impersonation"]
        self.decisions.append((number, self.word(name, call)))
        status = body.get("status", access["status"])
        ends = body.get("expiration")
        if status == "ENABLED" and ends is None:
            ends = _moment(self.now() + timedelta(hours=24))
        self.requests[number]["impersonation"] = {
            "status": status,
            "expiration": ends if status == "ENABLED" else None,
        }
        return Answer(200, self.requests[number])

    def _close_in_time(self) -> None:
        for row in self.requests.values():
            ends = row["impersonation"].get("expiration")
            if ends and datetime.fromisoformat(ends) <= self.now():
                row["impersonation"] = _access("DISABLED", None)

    def error(self, status: int, number: str) -> Answer:
        return Answer(status, {"errorCode": "E0000006", "errorSummary": "Refused"})


def _access(status: str, ends: datetime | None) -> dict[str, str | None]:
    return {"status": status, "expiration": _moment(ends) if ends else None}


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
