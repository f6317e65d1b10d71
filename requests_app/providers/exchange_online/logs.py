"""The audit log of Microsoft 365 over the Management Activity API.

Source: MicrosoftDocs/office-365-management-api, the API's reference (June 2026).
Records lie in blobs, which are listed by when they were made available and not by when
things happened: whatever comes late lies in a later blob, so that reading on from the
last listing misses nothing. Traps: a refusal for asking too much may be a 403; the next
page is told by a header.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.exchange_online.audit import events, is_evidence
from requests_app.providers.exchange_online.client import IDENTITY
from requests_app.providers.http.entra import token
from requests_app.providers.http.exchange import LIMITS, exchange
from requests_app.providers.http.identity import setting
from requests_app.providers.log import LogPage, LogReader, Missing
from requests_app.providers.protocol import Reply, Unreachable
from requests_app.providers.reading import (
    LARGEST,
    Piece,
    Unreadable,
    document,
    pieces,
    reading,
)

__all__ = ["connect", "events"]

ENDPOINT = "https://manage.office.com"
SCOPE = "https://manage.office.com/.default"
CONTENT = {
    "exchange": "Audit.Exchange",
    "sharepoint": "Audit.SharePoint",
    "general": "Audit.General",
    "entra": "Audit.AzureActiveDirectory",
}
# Listed no further back; a little less, for the time that a round takes.
REACH = timedelta(days=7) - timedelta(minutes=15)
# Of one listing. The API takes 24 hours; what is cut off begins again with its hour.
WINDOW = timedelta(hours=1)
# What became available just now may not be listed everywhere yet.
SETTLING = timedelta(minutes=10)
MOST_PAGES = 1000
NO_SUBSCRIPTION, SWITCHED_OFF, ENABLED = "AF20022", "AF20023", "AF20024"
TOO_MUCH = "AF429"
TOO_OLD = ("AF20030", "AF20055")
GONE = ("AF20050", "AF20051")


def connect(tenant: str) -> LogReader:
    return ActivityFeed(tenant)


class NotSubscribed(Exception):
    """Nothing is kept for us: nobody has asked for it."""


class Expired(Exception):
    """What lies so far back is not had any more."""


class Window(NamedTuple):
    content: str
    since: datetime
    until: datetime


class ActivityFeed:
    """The logs of one tenant, by its id."""

    def __init__(self, tenant: str) -> None:
        host = setting("LOCKBOX_EXCHANGE_LOG_ENDPOINT", ENDPOINT)
        self.tenant = tenant
        self.base = f"{host}/api/v1.0/{quote(tenant, safe='')}/activity/feed"

    def read(self, log: str, cursor: str, now: datetime) -> Iterator[LogPage]:
        """A cursor is the time up to which all that was available has been read."""
        until = (now - SETTLING).astimezone(UTC).replace(microsecond=0)
        earliest = until - REACH
        at = datetime.fromisoformat(cursor) if cursor else earliest
        if at < earliest:
            why = _("Microsoft's feed goes seven days back.")
            yield _page([], earliest, (Missing(at, earliest, why),))
            at = earliest
        if at >= until:
            yield _page([], at)
        while at < until:
            window = Window(CONTENT[log], at, min(at + WINDOW, until))
            try:
                yield from self._within(window)
            except NotSubscribed:
                self._start(window.content)
                # Where we had read before, somebody has ended the subscription.
                why = _("There was no subscription at Microsoft.")
                gap = (Missing(at, until, why),) if cursor else ()
                yield _page([], until, gap)
                return
            at = window.until

    def _within(self, window: Window) -> Iterator[LogPage]:
        missing: list[Missing] = []
        try:
            for address in self._listed(window):
                try:
                    records = _records(self._call("GET", self._own(address)))
                except Expired:
                    missing.append(_expired(window))
                    continue
                if records:
                    yield _page(records, window.since)
        except Expired:
            missing.append(_expired(window))
        yield _page([], window.until, tuple(dict.fromkeys(missing)))

    def _listed(self, window: Window) -> Iterator[str]:
        """The addresses of the blobs of a window."""
        query = {
            "contentType": window.content,
            "startTime": f"{window.since:%Y-%m-%dT%H:%M:%S}",
            "endTime": f"{window.until:%Y-%m-%dT%H:%M:%S}",
        }
        url = f"{self.base}/subscriptions/content?{urlencode(query)}"
        for _number in range(MOST_PAGES):
            reply = self._call("GET", self._own(url))
            with reading(reply.body):
                addresses = [row["contentUri"] for row in document(reply.body)[0]]
            yield from addresses
            url = reply.headers.get("nextpageuri", "")
            if not url:
                return
        raise Unreachable(_("The list of the log does not end."))

    def _own(self, address: Any) -> str:
        """Our token goes to this host and to no other; each call says who we are."""
        here, there = urlsplit(self.base), urlsplit(str(address))
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise Unreachable(_("A part of the log lies at another address."))
        if "PublisherIdentifier=" in there.query:
            return str(address)
        mark = "&" if there.query else "?"
        return f"{address}{mark}{urlencode({'PublisherIdentifier': self.tenant})}"

    def _start(self, content: str) -> None:
        """Begin a subscription. Raises Unreachable where it does not begin."""
        query = urlencode({"contentType": content})
        url = self._own(f"{self.base}/subscriptions/start?{query}")
        reply = self._call("POST", url)
        with reading(reply.body):
            status = document(reply.body)[0]["status"]
        if status != "enabled":
            raise Unreachable(_switched_off(f"{content}: {status}"))

    def _call(self, method: str, url: str) -> Reply:
        headers = {"Accept": "application/json", "User-Agent": "Lockbox"}
        # A token never travels unprotected: a simulator on this machine gets none.
        if urlsplit(url).scheme == "https":
            headers["Authorization"] = f"Bearer {token(IDENTITY, SCOPE)}"
        reply = exchange(method, url, headers=headers, **LIMITS)
        if len(reply.body) > LIMITS["most_bytes"]:
            raise Unreachable(_("The answer is larger than 20 MB."))
        if reply.status != 200:
            _refuse(reply)
        return reply


def _page(
    records: list[Piece], at: datetime, missing: tuple[Missing, ...] = ()
) -> LogPage:
    return LogPage(records, at.isoformat(), at, missing)


def _records(reply: Reply) -> list[Piece]:
    """What of a blob is evidence. One that can't be read is one odd record: it hinders
    nothing that comes after it."""
    try:
        with reading(reply.body):
            _value, text = document(reply.body)
            return [piece for piece in pieces(text, ()) if is_evidence(piece.value)]
    except Unreadable:
        return [Piece(None, reply.body[:LARGEST])]


def _expired(window: Window) -> Missing:
    why = _("Microsoft had thrown away what it had listed.")
    return Missing(window.since, window.until, why)


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
    text = _("The provider answered HTTP %(status)s.") % {"status": reply.status}
    raise Unreachable(f"{text} {code} {words}".strip()[:300])
