"""Logs: feed and searches."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.application import Event
from requests_app.providers.exchange_online import audit, client
from requests_app.providers.exchange_online.audit import is_evidence, records
from requests_app.providers.exchange_online.client import IDENTITY
from requests_app.providers.http import LIMITS, refused, token, whole_exchange
from requests_app.providers.protocol import (
    LogPage,
    LogReader,
    Missing,
    Reply,
    Unreachable,
)
from requests_app.providers.reading import (
    LARGEST,
    Piece,
    Unreadable,
    document,
    piece,
    pieces,
    reading,
)
from requests_app.providers.secrets import setting

__all__ = ["connect", "events", "records"]

# Calls to the Management Activity API: subscriptions, listings and blobs.
#
# Source: MicrosoftDocs/office-365-management-api, the API's reference (June 2026).
# Traps:
# a refusal for asking too much may be a 403; the next page is told by a header; each
# call
# says who we are.

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


# What the feed does not hold any more, searched for through Graph.
#
# A search (`POST /security/auditLog/queries`) is done by Microsoft in its own time,
# hours
# perhaps: its number stands in the cursor until it has been read. It is by when things
# happened, so it begins a day before.

PATH = "security/auditLog/queries"
BEFORE = timedelta(days=1)
DONE, OVER = "succeeded", ("failed", "cancelled")
# The workloads of a content type; the general one has all that no other has.
WORKLOADS = {
    "exchange": ("exchange",),
    "sharepoint": ("sharepoint", "onedrive"),
    "entra": ("azureactivedirectory",),
}
KNOWN = {name for names in WORKLOADS.values() for name in names}


class Impossible(Exception):
    """We may not search, or Microsoft could not: says why."""


class Gap(NamedTuple):
    """A stretch that is searched for. `number` is the search's, `place` where reading
    what it gave goes on."""

    since: datetime
    until: datetime
    number: str
    place: str = ""

    def written(self) -> list[str]:
        times = (self.since.isoformat(), self.until.isoformat())
        return [*times, self.number, self.place]


def read_gap(row: list[str]) -> Gap:
    since, until = (datetime.fromisoformat(text) for text in row[:2])
    return Gap(since, until, *row[2:])


def begin(since: datetime, until: datetime) -> Gap:
    """Have it searched. Raises Impossible, or Unreachable for what may pass."""
    terms = {
        "@odata.type": "#microsoft.graph.security.auditLogQuery",
        "displayName": "Lockbox",
        "filterStartDateTime": _moment(since - BEFORE),
        "filterEndDateTime": _moment(until),
    }
    url, body = client.address(PATH), json.dumps(terms).encode()
    reply = client.call("POST", url, content=body)
    if reply.status in (401, 403):
        raise Impossible(
            _("We may not search further back: AuditLogsQuery.Read.All is lacking.")
        )
    if reply.status != 201:
        raise client.refusal(reply)
    with reading(reply.body):
        return Gap(since, until, str(document(reply.body)[0]["id"]))


def is_done(gap: Gap) -> bool:
    """Raises Impossible where it never will be."""
    reply = client.call("GET", client.address(f"{PATH}/{gap.number}"))
    if reply.status == 404:
        raise Impossible(_("Microsoft has thrown away the search."))
    if reply.status != 200:
        raise client.refusal(reply)
    with reading(reply.body):
        status = str(document(reply.body)[0]["status"])
    if status in OVER:
        raise Impossible(_("Microsoft could not search further back."))
    return status == DONE


def pages(log: str, gap: Gap) -> Iterator[tuple[list[Piece], Gap | None]]:
    """What was found, page by page, with where to go on; None at the end."""
    url = gap.place or client.address(f"{PATH}/{gap.number}/records")
    while url:
        rows, url = client.page(url)
        records = [row for row in map(_record, rows) if _belongs(log, row.value)]
        yield records, gap._replace(place=url) if url else None


def _record(row: Piece) -> Piece:
    """The record itself, out of Graph's envelope."""
    try:
        with reading(row.raw):
            inner = piece(row.raw.decode(), ("auditData",))
    except Unreadable:
        return row
    return inner if isinstance(inner.value, dict) and "Id" in inner.value else row


def _belongs(log: str, value: Any) -> bool:
    """Of this log, and evidence; what is no record is everybody's to see."""
    if not isinstance(value, dict) or "Workload" not in value:
        return True
    workload = str(value["Workload"]).lower()
    names = WORKLOADS.get(log)
    is_here = workload in names if names else workload not in KNOWN
    return is_here and is_evidence(value)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# The logs of Microsoft 365: its audit log, by the feed and where that has passed by a
# search; and that of support's access to Entra ID.
#
# Records lie in blobs, which are listed by when they were made available and not by
# when
# things happened: whatever comes late lies in a later blob, so that reading on from the
# last listing misses nothing.

SUPPORT = "support_access"
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


def connect(tenant: str) -> LogReader:
    return Logs(tenant)


def events(log: str, external_id: str, value: Any) -> Iterator[Event]:
    """What one record tells of. Raises Unreadable, of another tenant too."""
    if log == SUPPORT:
        yield client.event(value)
        return
    yield from audit.events(log, external_id, value)


class Logs:
    """Of one tenant, by its id."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant

    def read(self, log: str, cursor: str, now: datetime) -> Iterator[LogPage]:
        """As LogReader.read; each page is good by itself."""
        if log == SUPPORT:
            return client.read(cursor, now)
        until = (now - SETTLING).astimezone(UTC).replace(microsecond=0)
        earliest = until - REACH
        place = _place(cursor) if cursor else Place(earliest)
        return _Round(Feed(self.tenant), log, place).pages(
            earliest, until, is_first=not cursor
        )


class Place(NamedTuple):
    """Up to when all that was available has been read, but for a gap that is searched
    for: what a cursor holds."""

    at: datetime
    gap: Gap | None = None

    def page(
        self, records: list[Piece] | None = None, missing: tuple[Missing, ...] = ()
    ) -> LogPage:
        row = [self.at.isoformat(), *(self.gap.written() if self.gap else [])]
        until = self.gap.since if self.gap else self.at
        return LogPage(records or [], json.dumps(row), until, missing)


def _place(cursor: str) -> Place:
    at, *gap = json.loads(cursor)
    return Place(datetime.fromisoformat(at), read_gap(gap) if gap else None)


class _Round:
    """One reading, from a place on."""

    def __init__(self, feed: Feed, log: str, place: Place) -> None:
        self.feed, self.log, self.place = feed, log, place

    def pages(
        self, earliest: datetime, until: datetime, is_first: bool
    ) -> Iterator[LogPage]:
        if self.place.at < earliest:
            yield self._lost(earliest, _("Microsoft's feed goes seven days back."))
        elif self.place.at >= until:
            yield self.place.page()
        while self.place.at < until:
            at = self.place.at
            window = Window(CONTENT[self.log], at, min(at + WINDOW, until))
            try:
                yield from self._within(window)
            except NotSubscribed:
                # Where we had read before, somebody has ended the subscription.
                why = _("There was no subscription at Microsoft.")
                page = self._moved(until) if is_first else self._lost(until, why)
                self.feed.start(window.content)
                yield page
        yield from self._searched()

    def _within(self, window: Window) -> Iterator[LogPage]:
        is_whole = True
        try:
            for address in self.feed.listed(window):
                try:
                    records = self.feed.records(address)
                except Expired:
                    is_whole = False
                    continue
                if records:
                    yield self.place.page(records)
        except Expired:
            is_whole = False
        why = _("Microsoft had thrown away what it had listed.")
        yield self._moved(window.until) if is_whole else self._lost(window.until, why)

    def _moved(self, at: datetime) -> LogPage:
        self.place = self.place._replace(at=at)
        return self.place.page()

    def _lost(self, until: datetime, why: str) -> LogPage:
        """Past what the feed does not have: it is searched for, or said to be missing.
        A gap that is searched for already becomes a part of this one."""
        since, before = self.place.at, self.place.gap
        first = min(since, before.since) if before else since
        try:
            gap = begin(first, until)
        except Impossible as error:
            self.place = self.place._replace(at=until)
            return self.place.page([], (Missing(since, until, f"{why} {error}"),))
        self.place = Place(until, gap)
        return self.place.page()

    def _searched(self) -> Iterator[LogPage]:
        """What a search gave, when Microsoft has done it."""
        gap = self.place.gap
        if gap is None:
            return
        try:
            if not is_done(gap):
                return
            for records, rest in pages(self.log, gap):
                self.place = self.place._replace(gap=rest)
                yield self.place.page(records)
        except Impossible as error:
            self.place = self.place._replace(gap=None)
            gone = Missing(gap.since, gap.until, str(error))
            yield self.place.page([], (gone,))
