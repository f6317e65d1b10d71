"""Talking to Access Approval: list, get, approve, dismiss, invalidate."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.google import signature
from requests_app.providers.google.answers import CALLS
from requests_app.providers.google.identity import token
from requests_app.providers.google.payloads import NAME, applications
from requests_app.providers.http.exchange import LIMITS, refused, whole_exchange
from requests_app.providers.http.identity import setting
from requests_app.providers.protocol import (
    Connector,
    Proof,
    Reply,
    Standing,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import Piece, Unreadable, document, reading

ENDPOINT = "https://accessapproval.googleapis.com"
MOST_PAGES = 200


def connect(parent: str) -> Connector:
    return AccessApproval(parent)


class AccessApproval:
    """The connector of one project, folder or organization, such as “projects/123”."""

    def __init__(self, parent: str) -> None:
        self.base = f"{setting('LOCKBOX_GOOGLE_ENDPOINT', ENDPOINT)}/v1"
        self.parent = quote(parent, safe="/")

    def pending(self) -> Iterator[Piece]:
        return self._listed("PENDING")

    def every(self) -> Iterator[Piece]:
        return self._listed("ALL")

    def _listed(self, chosen: str) -> Iterator[Piece]:
        params = {"filter": chosen, "pageSize": "100"}
        for _page in range(MOST_PAGES):
            reply = self._call("GET", f"{self.parent}/approvalRequests", params=params)
            _refuse(reply)
            with reading(reply.body):
                yield from list(applications(reply.body))
                more = document(reply.body)[0].get("nextPageToken")
            if not more:
                return
            params["pageToken"] = str(more)
        raise Unreachable(_("The list of requests does not end."))

    def get(self, number: str) -> Piece:
        reply = self._call("GET", _path(number))
        if reply.status == 404:
            raise Unknown(
                _("It does not know request %(number)s.") % {"number": number}
            )
        _refuse(reply)
        with reading(reply.body):
            shown = list(applications(reply.body))
        if len(shown) != 1:
            raise Unreadable(_("The provider does not show the request."), reply.body)
        return shown[0]

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        return self._call("POST", f"{_path(number)}:{CALLS[word]}", content=body)

    def events(self, number: str) -> Iterator[Piece]:
        """Access Transparency tells them, in a log of its own."""
        return iter(())

    def standing(self) -> Iterator[Standing]:
        yield Standing(_("The requests can be listed"), self._trouble_of_listing())
        try:
            trouble = "" if self._key() else _("No key is pinned.")
        except Unreachable as error:
            trouble = str(error)
        yield Standing(_("The key that signs approvals is pinned"), trouble)

    def _trouble_of_listing(self) -> str:
        try:
            next(self.pending(), None)
        except (Unreachable, Unreadable) as error:
            return str(error)
        return ""

    def proof_of(self, number: str, value: Any) -> Proof | None:
        try:
            return signature.proof_of(number, value, self._key())
        except Unreachable as error:
            return Proof(str(error))

    def _key(self) -> bytes:
        """The key pinned for this parent's approvals. Raises Unreachable."""
        path = setting("LOCKBOX_GOOGLE_SIGNING_KEY")
        try:
            return Path(path).read_bytes()
        except OSError as error:
            raise Unreachable(f"{type(error).__name__}: {path}") from error

    def _call(self, method: str, path: str, **more: Any) -> Reply:
        url = f"{self.base}/{path}"
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        # A token never travels unprotected: a simulator on this machine gets none.
        if urlsplit(url).scheme == "https":
            headers["Authorization"] = f"Bearer {token(**LIMITS)}"
        return whole_exchange(method, url, headers=headers, **LIMITS, **more)


def _path(number: str) -> str:
    """A name is its own address; anything else is not asked about."""
    if not NAME.fullmatch(number):
        raise Unknown(_("It does not know request %(number)s.") % {"number": number})
    return quote(number, safe="/")


def _refuse(reply: Reply) -> None:
    if reply.status != 200:
        raise refused(reply)
