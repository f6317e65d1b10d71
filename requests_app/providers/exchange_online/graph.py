"""Calls to Microsoft Graph as ourselves, for one tenant.

Source: microsoftgraph/microsoft-graph-docs-contrib, version 1.0 of the API.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.exchange_online.client import IDENTITY
from requests_app.providers.http.entra import token
from requests_app.providers.http.exchange import LIMITS, refused, whole_exchange
from requests_app.providers.http.identity import setting
from requests_app.providers.protocol import Reply, Unreachable
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    document,
    pieces,
    reading,
)

ENDPOINT = "https://graph.microsoft.com"
SCOPE = "https://graph.microsoft.com/.default"


def address(path: str, **query: str) -> str:
    base = setting("LOCKBOX_GRAPH_ENDPOINT", ENDPOINT)
    return f"{base}/v1.0/{path}{'?' if query else ''}{urlencode(query)}"


def call(method: str, url: str, **more: Any) -> Reply:
    """Raises Unreachable."""
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    # A token never travels unprotected: a simulator on this machine gets none.
    if urlsplit(url).scheme == "https":
        headers["Authorization"] = f"Bearer {token(IDENTITY, SCOPE)}"
    return whole_exchange(method, url, headers=headers, **LIMITS, **more)


def page(url: str) -> tuple[list[Piece], str]:
    """The rows at this address, and where the list goes on. Raises Unreachable or
    Unreadable."""
    here, there = urlsplit(address("")), urlsplit(url)
    if (here.scheme, here.netloc) != (there.scheme, there.netloc):
        # Our token goes to this host and to no other.
        raise Unreachable(_("The next page lies at another address."))
    reply = call("GET", url)
    if reply.status != 200:
        raise refusal(reply)
    with reading(reply.body):
        value, text = document(reply.body)
        return list(pieces(text, ("value",))), str(value.get("@odata.nextLink") or "")


def refusal(reply: Reply) -> Unreachable:
    """By Graph's own words, where it has any."""
    try:
        with reading(reply.body):
            error = document(reply.body)[0]["error"]
            why = f"{error.get('code')}: {error.get('message')}"
    except Unreadable:
        return refused(reply)
    return refused(reply, why)
