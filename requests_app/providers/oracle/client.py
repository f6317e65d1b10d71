"""Talking to Operator Access Control: approve, reject, review, ask, revoke."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.http.identity import setting
from requests_app.providers.oracle import report, signing
from requests_app.providers.oracle.answers import CALLS
from requests_app.providers.oracle.asking import Asking, refuse
from requests_app.providers.oracle.payloads import (
    EXTENDING,
    MARK,
    application,
    applications,
    extension_of,
)
from requests_app.providers.protocol import (
    Correspondent,
    Reply,
    Standing,
    ThreadMessage,
)
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    instant,
    reading,
    text_of,
)

HOST = "https://operator-access-control.{region}.oci.oraclecloud.com"


def connect(compartment: str) -> Correspondent:
    return OperatorAccess(compartment)


class OperatorAccess:
    """The connector of one compartment."""

    def __init__(self, compartment: str) -> None:
        own = setting("LOCKBOX_ORACLE_ENDPOINT", "-")
        if own == "-":
            own = HOST.format(region=setting("LOCKBOX_ORACLE_REGION"))
        scope = {"compartmentId": compartment}
        self.asking = Asking(f"{own}/20200630", scope, applications)

    def pending(self) -> Iterator[Piece]:
        for piece in self.every():
            with reading(piece.raw):
                waits = not application(piece.value).concluded
            if waits:
                yield piece

    def every(self) -> Iterator[Piece]:
        for piece in self.asking.whole():
            yield piece
            if piece.value.get("lifecycleState") == EXTENDING:
                yield extension_of(piece)

    def get(self, number: str) -> Piece:
        own, mark, _hours = number.partition(MARK)
        shown = self.asking.one(own)
        return extension_of(shown) if mark else shown

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        return self._act(number, CALLS[word], body)

    def acknowledge(self, number: str) -> Reply:
        return self._act(number, "review", b"{}")

    def thread(self, number: str) -> str:
        return number.partition(MARK)[0]

    def messages(
        self, thread: str, since: datetime | None = None
    ) -> Iterator[ThreadMessage]:
        url = f"{self.asking.address(thread)}/interactions"
        reply = signing.call("GET", url, {"limit": "100"})
        refuse(reply)
        with reading(reply.body):
            rows = [_message(piece.value) for piece in applications(reply.body)]
        yield from (row for row in rows if since is None or row.at >= since)

    def has_message(self, thread: str, key: str) -> bool:
        """Oracle has no keys of ours: a question ends with its own."""
        return any(key in row.text for row in self.messages(thread))

    def say(self, thread: str, key: str, subject: str, text: str) -> Reply:
        whole = {"moreInfoDetails": f"{text}\n\n({key})"}
        body = json.dumps(whole, ensure_ascii=False).encode()
        return self._act(thread, "interactionRequest", body)

    def events(self, number: str) -> Iterator[Piece]:
        """From the audit report. That of an extension is the request's own."""
        own, mark, _hours = number.partition(MARK)
        if mark:
            return
        reply = signing.call("GET", f"{self.asking.address(own)}/auditLogReport", {})
        refuse(reply)
        yield from report.acts(own, reply.body)

    def standing(self) -> Iterator[Standing]:
        return self.asking.standing()

    def _act(self, number: str, act: str, body: bytes) -> Reply:
        return self.asking.act(number.partition(MARK)[0], f"action/{act}", body)


def _message(value: dict[str, Any]) -> ThreadMessage:
    at = instant(value.get("timeOfConversation"), "timeOfConversation")
    if at is None:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "timeOfConversation"})
    kind = text_of(value.get("userType"), "userType").lower()
    text = text_of(value.get("message"), "message").strip()
    return ThreadMessage(
        text_of(value.get("id"), "id")[:200], kind == "operator", text, at
    )
