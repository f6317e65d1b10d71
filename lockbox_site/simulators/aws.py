"""A small IAM that knows delegation requests alone: its form posts, its XML."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from lockbox_site.simulators import server
from lockbox_site.simulators.server import Answer, Call

ACCOUNT = "123456789012"
OPERATIONS = {
    "ListDelegationRequests": "list",
    "GetDelegationRequest": "get",
    "AcceptDelegationRequest": "decide",
    "RejectDelegationRequest": "decide",
    "AssociateDelegationRequest": "associate",
    "SendDelegationToken": "release",
}
WORDS = {
    "AcceptDelegationRequest": "approve",
    "RejectDelegationRequest": "deny",
    "AssociateDelegationRequest": "associate",
    "SendDelegationToken": "release",
}
# From which states each is taken, and what comes of it.
MOVES = {
    "approve": (("ASSIGNED", "PENDING_APPROVAL"), "ACCEPTED"),
    "deny": (("ASSIGNED", "PENDING_APPROVAL", "ACCEPTED"), "REJECTED"),
    "release": (("ACCEPTED",), "FINALIZED"),
    "associate": (("UNASSIGNED",), "ASSIGNED"),
}
STATES = {"approved": "FINALIZED", "denied": "REJECTED", "expired": "EXPIRED"}
NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


class Simulator(server.Simulator):
    scope = ACCOUNT

    def apply(self, number: str, at: datetime | None = None, **terms: Any) -> None:
        now = at or self.now()
        self.requests[number] = {
            "DelegationRequestId": number,
            "OwnerAccountId": ACCOUNT,
            "Description": "Set up monitoring (invented)",
            "RequestMessage": "As agreed",
            "Permissions": {"PolicyTemplateArn": "arn:aws:iam::aws:template/Monitor"},
            "PermissionPolicy": '{"Version":"2012-10-17","Statement":[]}',
            "State": "ASSIGNED",
            "ExpirationTime": _moment(now + timedelta(days=7)),
            "RequestorId": "210987654321",
            "RequestorName": "Exempelpartner",
            "CreateDate": _moment(now),
            "SessionDuration": 3600,
            **terms,
        }

    def example(self, turn: int) -> str:
        number = f"dr-simulated-{turn:06d}"
        self.apply(number)
        return number

    def state(self, number: str) -> str:
        return str(self.requests[number]["State"])

    def become(self, number: str, state: str) -> None:
        self.requests[number]["State"] = STATES.get(state, state.upper())

    def operation(self, call: Call) -> tuple[str, str]:
        form = _form(call)
        name = OPERATIONS[form["Action"]]
        return name, form.get("DelegationRequestId", "")

    def word(self, name: str, call: Call) -> str:
        return WORDS[_form(call)["Action"]]

    def perform(self, name: str, number: str, call: Call) -> Answer:
        form = _form(call)
        if name == "list":
            return self._list(call, form)
        row = self.requests.get(number)
        if row is None:
            return self._error(404, "NoSuchEntity")
        if name == "get":
            return _answer(form["Action"], {"DelegationRequest": row})
        word = self.word(name, call)
        begins, becomes = MOVES[word]
        if row["State"] not in begins:
            return self._error(400, "InvalidInput")
        row["State"] = becomes
        if word == "associate":
            row["OwnerId"] = f"arn:aws:iam::{ACCOUNT}:role/lockbox"
        elif word == "deny" and form.get("Notes"):
            row["RejectionReason"] = form["Notes"]
        self.decisions.append((number, word))
        return _answer(form["Action"], None)

    def _list(self, call: Call, form: dict[str, str]) -> Answer:
        rows = list(self.requests.values())
        at, size = int(form.get("Marker", "0")), self.page_size
        size = min(size, int(form.get("MaxItems", size)))
        page = self.listed(call, rows[at : at + size])
        is_cut = at + size < len(rows)
        more = {"Marker": str(at + size)} if is_cut else {}
        shown = {"DelegationRequests": page, **more, "isTruncated": is_cut}
        return _answer(form["Action"], shown)

    def error(self, status: int, number: str) -> Answer:
        codes = {429: "Throttling", 400: "InvalidInput", 403: "AccessDenied"}
        return self._error(status, codes.get(status, "ServiceFailure"))

    def _error(self, status: int, code: str) -> Answer:
        inside = _xml("Code", code) + _xml("Message", code)
        body = f"<Error><Type>Sender</Type>{inside}</Error><RequestId>1</RequestId>"
        return _sent(
            status, f'<ErrorResponse xmlns="{NAMESPACE}">{body}</ErrorResponse>'
        )


def _form(call: Call) -> dict[str, str]:
    values = parse_qs(call.body.decode(), keep_blank_values=True)
    return {name: value[0] for name, value in values.items()}


def _answer(action: str, result: dict[str, Any] | None) -> Answer:
    inside = "" if result is None else _xml(f"{action}Result", result)
    inside += "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"
    name = f"{action}Response"
    return _sent(200, f'<{name} xmlns="{NAMESPACE}">{inside}</{name}>')


def _sent(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), {"Content-Type": "text/xml"})


def _xml(name: str, value: Any) -> str:
    kinds: dict[type, Callable[[Any], str]] = {
        dict: lambda row: "".join(_xml(key, item) for key, item in row.items()),
        list: lambda rows: "".join(_xml("member", row) for row in rows),
        bool: lambda flag: str(flag).lower(),
    }
    inside = kinds.get(type(value), lambda text: escape(str(text)))(value)
    return f"<{name}>{inside}</{name}>"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
