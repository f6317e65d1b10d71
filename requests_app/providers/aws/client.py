"""Talking to IAM about delegation requests: list, get, accept, reject, release.

Traps: there is no paginator; the mark of another page is `isTruncated`, in lower case.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.aws.payloads import CONCLUDED
from requests_app.providers.aws.session import iam
from requests_app.providers.protocol import (
    Connector,
    Reply,
    Standing,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import Piece

CALLS = {
    "approve": "accept_delegation_request",
    "deny": "reject_delegation_request",
    "release": "send_delegation_token",
}
MOST_PAGES = 200
# Refused, and not for good: what these say passes.
PASSING = ("ConcurrentModification", "Throttling", "RequestLimitExceeded")
PAGE = 100


def connect(account: str) -> Connector:
    return Delegations(account)


class Delegations:
    """The connector of one account: the one whose identity asks."""

    def __init__(self, account: str) -> None:
        self.account = account

    def pending(self) -> Iterator[Piece]:
        for piece in self.every():
            if piece.value.get("State") not in CONCLUDED:
                yield piece

    def every(self) -> Iterator[Piece]:
        more: dict[str, Any] = {}
        for _page in range(MOST_PAGES):
            reply = _read("list_delegation_requests", MaxItems=PAGE, **more)
            for row in reply.get("DelegationRequests", []):
                # Another account's are another connection's.
                if row.get("OwnerAccountId", self.account) == self.account:
                    yield _piece(row)
            if not reply.get("isTruncated"):
                return
            more = {"Marker": reply.get("Marker")}
        raise Unreachable(_("The list of requests does not end."))

    def get(self, number: str) -> Piece:
        reply = _read("get_delegation_request", DelegationRequestId=number)
        return _piece(reply.get("DelegationRequest", {}))

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        if word == "approve" and self.get(number).value.get("State") == "UNASSIGNED":
            taken = _call("associate_delegation_request", DelegationRequestId=number)
            if taken.status >= 300:
                return taken
        more = json.loads(body)
        return _call(CALLS[word], DelegationRequestId=number, **more)

    def events(self, number: str) -> Iterator[Piece]:
        """CloudTrail tells them."""
        return iter(())

    def standing(self) -> Iterator[Standing]:
        trouble = ""
        try:
            next(self.pending(), None)
        except Unreachable as error:
            trouble = str(error)
        yield Standing(_("The requests can be listed"), trouble)


def _read(name: str, **terms: Any) -> dict[str, Any]:
    """What a reading call answers. Raises Unreachable or Unknown."""
    reply, refusal = _answer(name, terms)
    if refusal.get("Code") == "NoSuchEntity":
        number = terms.get("DelegationRequestId", "")
        raise Unknown(_("It does not know request %(number)s.") % {"number": number})
    if refusal:
        raise Unreachable(f"{refusal.get('Code')}: {refusal.get('Message')}"[:300])
    return reply


def _call(name: str, **terms: Any) -> Reply:
    """What a call that changes something comes to."""
    reply, refusal = _answer(name, terms)
    status = reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if str(refusal.get("Code")).startswith(PASSING):
        status = 429
    return Reply(status, json.dumps(refusal or reply, default=_text).encode())


def _answer(name: str, terms: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What botocore read, and the refusal in it. Raises Unreachable for all else."""
    client = iam()
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return getattr(client, name)(**terms), {}
    except ClientError as error:
        return error.response, error.response.get("Error") or {"Code": "?"}
    except BotoCoreError as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error


def _piece(row: dict[str, Any]) -> Piece:
    """As JSON, times as IAM wrote them: botocore reads them into this clock's zone."""
    raw = json.dumps(row, default=_text, ensure_ascii=False)
    return Piece(json.loads(raw), raw.encode())


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
