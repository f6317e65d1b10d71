"""Talking to Okta: support cases listed, opened and closed.

The connection's id is the org's host name. A single case can not be asked for: each
reading lists them all.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from django.utils.translation import gettext as _

from requests_app.providers.door import Door, Doorkeeper
from requests_app.providers.http import refused, whole_exchange
from requests_app.providers.okta import application, applications, waits
from requests_app.providers.protocol import Reply, Standing, Unknown, Unreachable
from requests_app.providers.reading import Piece, document, reading
from requests_app.providers.secrets import secret, setting

# Seconds to connect, and for each read; and for a whole call.
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
LONGEST = 30.0
MOST_BYTES = 20 * 1024 * 1024
PATH = "/api/v1/org/privacy/oktaSupport/cases"


def connect(host: str) -> Doorkeeper:
    return OktaSupport(host)


class OktaSupport:
    """The connector of one org."""

    def __init__(self, host: str) -> None:
        self.base = setting("LOCKBOX_OKTA_ENDPOINT", f"https://{host}")

    def pending(self) -> Iterator[Piece]:
        """Every case for which Okta asks for access."""
        return (case for case in self._cases() if _answers(waits, case))

    def every(self) -> Iterator[Piece]:
        """Those that wait, and those that are open."""
        return (
            case
            for case in self._cases()
            if _answers(waits, case) or _answers(_is_open, case)
        )

    def get(self, number: str) -> Piece:
        """One case as it is now. Raises Unreachable, Unknown or Unreadable."""
        for case in self._cases():
            value = case.value
            if isinstance(value, dict) and str(value.get("caseNumber")) == number:
                return case
        unknown = _(
            "Okta shows no support case %(number)s: it is closed, or another's."
        )
        raise Unknown(unknown % {"number": number})

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        return self._call("PATCH", f"{PATH}/{quote(number, safe='')}", content=body)

    def events(self, number: str) -> Iterator[Piece]:
        """Okta's system log is not read here."""
        return iter(())

    def open_doors(self) -> Iterator[Door]:
        """Every case that Okta Support may sign in for now."""
        for case in self._cases():
            with reading(case.raw):
                shown = application(case.value)
            if shown.concluded:
                place, what = shown.external_id, shown.service
                yield Door(place, what, shown.open_until, case.raw)

    def standing(self) -> Iterator[Standing]:
        """Our token may read the org's support cases."""
        trouble = ""
        try:
            next(self._cases(), None)
        except Unreachable as error:
            trouble = str(error)
        yield Standing(_("The support cases of the org can be read"), trouble)

    def _cases(self) -> Iterator[Piece]:
        reply = self._call("GET", PATH)
        if reply.status != 200:
            raise refused(reply, _why(reply))
        with reading(reply.body):
            document(reply.body)
            yield from list(applications(reply.body))

    def _call(self, method: str, path: str, **more: Any) -> Reply:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        # A token never travels unprotected: a stand-in on this machine gets none.
        if urlsplit(self.base).scheme == "https":
            headers["Authorization"] = f"SSWS {secret('LOCKBOX_OKTA_TOKEN')}"
        return whole_exchange(
            method,
            self.base + path,
            timeout=TIMEOUT,
            longest=LONGEST,
            most_bytes=MOST_BYTES,
            headers=headers,
            **more,
        )


def _is_open(value: Any) -> bool:
    return (value.get("impersonation") or {}).get("status") == "ENABLED"


def _answers(question: Any, case: Piece) -> bool:
    """What can't be read waits for a person to look at it."""
    try:
        return bool(question(case.value))
    except AttributeError:
        return True


def _why(reply: Reply) -> str:
    """In Okta's own words, where it has any."""
    with suppress(ValueError, AttributeError):
        return str(json.loads(reply.body).get("errorSummary") or "")
    return ""
