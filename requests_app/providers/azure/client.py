"""Talking to Azure Customer Lockbox (ARM, 2018-02-28-preview): list, get, decide;
and its support tickets, and what must be in place, by `support` and `standing`.

Identity is the surroundings' own (certificate or managed identity, azure-identity);
nothing secret is kept in the database. A trap: the list call needs `api-version` though
the specification forgets it.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from azure.core.exceptions import AzureError
from azure.identity import CertificateCredential, ManagedIdentityCredential
from django.utils.translation import gettext as _

from requests_app.providers.azure import outsiders, standing, support
from requests_app.providers.azure.arm import Arm, next_link, refusal
from requests_app.providers.azure.payloads import applications
from requests_app.providers.door import Door
from requests_app.providers.http.exchange import whole_exchange
from requests_app.providers.http.identity import is_set, setting
from requests_app.providers.protocol import (
    Reply,
    Standing,
    SupportDesk,
    ThreadMessage,
    Ticket,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import Piece, Unreadable, reading

ENDPOINT = "https://management.azure.com"
API_VERSION = "2018-02-28-preview"
SCOPE = "https://management.azure.com/.default"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"
# Seconds to connect, and for each read; and for a whole call, however slowly it drips.
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
LONGEST = 30.0
# Entra, which gives the token: seconds to connect, and for each read.
TOKEN: Any = {"connection_timeout": 5, "read_timeout": 10, "retry_total": 1}
MOST_PAGES = 200
MOST_BYTES = 20 * 1024 * 1024


def connect(subscription: str) -> SupportDesk:
    return AzureLockbox(subscription)


class AzureLockbox:
    """The connector of one subscription."""

    def __init__(self, subscription: str) -> None:
        self.arm = Arm(
            setting("LOCKBOX_AZURE_ENDPOINT", ENDPOINT),
            subscription,
            self._call,
            _authorization,
        )
        lockbox = "providers/Microsoft.CustomerLockbox/requests"
        self.base = f"{self.arm.subscription}/{lockbox}"

    def pending(self) -> Iterator[Piece]:
        """Every request that waits, page by page. Raises Unreachable or Unreadable."""
        return self._listed({"$filter": "properties/status eq 'Pending'"})

    def every(self) -> Iterator[Piece]:
        """Whatever its status. Raises Unreachable or Unreadable."""
        return self._listed({})

    def _listed(self, chosen: dict[str, str]) -> Iterator[Piece]:
        url: str | None = self.base
        params: dict[str, str] | None = {"api-version": API_VERSION, **chosen}
        for _page in range(MOST_PAGES):
            if url is None:
                return
            reply = self._call("GET", url, params=params)
            if reply.status != 200:
                raise refusal(reply)
            yield from _applications(reply.body)
            url, params = next_link(reply.body, self.base), None
        raise Unreachable(_("The list of requests does not end."))

    def get(self, number: str) -> Piece:
        """One request as it is now. Raises Unreachable, Unknown or Unreadable."""
        url = f"{self.base}/{quote(number, safe='')}"
        reply = self._call("GET", url, params={"api-version": API_VERSION})
        if reply.status == 404:
            raise Unknown(
                _("It does not know request %(number)s.") % {"number": number}
            )
        if reply.status != 200:
            raise refusal(reply)
        shown = _applications(reply.body)
        if not shown:
            raise Unreadable(_("The provider does not show the request."), reply.body)
        return shown[0]

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        url = f"{self.base}/{quote(number, safe='')}/updateApproval"
        return self._call(
            "POST", url, params={"api-version": API_VERSION}, content=body
        )

    def events(self, number: str) -> Iterator[Piece]:
        """Azure does not tell what was done."""
        return iter(())

    def standing(self) -> Iterator[Standing]:
        """We may list the requests; role, switch and certificate are in place."""
        trouble = ""
        try:
            next(self.pending(), None)
        except Unreachable as error:
            trouble = str(error)
        yield Standing(_("The requests of the subscription can be listed"), trouble)
        yield from standing.standing(self.arm)

    def tickets(self) -> Iterator[Ticket]:
        """Every support ticket that it still shows."""
        return support.tickets(self.arm)

    def ticket(self, number: str) -> Ticket:
        """The one of that number or name. Raises Unknown where there is none."""
        return support.ticket(self.arm, number)

    def thread(self, number: str) -> str:
        return self.ticket(number).name

    def messages(
        self, ticket: str, since: datetime | None = None
    ) -> Iterator[ThreadMessage]:
        """What was said in the ticket of that name, by both sides."""
        return support.messages(self.arm, ticket, since)

    def has_message(self, ticket: str, key: str) -> bool:
        """Is our message of that key there?"""
        return support.has_message(self.arm, ticket, key)

    def say(self, ticket: str, key: str, subject: str, text: str) -> Reply:
        """Say something under a key of ours: the same key is said once."""
        return support.say(self.arm, ticket, key, subject, text)

    def withdraw_consent(self, ticket: Ticket) -> Reply:
        """Take back every consent that the ticket carries."""
        return support.withdraw_consent(self.arm, ticket)

    def delegations(self) -> Iterator[Door]:
        """To another tenant, which may do what it says without asking."""
        return outsiders.delegations(self.arm)

    def roles_from_outside(self) -> Iterator[Door]:
        return outsiders.roles_from_outside(self.arm)

    def end_delegation(self, place: str) -> Reply:
        return outsiders.end_delegation(self.arm, place)

    def _call(self, method: str, url: str, **more: Any) -> Reply:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        try:
            headers |= _authorization(url)
        except (AzureError, OSError, ValueError) as error:
            # Azure's word, or a certificate that is missing or can not be used.
            raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error
        return whole_exchange(
            method,
            url,
            timeout=TIMEOUT,
            longest=LONGEST,
            most_bytes=MOST_BYTES,
            headers=headers,
            **more,
        )


def _applications(body: bytes) -> list[Piece]:
    with reading(body):
        return list(applications(body))


def _authorization(url: str) -> dict[str, str]:
    # A token never travels unprotected: a simulator on this machine gets none.
    if urlsplit(url).scheme != "https":
        return {}
    is_graph = is_set(outsiders.GRAPH) and url.startswith(setting(outsiders.GRAPH))
    scope = GRAPH_SCOPE if is_graph else SCOPE
    return {"Authorization": f"Bearer {credential().get_token(scope).token}"}


@lru_cache(maxsize=1)
def credential() -> Any:
    """A certificate if one is given in the environment, else the managed identity."""
    path = os.environ.get("AZURE_CLIENT_CERTIFICATE_PATH")
    if path:
        # An authority of one's own (a sovereign cloud) is not asked Microsoft about.
        own = "AZURE_AUTHORITY_HOST" in os.environ
        return CertificateCredential(
            tenant_id=setting("AZURE_TENANT_ID"),
            client_id=setting("AZURE_CLIENT_ID"),
            certificate_path=path,
            disable_instance_discovery=own,
            **TOKEN,
        )
    own_id = os.environ.get("AZURE_CLIENT_ID")
    return ManagedIdentityCredential(client_id=own_id, **TOKEN)
