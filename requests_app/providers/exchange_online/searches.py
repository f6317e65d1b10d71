"""What the feed does not hold any more, searched for through Graph.

A search (`POST /security/auditLog/queries`) is done by Microsoft in its own time, hours
perhaps: its number stands in the cursor until it has been read. It is by when things
happened, so it begins a day before.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from requests_app.providers.exchange_online import graph
from requests_app.providers.exchange_online.audit import is_evidence
from requests_app.providers.reading import Piece, Unreadable, document, piece, reading

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
    url, body = graph.address(PATH), json.dumps(terms).encode()
    reply = graph.call("POST", url, content=body)
    if reply.status in (401, 403):
        raise Impossible(
            _("We may not search further back: AuditLogsQuery.Read.All is lacking.")
        )
    if reply.status != 201:
        raise graph.refusal(reply)
    with reading(reply.body):
        return Gap(since, until, str(document(reply.body)[0]["id"]))


def is_done(gap: Gap) -> bool:
    """Raises Impossible where it never will be."""
    reply = graph.call("GET", graph.address(f"{PATH}/{gap.number}"))
    if reply.status == 404:
        raise Impossible(_("Microsoft has thrown away the search."))
    if reply.status != 200:
        raise graph.refusal(reply)
    with reading(reply.body):
        status = str(document(reply.body)[0]["status"])
    if status in OVER:
        raise Impossible(_("Microsoft could not search further back."))
    return status == DONE


def pages(log: str, gap: Gap) -> Iterator[tuple[list[Piece], Gap | None]]:
    """What was found, page by page, with where to go on; None at the end."""
    url = gap.place or graph.address(f"{PATH}/{gap.number}/records")
    while url:
        rows, url = graph.page(url)
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
