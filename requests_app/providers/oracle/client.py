"""Client: asking and signing."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.translation import gettext as _

from requests_app.providers.http import LIMITS, refused, whole_exchange
from requests_app.providers.oracle import (
    CALLS,
    EXTENDING,
    MARK,
    application,
    applications,
    extension_of,
    report,
)
from requests_app.providers.protocol import (
    Correspondent,
    Reply,
    Standing,
    ThreadMessage,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import Piece, Unreadable, instant, reading, text_of
from requests_app.providers.secrets import setting

# Requests to Oracle, signed as its HTTP signatures want it (RSA-SHA256).

SIGNED = ("date", "(request-target)", "host")
WITH_BODY = (*SIGNED, "content-length", "content-type", "x-content-sha256")


def call(
    method: str, url: str, query: dict[str, str], body: bytes | None = None
) -> Reply:
    """Raises Unreachable, after which it may have taken effect or not."""
    if query:
        url = f"{url}?{urlencode(query)}"
    headers = _headers(url, body)
    # A simulator on this machine may be asked without a key.
    if setting("LOCKBOX_ORACLE_KEY_ID", "-") != "-" or url.startswith("https:"):
        headers["authorization"] = _authorization(headers, method, url)
    return whole_exchange(method, url, content=body, headers=headers, **LIMITS)


def _headers(url: str, body: bytes | None) -> dict[str, str]:
    headers = {
        "date": formatdate(usegmt=True),
        "host": urlsplit(url).netloc,
        "accept": "application/json",
    }
    if body is not None:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers["content-type"] = "application/json"
        headers["content-length"] = str(len(body))
        headers["x-content-sha256"] = digest
    return headers


def _authorization(headers: dict[str, str], method: str, url: str) -> str:
    names = WITH_BODY if "x-content-sha256" in headers else SIGNED
    signature = _key().sign(
        _signing_string(headers, method, url, names), padding.PKCS1v15(), SHA256()
    )
    parts = {
        "version": "1",
        "keyId": setting("LOCKBOX_ORACLE_KEY_ID"),
        "algorithm": "rsa-sha256",
        "headers": " ".join(names),
        "signature": base64.b64encode(signature).decode(),
    }
    pairs = ",".join(f'{name}="{value}"' for name, value in parts.items())
    return f"Signature {pairs}"


def _signing_string(
    headers: dict[str, str], method: str, url: str, names: tuple[str, ...]
) -> bytes:
    parts = urlsplit(url)
    target = f"{method.lower()} {parts.path}{'?' + parts.query if parts.query else ''}"
    values = {**headers, "(request-target)": target}
    return "\n".join(f"{name}: {values[name]}" for name in names).encode()


def _key() -> Any:
    """Raises Unreachable for a file that is missing or holds no such key."""
    path = setting("LOCKBOX_ORACLE_PRIVATE_KEY_FILE")
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise Unreachable(f"{type(error).__name__}: {path}") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Unreachable(_("The key at %(path)s is no RSA key.") % {"path": path})
    return key


# What Oracle's two interfaces share: signed calls, pages, one request as it is.

MOST_PAGES = 200
PAGE = "100"


class Asking:
    """`base` is where the requests lie, `scope` what narrows their list."""

    def __init__(
        self, base: str, scope: dict[str, str], read: Callable[[bytes], Iterator[Piece]]
    ) -> None:
        self.base, self.scope, self.read = base, scope, read

    def listed(self) -> Iterator[Any]:
        """Summaries, page by page. Raises Unreachable or Unreadable."""
        query = {**self.scope, "limit": PAGE}
        for _page in range(MOST_PAGES):
            reply = call("GET", f"{self.base}/accessRequests", query)
            refuse(reply)
            with reading(reply.body):
                yield from [piece.value for piece in self.read(reply.body)]
            more = reply.headers.get("opc-next-page")
            if not more:
                return
            query["page"] = more
        raise Unreachable(_("The list of requests does not end."))

    def whole(self) -> Iterator[Piece]:
        """Each request whole: a list leaves out what a decision rests on."""
        for row in list(self.listed()):
            number = row.get("id") if isinstance(row, dict) else None
            if number:
                yield self.one(str(number))

    def one(self, number: str) -> Piece:
        reply = call("GET", self.address(number), {})
        if reply.status == 404:
            raise Unknown(
                _("It does not know request %(number)s.") % {"number": number}
            )
        refuse(reply)
        with reading(reply.body):
            shown = list(self.read(reply.body))
        if len(shown) != 1:
            raise Unreadable(_("The provider does not show the request."), reply.body)
        return shown[0]

    def act(self, number: str, act: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        return call("POST", f"{self.address(number)}/{act}", {}, body)

    def address(self, number: str) -> str:
        return f"{self.base}/accessRequests/{quote(number, safe='')}"

    def standing(self) -> Iterator[Standing]:
        trouble = ""
        try:
            next(self.listed(), None)
        except (Unreachable, Unreadable) as error:
            trouble = str(error)
        yield Standing(_("The requests can be listed"), trouble)


def refuse(reply: Reply) -> None:
    if reply.status != 200:
        raise refused(reply)


# Talking to Operator Access Control: approve, reject, review, ask, revoke.

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
        reply = call("GET", url, {"limit": "100"})
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
        reply = call("GET", f"{self.asking.address(own)}/auditLogReport", {})
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
