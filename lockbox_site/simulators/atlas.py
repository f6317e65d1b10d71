"""A small MongoDB Atlas: clusters, opened and closed to MongoDB's employees."""

import json
from datetime import datetime, timedelta
from typing import Any

from lockbox_site.simulators import server
from lockbox_site.simulators.server import Answer, Call

GRANT = "mongoDBEmployeeAccessGrant"
TYPE = "CLUSTER_DATABASE_LOGS"
MEDIA = {"Content-Type": "application/vnd.atlas.2024-08-05+json"}


class Simulator(server.Simulator):
    """`requests` are clusters, by name: nobody asks, whoever has the project opens."""

    scope = "demo-atlas-project"

    def apply(self, number: str, at: datetime | None = None, **terms: Any) -> None:
        self.requests[number] = {"name": number, "stateName": "IDLE", **terms}

    def example(self, turn: int) -> str:
        number = f"cluster{turn - 1}"
        self.apply(number)
        return number

    def read_as(self, number: str) -> Any:
        return {"number": number, "cluster": self.requests[number]}

    def state(self, number: str) -> str:
        grant = self.requests[number].get(GRANT)
        is_open = f"open until {grant['expirationTime']}" if grant else "closed"
        return f"{is_open}, {self.requests[number]['stateName']}"

    def become(self, number: str, state: str) -> None:
        self.requests[number].pop(GRANT, None)
        self.requests[number]["stateName"] = state.upper()
        if state == "approved":
            ends = self.now() + timedelta(hours=24)
            self.requests[number][GRANT] = _grant(TYPE, f"{ends:%Y-%m-%dT%H:%M:%SZ}")

    def operation(self, call: Call) -> tuple[str, str]:
        last = call.path[-1]
        if last == "clusters":
            return "list", ""
        name, _colon, verb = last.partition(":")
        return ("decide", name) if verb else ("get", name)

    def word(self, name: str, call: Call) -> str:
        return call.path[-1].partition(":")[2].removesuffix("MongoDBEmployeeAccess")

    def perform(self, name: str, number: str, call: Call) -> Answer:
        self._close_in_time()
        if name == "list":
            rows = self.listed(call, list(self.requests.values()))
            return Answer(200, {"results": rows, "totalCount": len(rows)}, MEDIA)
        if number not in self.requests:
            return self.error(404, number)
        row = self.requests[number]
        if name == "get":
            return Answer(200, row, MEDIA)
        word = self.word(name, call)
        if word == "grant":
            body = json.loads(call.body)
            row[GRANT] = _grant(body["grantType"], body["expirationTime"])
        elif GRANT not in row:
            return self.error(409, number)
        else:
            del row[GRANT]
        self.decisions.append((number, word))
        return Answer(204, b"", MEDIA)

    def _close_in_time(self) -> None:
        for row in self.requests.values():
            ends = row.get(GRANT, {}).get("expirationTime")
            if ends and datetime.fromisoformat(ends) <= self.now():
                del row[GRANT]

    def error(self, status: int, number: str) -> Answer:
        detail = f"The cluster {number} refused."
        return Answer(status, {"error": status, "detail": detail, "errorCode": "X"})


def _grant(kind: str, ends: str) -> dict[str, str]:
    return {"grantType": kind, "expirationTime": ends}
