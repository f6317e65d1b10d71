"""Talking to MongoDB Atlas: clusters read, opened and closed to MongoDB's employees.

The connection's id is the project's. Each call names the version of the interface that
it speaks, in its media type.
"""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from django.utils.translation import gettext as _

from requests_app.providers.atlas import GRANT, application, place_of
from requests_app.providers.door import Door, Doorkeeper
from requests_app.providers.http import refused, whole_exchange
from requests_app.providers.protocol import Reply, Standing, Unknown, Unreachable
from requests_app.providers.reading import Piece, document, reading
from requests_app.providers.secrets import secret, setting

MEDIA = "application/vnd.atlas.2024-08-05+json"
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
LONGEST = 30.0
MOST_BYTES = 20 * 1024 * 1024
PER_PAGE = 500
MOST_PAGES = 20
# Tokens by the address that gave them: (when it ends on the monotonic clock, token).
_tokens: dict[str, tuple[float, str]] = {}


def connect(project: str) -> Doorkeeper:
    return AtlasProject(project)


class AtlasProject:
    """The connector of one project."""

    def __init__(self, project: str) -> None:
        self.address = setting("LOCKBOX_ATLAS_ENDPOINT", "https://cloud.mongodb.com")
        path = f"/api/atlas/v2/groups/{quote(project, safe='')}/clusters"
        self.base = self.address + path

    def pending(self) -> Iterator[Piece]:
        """Atlas sends no requests."""
        return iter(())

    every = pending

    def get(self, number: str) -> Piece:
        """The cluster of a request as it is now. Raises Unreachable, Unknown or
        Unreadable."""
        place = place_of(number)
        reply = self._call("GET", f"{self.base}/{quote(place, safe='')}")
        if reply.status == 404:
            unknown = _("The project has no cluster %(name)s.")
            raise Unknown(unknown % {"name": place})
        if reply.status != 200:
            raise refused(reply, _why(reply))
        with reading(reply.body):
            cluster, _text = document(reply.body)
        value = {"number": number, "cluster": cluster}
        return Piece(value, json.dumps(value, ensure_ascii=False).encode())

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not. A refusal
        leaves the cluster closed: there is nothing to call."""
        if word == "deny":
            return Reply(204, b"")
        verb = "grant" if word == "approve" else "revoke"
        url = f"{self.base}/{quote(place_of(number), safe='')}"
        more = {"content": body} if body else {}
        return self._call("POST", f"{url}:{verb}MongoDBEmployeeAccess", **more)

    def events(self, number: str) -> Iterator[Piece]:
        """Atlas does not tell what was done."""
        return iter(())

    def open_doors(self) -> Iterator[Door]:
        """Every cluster that MongoDB's employees may enter now."""
        for cluster in self._clusters():
            raw = json.dumps(
                {"name": cluster.get("name"), GRANT: cluster.get(GRANT)}
            ).encode()
            with reading(raw):
                shown = application({"cluster": cluster})
            if shown.concluded:
                place, what = shown.object_ids[0], shown.service
                yield Door(place, what, shown.open_until, raw)

    def standing(self) -> Iterator[Standing]:
        """Our account may read the project's clusters."""
        trouble = ""
        try:
            next(self._clusters(), None)
        except Unreachable as error:
            trouble = str(error)
        yield Standing(_("The clusters of the project can be read"), trouble)

    def _clusters(self) -> Iterator[dict[str, Any]]:
        for page in range(1, MOST_PAGES + 1):
            params = {"pageNum": str(page), "itemsPerPage": str(PER_PAGE)}
            reply = self._call("GET", self.base, params=params)
            if reply.status != 200:
                raise refused(reply, _why(reply))
            with reading(reply.body):
                value, _text = document(reply.body)
                rows = [dict(row) for row in value["results"]]
            yield from rows
            if len(rows) < PER_PAGE:
                return
        raise Unreachable(_("The list of clusters does not end."))

    def _call(self, method: str, url: str, **more: Any) -> Reply:
        headers = {"Accept": MEDIA}
        if "content" in more:
            headers["Content-Type"] = MEDIA
        # A token never travels unprotected: a stand-in on this machine gets none.
        if urlsplit(self.base).scheme == "https":
            headers["Authorization"] = f"Bearer {_token(self.address)}"
        return _exchange(method, url, headers=headers, **more)


def _token(address: str) -> str:
    """Of the service account, for as long as it is good."""
    ends, token = _tokens.get(address, (0.0, ""))
    if time.monotonic() < ends:
        return token
    reply = _exchange(
        "POST",
        f"{address}/api/oauth/token",
        headers={"Accept": "application/json"},
        auth=(
            setting("LOCKBOX_ATLAS_CLIENT_ID"),
            secret("LOCKBOX_ATLAS_CLIENT_SECRET"),
        ),
        data={"grant_type": "client_credentials"},
    )
    if reply.status != 200:
        raise Unreachable(_("The provider gave no token: HTTP %s.") % reply.status)
    with reading(reply.body):
        value, _text = document(reply.body)
        token = str(value["access_token"])
        lasts = float(value.get("expires_in") or 0)
    _tokens[address] = (time.monotonic() + lasts - 60, token)
    return token


def _exchange(method: str, url: str, **more: Any) -> Reply:
    return whole_exchange(
        method, url, timeout=TIMEOUT, longest=LONGEST, most_bytes=MOST_BYTES, **more
    )


def _why(reply: Reply) -> str:
    """In Atlas's own words, where it has any."""
    with suppress(ValueError, AttributeError):
        return str(json.loads(reply.body).get("detail") or "")
    return ""
