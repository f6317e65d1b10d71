"""A small Google Cloud Access Approval (v1): the life of a request, and signatures."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lockbox_site.simulators import server
from lockbox_site.simulators.faults import UNKNOWN_STATUS
from lockbox_site.simulators.server import Answer, Call

PROJECT = "projects/demo-simulated"
WORDS = {"approve": "approve", "dismiss": "deny", "invalidate": "revoke"}


class Simulator(server.Simulator):
    """`public_key` is what signs its approvals; `forges` signs by another key."""

    scope = PROJECT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.forges = False

    @property
    def public_key(self) -> bytes:
        pem = serialization.Encoding.PEM
        whole = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(pem, whole)

    def apply(self, number: str, at: datetime | None = None, **terms: Any) -> None:
        now = at or self.now()
        self.requests[number] = {
            "name": number,
            "requestedResourceName": "projects/123456",
            "requestedReason": {
                "detail": "Case number: bar123",
                "type": "CUSTOMER_INITIATED_SUPPORT",
            },
            "requestedLocations": {
                "principalOfficeCountry": "US",
                "principalPhysicalLocationCountry": "US",
            },
            "requestTime": _moment(now),
            "requestedExpiration": _moment(now + timedelta(days=5)),
            **terms,
        }

    def example(self, turn: int) -> str:
        number = f"{PROJECT}/approvalRequests/G-{turn:03d}"
        self.apply(number, requestedResourceName=PROJECT)
        return number

    def state(self, number: str) -> str:
        row = self.requests[number]
        if "approve" in row:
            return "invalidated" if "invalidateTime" in row["approve"] else "approved"
        if "dismiss" in row:
            return "expired" if row["dismiss"].get("implicit") else "dismissed"
        return str(row.get("state", "pending"))

    def become(self, number: str, state: str) -> None:
        row = self.requests[number]
        now = _moment(self.now())
        row.pop("approve", None)
        row.pop("dismiss", None)
        if state in ("approved", "revoked"):
            self._approve(row, _moment(self.now() + timedelta(hours=1)))
        if state == "revoked":
            row["approve"]["invalidateTime"] = now
        elif state in ("denied", "expired"):
            row["dismiss"] = {"dismissTime": now, "implicit": state == "expired"}
        elif state != "approved":
            row["state"] = state or UNKNOWN_STATUS

    def _approve(self, row: dict[str, Any], ends: str) -> None:
        signed = _field(1, row["name"]) + _field(2, row["requestedResourceName"])
        key = ec.generate_private_key(ec.SECP256R1()) if self.forges else self.key
        row["approve"] = {
            "approveTime": _moment(self.now()),
            "expireTime": ends,
            "signatureInfo": {
                "signature": _base64(key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "googlePublicKeyPem": self.public_key.decode(),
                "googleKeyAlgorithm": "EC_SIGN_P256_SHA256",
                "serializedApprovalRequest": _base64(signed),
            },
        }

    def operation(self, call: Call) -> tuple[str, str]:
        name, _colon, act = "/".join(call.path[1:]).partition(":")
        if call.path[-1] == "approvalRequests":
            return "list", ""
        if not act:
            return "get", name
        return "revoke" if act == "invalidate" else "decide", name

    def word(self, name: str, call: Call) -> str:
        return WORDS[call.path[-1].partition(":")[2]]

    def perform(self, name: str, number: str, call: Call) -> Answer:
        if name == "list":
            return self._list(call)
        row = self.requests.get(number)
        if row is None:
            return self.error(404, number)
        if name == "get":
            return Answer(200, row)
        word = self.word(name, call)
        if self.state(number) != ("approved" if word == "revoke" else "pending"):
            return self.error(400, number)
        if word == "approve":
            default = _moment(self.now() + timedelta(days=30))
            self._approve(row, json.loads(call.body).get("expireTime", default))
        else:
            self.become(number, {"deny": "denied", "revoke": "revoked"}[word])
        self.decisions.append((number, word))
        return Answer(200, row)

    def _list(self, call: Call) -> Answer:
        is_pending = call.query.get("filter") == "PENDING"
        rows = [
            row
            for number, row in self.requests.items()
            if not is_pending or not {"approve", "dismiss"} & set(row)
        ]
        at = int(call.query.get("pageToken", "0"))
        page = rows[at : at + self.page_size]
        answer: dict[str, Any] = {"approvalRequests": self.listed(call, page)}
        if at + self.page_size < len(rows):
            answer["nextPageToken"] = str(at + self.page_size)
        return Answer(200, answer if page else {})

    def error(self, status: int, number: str) -> Answer:
        word = {404: "NOT_FOUND", 400: "FAILED_PRECONDITION"}.get(status, "UNAVAILABLE")
        refusal = {"code": status, "message": word, "status": word}
        return Answer(status, {"error": refusal})


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _field(number: int, text: str) -> bytes:
    """A text as a field of a protobuf message, of at most 16,383 bytes."""
    raw = text.encode()
    low, high = len(raw) & 0x7F, len(raw) >> 7
    size = bytes([low | 0x80, high]) if high else bytes([low])
    return bytes([number << 3 | 2]) + size + raw
