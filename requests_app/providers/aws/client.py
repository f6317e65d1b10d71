"""Client: session."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.aws import CONCLUDED
from requests_app.providers.http import LIMITS, whole_exchange
from requests_app.providers.protocol import (
    Connector,
    Reply,
    Standing,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import Piece
from requests_app.providers.secrets import setting

# botocore, where it is installed: it signs and reads, our own exchange sends.

ENDPOINT = "https://iam.amazonaws.com"
LOG_ENDPOINT = "https://cloudtrail.{region}.amazonaws.com"
# IAM is signed for this region, wherever it is asked from.
REGION = "us-east-1"


class _Raw:
    """A body that has been read, as botocore wants one."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, *_args: Any, **_more: Any) -> Iterator[bytes]:
        yield self.body


class Sender:
    """In the place of botocore's own HTTP: a deadline for the whole, no redirects."""

    def send(self, request: Any) -> Any:
        from botocore.awsrequest import AWSResponse

        reply = whole_exchange(
            request.method,
            request.url,
            content=request.body,
            headers=dict(request.headers),
            **LIMITS,
        )
        headers = {"content-type": reply.headers.get("content-type", "text/xml")}
        if reply.retry_after is not None:
            headers["retry-after"] = str(reply.retry_after)
        return AWSResponse(request.url, reply.status, headers, _Raw(reply.body))

    def close(self) -> None:
        pass


def iam() -> Any:
    """A client of IAM. Raises Unreachable, in words that say what is missing."""
    return _made("iam", REGION, setting("LOCKBOX_AWS_ENDPOINT", ENDPOINT))


def cloudtrail(region: str) -> Any:
    """A client of CloudTrail in a region. Raises as `iam`."""
    endpoint = setting("LOCKBOX_AWS_LOG_ENDPOINT", LOG_ENDPOINT.format(region=region))
    return _made("cloudtrail", region, endpoint)


def _made(service: str, region: str, endpoint: str) -> Any:
    profile = setting("LOCKBOX_AWS_PROFILE", "-")
    try:
        return _client(service, region, endpoint, profile)
    except ImportError as error:
        trouble = _("botocore is not installed: install lockbox[aws].")
        raise Unreachable(trouble) from error
    except Exception as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error


@lru_cache(maxsize=32)
def _client(service: str, region: str, endpoint: str, profile: str) -> Any:
    import botocore.config
    import botocore.session

    session = botocore.session.Session(profile=None if profile == "-" else profile)
    keys = {}
    if urlsplit(endpoint).scheme != "https":
        # A simulator on this machine: nobody's keys sign for it.
        keys = {"aws_access_key_id": "simulated", "aws_secret_access_key": "-"}
    client = session.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
        **keys,
    )
    client._endpoint.http_session = Sender()
    return client


# Talking to IAM about delegation requests: list, get, accept, reject, release.
#
# Traps: there is no paginator; the mark of another page is `isTruncated`, in lower
# case.

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
