"""Calls to Azure Resource Manager as ourselves, for one subscription."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.http import refused
from requests_app.providers.protocol import Reply, Unknown, Unreachable
from requests_app.providers.reading import Piece, Unreadable, document, pieces, reading

MOST_PAGES = 200


class Arm:
    """`call` sends; `authorization` gives the headers for an address. Made by the
    client, which knows both."""

    def __init__(
        self,
        host: str,
        subscription: str,
        call: Callable[..., Reply],
        authorization: Callable[[str], dict[str, str]],
    ) -> None:
        self.host = host
        self.path = f"/subscriptions/{quote(subscription, safe='')}"
        self.subscription = host + self.path
        self.call = call
        self.authorization = authorization

    def principal(self) -> str:
        """Who we are, as the token says; with a stand-in, which gets none, our id."""
        header = self.authorization(self.host).get("Authorization", "")
        try:
            claims = header.split(".")[1]
            padded = claims + "=" * (-len(claims) % 4)
            return str(json.loads(base64.urlsafe_b64decode(padded))["oid"])
        except (IndexError, ValueError, KeyError):
            return os.environ.get("AZURE_CLIENT_ID", "")

    def fetched(self, url: str, params: dict[str, str] | None) -> bytes:
        """The body of a 200. Raises Unreachable, or Unknown for a 404."""
        reply = self.call("GET", url, params=params)
        if reply.status == 404:
            raise Unknown(str(refusal(reply)))
        if reply.status != 200:
            raise refusal(reply)
        return reply.body

    def listed(self, url: str, params: dict[str, str]) -> Iterator[Piece]:
        """Every row of a list, page by page. Raises Unreachable or Unreadable."""
        place: str | None = url
        query: dict[str, str] | None = params
        for _page in range(MOST_PAGES):
            if place is None:
                return
            body = self.fetched(place, query)
            with reading(body):
                _value, text = document(body)
                rows = list(pieces(text, ("value",)))
            yield from rows
            place, query = next_link(body, url), None
        raise Unreachable(_("The list does not end."))


def next_link(body: bytes, base: str) -> str | None:
    """Where a list goes on. Raises Unreachable where our token must not go."""
    value, _text = document(body)
    link = value.get("nextLink") if isinstance(value, dict) else None
    if not link:
        return None
    with reading(body):
        here, there = urlsplit(base), urlsplit(str(link))
    if (here.scheme, here.netloc) != (there.scheme, there.netloc):
        # Our token goes to this host and to no other.
        raise Unreachable(_("The next page lies at another address."))
    return str(link)


def refusal(reply: Reply) -> Unreachable:
    """By Azure's own word for it, where it has one."""
    try:
        with reading(reply.body):
            error = document(reply.body)[0]["error"]
            why = f"{error.get('code') or ''}: {error.get('message') or ''}".strip(": ")
    except Unreadable:
        return refused(reply)
    return refused(reply, why)
