"""For how long nobody knows what was done: no log, a gap in one, or not read so far."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from requests_app.models import Connection, LogGap, ProviderLog

HOUR = timedelta(hours=1)
Span = tuple[datetime, datetime]


class Unknown(NamedTuple):
    """Of the connections of a product, added up: gaps of their logs in the time, how
    many nobody has explained, hours of which nothing is known, and connections without
    any log."""

    gaps: int = 0
    unexplained: int = 0
    hours: float = 0
    without_log: int = 0
    connections: int = 0

    def plus(self, other: "Unknown") -> "Unknown":
        return Unknown(
            self.gaps + other.gaps,
            self.unexplained + other.unexplained,
            round(self.hours + other.hours, 1),
            self.without_log + other.without_log,
            self.connections + other.connections,
        )


def unknown_of(
    connections: Iterable[Connection], since: datetime, until: datetime
) -> dict[int, Unknown]:
    """By product. Two queries."""
    rows = list(connections)
    logs: dict[int, list[ProviderLog]] = defaultdict(list)
    of_these = ProviderLog.objects.filter(connection__in=rows)
    for log in of_these.select_related("position"):
        logs[log.connection_id].append(log)
    gaps: dict[int, list[LogGap]] = defaultdict(list)
    theirs = LogGap.objects.filter(
        since__lt=until, until__gt=since, log__connection__in=rows
    )
    for gap in theirs.select_related("log"):
        gaps[gap.log.connection_id].append(gap)
    unknown: dict[int, Unknown] = defaultdict(Unknown)
    for row in rows:
        one = _of_one(logs[row.pk], gaps[row.pk], (since, until))
        unknown[row.product_id] = unknown[row.product_id].plus(one)
    return unknown


def _of_one(logs: list[ProviderLog], gaps: list[LogGap], within: Span) -> Unknown:
    spans: list[Span] = [(gap.since, gap.until) for gap in gaps]
    if not logs:
        spans = [within]
    for log in logs:
        until = log.position.read_until if log.is_read else None
        spans.append((until or within[0], within[1]))
    return Unknown(
        len(gaps),
        sum(gap.explained_at is None for gap in gaps),
        round(_length(spans, within) / HOUR, 1),
        int(not logs),
        1,
    )


def _length(spans: list[Span], within: Span) -> timedelta:
    """Of all together: what lies in two counts once."""
    whole, at = timedelta(0), within[0]
    for since, until in sorted(spans):
        begins, ends = max(since, at), min(until, within[1])
        if ends > begins:
            whole += ends - begins
            at = ends
    return whole


def may_lack_acts() -> Q:
    """Of `open_within`: may a log lack what was done in the access? There is none, it
    is not read so far that all has come, or it has a gap then."""
    connection = {"connection": OuterRef("access_request__connection")}
    logs = ProviderLog.objects.filter(**connection)
    gaps = LogGap.objects.filter(
        log__connection=OuterRef("access_request__connection"),
        since__lt=OuterRef("closed_at"),
        until__gt=OuterRef("opens_at"),
    )
    unread = logs.with_known_until().filter(
        Q(known_until=None) | Q(known_until__lt=OuterRef("closed_at"))
    )
    return ~Q(Exists(logs)) | Q(Exists(unread)) | Q(Exists(gaps))
