"""Talking to Operator Access Control: approve, reject, review, ask, revoke."""

import json
from collections.abc import Iterator

from requests_app.providers.http.identity import setting
from requests_app.providers.oracle import signing
from requests_app.providers.oracle.answers import CALLS
from requests_app.providers.oracle.asking import Asking, refuse
from requests_app.providers.oracle.payloads import (
    EXTENDING,
    MARK,
    application,
    applications,
    extension_of,
)
from requests_app.providers.protocol import Connector, Reply, Standing, Utterance
from requests_app.providers.reading import Piece, reading, text_of

HOST = "https://operator-access-control.{region}.oci.oraclecloud.com"


def connect(compartment: str) -> Connector:
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

    def dialogue(self, number: str) -> Iterator[Utterance]:
        own = number.partition(MARK)[0]
        url = f"{self.asking.address(own)}/interactions"
        reply = signing.call("GET", url, {"limit": "100"})
        refuse(reply)
        with reading(reply.body):
            for piece in applications(reply.body):
                yield Utterance(
                    text_of(piece.value.get("id"), "id"),
                    text_of(piece.value.get("message"), "message"),
                    text_of(piece.value.get("userType"), "userType").lower()
                    == "operator",
                )

    def ask(self, number: str, text: str) -> Reply:
        body = json.dumps({"moreInfoDetails": text}, ensure_ascii=False).encode()
        return self._act(number, "interactionRequest", body)

    def events(self, number: str) -> Iterator[Piece]:
        """They are in an audit report, in words."""
        return iter(())

    def standing(self) -> Iterator[Standing]:
        return self.asking.standing()

    def _act(self, number: str, act: str, body: bytes) -> Reply:
        return self.asking.act(number.partition(MARK)[0], f"action/{act}", body)
