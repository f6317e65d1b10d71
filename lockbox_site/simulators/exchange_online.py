"""A small Exchange Online: the two cmdlets of Customer Lockbox, over InvokeCommand.

How it is called is known from public modules (CISA ScubaGear, CIPP, M365Permissions,
ExoHelper); the columns of a request are told nowhere, and are invented here.
"""

import json
from datetime import datetime
from typing import Any

from lockbox_site.simulators import server
from lockbox_site.simulators.server import Answer, Call

TENANT = "demo-exchange"
EFFECT = {"Approve": "Approved", "Deny": "Denied", "Cancel": "Canceled"}


class Simulator(server.Simulator):
    scope = TENANT

    def apply(self, number: str, at: datetime | None = None, **terms: Any) -> None:
        now = at or self.now()
        self.requests[number] = {
            "RequestId": number,
            "ApprovalStatus": "Pending",
            "ServiceName": "Exchange",
            "CreatedDate": f"{now:%Y-%m-%dT%H:%M:%S.%f}Z",
            "CreatedDate@data.type": "System.DateTime",
            "Duration": "04:00:00",
            "ServiceRequestNumber": f"SR-{number[-4:]}",
            **terms,
        }

    def example(self, turn: int) -> str:
        number = f"EXSR9{turn:05d}"
        self.apply(number)
        return number

    def state(self, number: str) -> str:
        return str(self.requests[number]["ApprovalStatus"])

    def become(self, number: str, state: str) -> None:
        """Nothing is called expired: its time is long ago."""
        row = self.requests[number]
        if state == "expired":
            row["CreatedDate"] = "2020-01-01T00:00:00.000000Z"
        row["ApprovalStatus"] = {
            "approved": "Approved",
            "denied": "Denied",
            "revoked": "Canceled",
            "expired": "Pending",
        }.get(state, state)

    def operation(self, call: Call) -> tuple[str, str]:
        name, parameters = _called(call)
        number = str(parameters.get("RequestId", ""))
        if name == "Set-AccessToCustomerDataRequest":
            return "decide", number
        return ("get" if number else "list"), number

    def word(self, name: str, call: Call) -> str:
        return str(_called(call)[1]["ApprovalDecision"])

    def perform(self, name: str, number: str, call: Call) -> Answer:
        parameters = _called(call)[1]
        if name == "decide":
            return self._decide(number, parameters)
        if name == "get":
            row = self.requests.get(number)
            return Answer(200, {"value": [row] if row else []})
        status = parameters.get("ApprovalStatus", "")
        rows = [row for row in self.requests.values() if _is(row, status)]
        skip = int(call.query.get("skip", "0"))
        page = self.listed(call, rows[skip : skip + self.page_size])
        answer: dict[str, Any] = {"value": page, "@adminapi.warnings": []}
        if skip + self.page_size < len(rows):
            path = call.target.partition("?")[0]
            scheme = self.url.partition(":")[0]
            here = f"{scheme}://{call.headers['Host']}{path}"
            answer["@odata.nextLink"] = f"{here}?skip={skip + self.page_size}"
        return Answer(200, answer)

    def _decide(self, number: str, parameters: dict[str, Any]) -> Answer:
        row = self.requests.get(number)
        word = parameters["ApprovalDecision"]
        if row is None or row["ApprovalStatus"] != "Pending" or word not in EFFECT:
            kind = "Microsoft.Exchange.Configuration.Tasks.TaskException"
            text = f"The request {number} can't be updated."
            return Answer(400, _error(f"Ex1|{kind}|{text}"))
        row["ApprovalStatus"] = EFFECT[word]
        row["Comment"] = parameters.get("Comment", "")
        self.decisions.append((number, word))
        return Answer(200, {"value": []})

    def error(self, status: int, number: str) -> Answer:
        """Where a tenant asks too much, it is plain text."""
        if status == 429:
            text = "You have reached the maximum number of concurrent requests"
            return Answer(status, text.encode(), {"Content-Type": "text/plain"})
        return Answer(status, _error(f"Ex2|{status}|Refused"))


def _called(call: Call) -> tuple[str, dict[str, Any]]:
    given = json.loads(call.body)["CmdletInput"]
    return given["CmdletName"], given.get("Parameters", {})


def _error(message: str) -> dict[str, Any]:
    return {
        "error": {
            "code": "BadRequest",
            "message": "The cmdlet failed.",
            "details": [{"code": "Context", "message": message}],
        }
    }


def _is(row: dict[str, Any], status: str) -> bool:
    return not status or row["ApprovalStatus"] == status
