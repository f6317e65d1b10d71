"""Reading the logs of providers; what they tell is held against what was granted."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background import heartbeat
from requests_app.background.connector import log_provider_of
from requests_app.models import (
    AccessEvent,
    AccessGrant,
    Connection,
    LogPosition,
    ProviderLog,
)
from requests_app.providers.http.identity import NotSet
from requests_app.providers.protocol import Unreachable
from requests_app.providers.reading import LARGEST, Piece, Unreadable, reading
from requests_app.workflow.provider_log import (
    Odd,
    Record,
    lease,
    logs_of,
    release,
    take_in_page,
)
from requests_app.workflow.reconciliation import BACK, reconcile
from requests_app.workflow.step import Busy

log = logging.getLogger(__name__)

# Seconds of one round for all logs, and for one of them.
BUDGET, LONGEST_VISIT = 90.0, 45.0
# What happens later than this is no evidence but a fault of somebody's clock.
AHEAD = timedelta(minutes=10)


def read_logs(by: Any) -> list[str]:
    """Read every log that is due, as many as there is time for. What is wrong with one
    stops no other."""
    lines: list[str] = []
    end = time.monotonic() + BUDGET
    connections = Connection.objects.with_logs().select_related("product")
    for connection in connections.order_by("?"):
        for row in logs_of(connection, by=by):
            if time.monotonic() > end:
                return lines
            lines += _read_one(row, by)
            heartbeat.touch()
    return lines


def compare_acts(by: Any) -> list[str]:
    """Hold what was done lately against what was granted, on every connection where
    there is either."""
    since = clock.now() - BACK
    acts = AccessEvent.objects.filter(
        Q(happened_at__gte=since) | Q(reported_at__gte=since), connection=OuterRef("pk")
    )
    grants = AccessGrant.objects.filter(
        access_request__connection=OuterRef("pk"), ends_at__gte=since
    )
    lines: list[str] = []
    for connection in Connection.objects.filter(Exists(acts) | Exists(grants)):
        try:
            lines += reconcile(connection, by=by, since=since)
        except Busy as error:
            lines.append(f"{connection}: {error}")
        heartbeat.touch()
    return lines


def _read_one(row: ProviderLog, by: Any) -> list[str]:
    position = lease(row)
    if position is None:
        return []
    trouble, retry_after, lines = "", None, []
    try:
        new = _read(row, position, by)
        lines = [f"{row.connection} {row.name}: {new} acts"] if new else []
    except NotSet:
        trouble = _("It is not set up: see the guide of the provider.")
    except (Unreachable, Unreadable) as error:
        trouble, retry_after = str(error), getattr(error, "retry_after", None)
        lines = [f"{row.connection} {row.name}: {error}"]
    except Exception as error:
        log.exception("log %s of connection %s", row.name, row.connection_id)
        trouble = type(error).__name__
    release(position, trouble, retry_after)
    return lines


def _read(row: ProviderLog, position: LogPosition, by: Any) -> int:
    new, end = 0, time.monotonic() + LONGEST_VISIT
    reader = log_provider_of(row.connection).connect(row.connection.external_id)
    for page in reader.read(row.name, position.cursor, clock.now()):
        records, odd = in_our_terms(page.records, mapping_of(row))
        new += take_in_page(row, position, page, records, odd, by=by)
        heartbeat.touch()
        if time.monotonic() > end:
            break  # where it stopped is kept: the next round goes on there
    return new


def mapping_of(row: ProviderLog) -> Callable[[Any], Any]:
    provider, external_id = log_provider_of(row.connection), row.connection.external_id
    return lambda value: provider.events(row.name, external_id, value)


def in_our_terms(
    pieces: list[Piece], events: Callable[[Any], Any]
) -> tuple[list[Record], list[Odd]]:
    """What can be read, and what can not: that hinders nothing beside it."""
    records, odd = [], []
    latest = clock.now() + AHEAD
    for piece in pieces:
        try:
            records.append(_record(piece, events, latest))
        except Unreadable as error:
            odd.append(Odd(piece.raw, str(error)))
    return records, odd


def _record(piece: Piece, events: Callable[[Any], Any], latest: datetime) -> Record:
    if len(piece.raw) > LARGEST:
        raise Unreadable(_("A record is larger than 1 MB."))
    with reading(piece.raw):
        rows = list(events(piece.value))
    if any(event.happened_at > latest for event in rows):
        raise Unreadable(_("A record is of a time that has not been yet."))
    return Record(piece.raw, rows)
