"""Calling Exchange Online's cmdlets over HTTP, as an application with a certificate.

`POST …/adminapi/beta/{tenant}/InvokeCommand`; Microsoft tells of it nowhere. Traps: the
next page is asked for by the same body again; a refusal's words lie in one of three
places, or it is plain text.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from django.utils.translation import gettext as _

from requests_app.providers.exchange_online.payloads import application, applications
from requests_app.providers.http.entra import Names, certificate_ends, token
from requests_app.providers.http.exchange import refused, whole_exchange
from requests_app.providers.http.identity import setting
from requests_app.providers.protocol import (
    Connector,
    Reply,
    Standing,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import Piece, Unreadable, document, reading

IDENTITY = Names(
    tenant="LOCKBOX_EXCHANGE_TENANT_ID",
    client="LOCKBOX_EXCHANGE_CLIENT_ID",
    certificate="LOCKBOX_EXCHANGE_CERTIFICATE_FILE",
)
ENDPOINT = "https://outlook.office365.com"
SCOPE = "https://outlook.office365.com/.default"
GET, SET = "Get-AccessToCustomerDataRequest", "Set-AccessToCustomerDataRequest"
# Exchange's own mailbox, by which a call without a user finds the tenant's servers.
ANCHOR = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@"
# Seconds to connect, and for each read; and for a whole call, however slowly it drips.
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
LONGEST = 30.0
MOST_PAGES = 100
MOST_BYTES = 20 * 1024 * 1024
# A certificate is to be replaced while there is time.
NOTICE = timedelta(days=30)


def connect(tenant: str) -> Connector:
    return ExchangeLockbox(tenant)


class ExchangeLockbox:
    """The connector of one tenant."""

    def __init__(self, tenant: str) -> None:
        base = setting("LOCKBOX_EXCHANGE_ONLINE_ENDPOINT", ENDPOINT)
        self.tenant = tenant
        self.url = f"{base}/adminapi/beta/{quote(tenant, safe='')}/InvokeCommand"

    def pending(self) -> Iterator[Piece]:
        """Every request that waits. Raises Unreachable or Unreadable."""
        return self._rows(ApprovalStatus="Pending")

    def every(self) -> Iterator[Piece]:
        """Whatever its status. Raises Unreachable or Unreadable."""
        return self._rows()

    def get(self, number: str) -> Piece:
        """One request as it is now. Raises Unreachable, Unknown or Unreadable."""
        for piece in self._rows(RequestId=number):
            with reading(piece.raw):
                shown = application(piece.value).external_id
            if shown.lower() == number.lower():
                return piece
        raise Unknown(_("It does not know request %(number)s.") % {"number": number})

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        return self._invoke(self.url, SET, {"RequestId": number, **json.loads(body)})

    def events(self, number: str) -> Iterator[Piece]:
        """Exchange does not tell what was done."""
        return iter(())

    def standing(self) -> Iterator[Standing]:
        """Our certificate lasts, and the application may list the requests."""
        for name, ask in (
            (_("The certificate is valid for 30 days more"), self._ask_certificate),
            (_("The requests of the tenant can be listed"), self._ask_for_one),
        ):
            trouble = ""
            try:
                ask()
            except (Unreachable, Unreadable) as error:
                trouble = str(error)
            yield Standing(name, trouble)

    def _ask_certificate(self) -> None:
        ends = certificate_ends(IDENTITY)
        if ends < datetime.now(UTC) + NOTICE:
            text = _("It runs out on %(day)s: put a new one there before that.")
            raise Unreachable(text % {"day": f"{ends:%Y-%m-%d}"})

    def _ask_for_one(self) -> None:
        next(self.pending(), None)

    def _rows(self, **parameters: str) -> Iterator[Piece]:
        url: str | None = self.url
        for _page in range(MOST_PAGES):
            if url is None:
                return
            reply = self._invoke(url, GET, parameters)
            if reply.status != 200:
                raise refused(reply, _words_of(reply.body))
            with reading(reply.body):
                rows = list(applications(reply.body))
            yield from rows
            url = self._next(reply.body)
        raise Unreachable(_("The list of requests does not end."))

    def _next(self, body: bytes) -> str | None:
        value, _text = document(body)
        link = value.get("@odata.nextLink") if isinstance(value, dict) else None
        if not link:
            return None
        with reading(body):
            here, there = urlsplit(self.url), urlsplit(str(link))
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            # Our token goes to this host and to no other.
            raise Unreachable(_("The next page lies at another address."))
        return str(link)

    def _invoke(self, url: str, cmdlet: str, parameters: dict[str, Any]) -> Reply:
        called = {"CmdletName": cmdlet, "Parameters": parameters}
        return whole_exchange(
            "POST",
            url,
            timeout=TIMEOUT,
            longest=LONGEST,
            most_bytes=MOST_BYTES,
            headers={**self._headers(), **_authorization(url)},
            content=json.dumps({"CmdletInput": called}, ensure_ascii=False).encode(),
        )

    def _headers(self) -> dict[str, str]:
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
            "Prefer": "odata.maxpagesize=1000",
            "X-ResponseFormat": "json",
            "X-AnchorMailbox": f"{ANCHOR}{self.tenant}",
            "client-request-id": str(uuid.uuid4()),
            # Not Microsoft's own module, and nobody is to believe so.
            "User-Agent": "Lockbox",
        }


def _authorization(url: str) -> dict[str, str]:
    # A token never travels unprotected: a stand-in on this machine gets none.
    if urlsplit(url).scheme != "https":
        return {}
    return {"Authorization": f"Bearer {token(IDENTITY, SCOPE)}"}


def _words_of(body: bytes) -> str:
    """Where public modules look for them: the cmdlet's “type|class|text”, what lay
    beneath, what the server says; or plain text."""
    try:
        error = document(body)[0]["error"]
    except (Unreadable, KeyError, TypeError, IndexError):
        return " ".join(body[:1000].decode("utf-8", "replace").split())
    for path in (
        ("details", "message"),
        ("innererror", "internalException", "message"),
        ("message",),
    ):
        if words := _at(error, path):
            return words.rpartition("|")[2].strip()
    return ""


def _at(value: Any, path: tuple[str, ...]) -> str:
    for name in path:
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
