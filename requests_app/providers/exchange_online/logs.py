"""The logs of Microsoft 365: its audit log, by the feed and where that has passed by a
search; and that of support's access to Entra ID.

Records lie in blobs, which are listed by when they were made available and not by when
things happened: whatever comes late lies in a later blob, so that reading on from the
last listing misses nothing.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from requests_app.providers.event import Event
from requests_app.providers.exchange_online import audit, searches, support_access
from requests_app.providers.exchange_online.feed import (
    Expired,
    Feed,
    NotSubscribed,
    Window,
)
from requests_app.providers.exchange_online.searches import Gap, Impossible
from requests_app.providers.log import LogPage, LogReader, Missing
from requests_app.providers.reading import Piece

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
        yield support_access.event(value)
        return
    yield from audit.events(log, external_id, value)


class Logs:
    """Of one tenant, by its id."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant

    def read(self, log: str, cursor: str, now: datetime) -> Iterator[LogPage]:
        """As LogReader.read; each page is good by itself."""
        if log == SUPPORT:
            return support_access.read(cursor, now)
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
    return Place(datetime.fromisoformat(at), searches.read_gap(gap) if gap else None)


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
            gap = searches.begin(first, until)
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
            if not searches.is_done(gap):
                return
            for records, rest in searches.pages(self.log, gap):
                self.place = self.place._replace(gap=rest)
                yield self.place.page(records)
        except Impossible as error:
            self.place = self.place._replace(gap=None)
            gone = Missing(gap.since, gap.until, str(error))
            yield self.place.page([], (gone,))
