"""Calls to the Management Activity API: subscriptions, listings and blobs.

Source: MicrosoftDocs/office-365-management-api, the API's reference (June 2026). Traps:
a refusal for asking too much may be a 403; the next page is told by a header; each call
says who we are.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.exchange_online.audit import is_evidence
from requests_app.providers.exchange_online.client import IDENTITY
from requests_app.providers.http.entra import token
from requests_app.providers.http.exchange import LIMITS, refused, whole_exchange
from requests_app.providers.http.identity import setting
from requests_app.providers.protocol import Reply, Unreachable
from requests_app.providers.reading import (
    LARGEST,
    Piece,
    Unreadable,
    document,
    pieces,
    reading,
)

ENDPOINT = "https://manage.office.com"
SCOPE = "https://manage.office.com/.default"
MOST_PAGES = 1000
NO_SUBSCRIPTION, SWITCHED_OFF, ENABLED = "AF20022", "AF20023", "AF20024"
TOO_MUCH = "AF429"
TOO_OLD = ("AF20030", "AF20055")
GONE = ("AF20050", "AF20051")


class NotSubscribed(Exception):
    """Nothing is kept for us: nobody has asked for it."""


class Expired(Exception):
    """What lies so far back is not had any more."""


class Window(NamedTuple):
    content: str
    since: datetime
    until: datetime


class Feed:
    """Of one tenant, by its id."""

    def __init__(self, tenant: str) -> None:
        host = setting("LOCKBOX_EXCHANGE_LOG_ENDPOINT", ENDPOINT)
        self.tenant = tenant
        self.base = f"{host}/api/v1.0/{quote(tenant, safe='')}/activity/feed"

    def listed(self, window: Window) -> Iterator[str]:
        """The addresses of the blobs that became available in a window. Raises
        NotSubscribed, Expired, Unreachable or Unreadable."""
        query = {
            "contentType": window.content,
            "startTime": f"{window.since:%Y-%m-%dT%H:%M:%S}",
            "endTime": f"{window.until:%Y-%m-%dT%H:%M:%S}",
        }
        url = f"{self.base}/subscriptions/content?{urlencode(query)}"
        for _number in range(MOST_PAGES):
            reply = self._call("GET", url)
            with reading(reply.body):
                addresses = [row["contentUri"] for row in document(reply.body)[0]]
            yield from addresses
            url = reply.headers.get("nextpageuri", "")
            if not url:
                return
        raise Unreachable(_("The list of the log does not end."))

    def records(self, address: str) -> list[Piece]:
        """What of a blob is evidence. One that can't be read is one odd record: it
        hinders nothing that comes after it. Raises Expired or Unreachable."""
        body = self._call("GET", address).body
        try:
            with reading(body):
                rows = pieces(document(body)[1], ())
                return [row for row in rows if is_evidence(row.value)]
        except Unreadable:
            return [Piece(None, body[:LARGEST])]

    def start(self, content: str) -> None:
        """Begin a subscription. Raises Unreachable where it does not begin."""
        query = urlencode({"contentType": content})
        reply = self._call("POST", f"{self.base}/subscriptions/start?{query}")
        with reading(reply.body):
            status = document(reply.body)[0]["status"]
        if status != "enabled":
            raise Unreachable(_switched_off(f"{content}: {status}"))

    def _call(self, method: str, address: Any) -> Reply:
        url = self._own(str(address))
        headers = {"Accept": "application/json", "User-Agent": "Lockbox"}
        # A token never travels unprotected: a simulator on this machine gets none.
        if urlsplit(url).scheme == "https":
            headers["Authorization"] = f"Bearer {token(IDENTITY, SCOPE)}"
        reply = whole_exchange(method, url, headers=headers, **LIMITS)
        if reply.status != 200:
            _refuse(reply)
        return reply

    def _own(self, address: str) -> str:
        """Our token goes to this host and to no other; each call says who we are."""
        here, there = urlsplit(self.base), urlsplit(address)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise Unreachable(_("A part of the log lies at another address."))
        if "PublisherIdentifier=" in there.query:
            return address
        mark = "&" if there.query else "?"
        return f"{address}{mark}{urlencode({'PublisherIdentifier': self.tenant})}"


def _switched_off(words: str) -> str:
    text = _(
        "A subscription to the audit log is switched off at Microsoft; an"
        " administrator of the tenant has to switch it on."
    )
    return f"{text} {words}".strip()[:300]


def _refuse(reply: Reply) -> None:
    """Raises what a refusal means."""
    code, words = "", ""
    try:
        with reading(reply.body):
            error = document(reply.body)[0]["error"]
            code, words = str(error.get("code", "")), str(error.get("message", ""))
    except Unreadable:
        pass
    if code == NO_SUBSCRIPTION:
        raise NotSubscribed
    if code in GONE or code in TOO_OLD:
        raise Expired
    if code == SWITCHED_OFF:
        raise Unreachable(_switched_off(words))
    if code == ENABLED:
        raise Unreachable(_("The subscription has just been started at Microsoft."))
    if code == TOO_MUCH or reply.status == 429:
        raise Unreachable(_("Microsoft was asked too much."), reply.retry_after)
    raise refused(reply, f"{code} {words}")
