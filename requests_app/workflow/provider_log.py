"""Taking in what a provider's logs tell: each record once, as it came, in any order
and however often it is told."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from audit_app.many import add_unversioned
from requests_app.models import (
    AccessEvent,
    Connection,
    Content,
    LogGap,
    LogPosition,
    ProviderLog,
)
from requests_app.models.provider_log import FILE
from requests_app.permissions.provider_log import can_read_file
from requests_app.providers.event import Event
from requests_app.providers.log import LogPage, Missing
from requests_app.words.in_record import in_record
from requests_app.workflow.content import keep_many, sealed
from requests_app.workflow.intake import set_aside
from requests_app.workflow.step import note, step

# For one reading, and as long as nobody else begins one.
LEASE = timedelta(minutes=10)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
ODD = _("%(count)s records of the log “%(log)s” could not be read: %(trouble)s")


class Record(NamedTuple):
    """One record as it came, and what it tells of."""

    raw: bytes
    events: list[Event]


class Odd(NamedTuple):
    """One that could not be read, and why."""

    raw: bytes
    trouble: str


@step
def logs_of(connection: Connection, *, by: Any) -> list[ProviderLog]:
    """A row for each log that the connection's provider has, made where it lacks."""
    names = [log.name for log in connection.product.abilities.logs]
    rows = {row.name: row for row in connection.logs.all()}
    for name in names:
        if name not in rows:
            rows[name] = log_named(connection, name)
    return [rows[name] for name in names if rows[name].is_read]


def log_named(connection: Connection, name: str) -> ProviderLog:
    """Inside a step."""
    Connection.objects.select_for_update(of=("self",)).get(pk=connection.pk)
    row = connection.logs.filter(name=name).first()
    if row is None:
        row = ProviderLog(connection=connection, name=name)
        row.save()
        LogPosition.objects.create(log=row)
    return row


def lease(log: ProviderLog) -> LogPosition | None:
    """The position, for whoever reads now; None where it is not due, or somebody else
    reads."""
    now = clock.now()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    due = Q(next_at=None) | Q(next_at__lte=now)
    rows = LogPosition.objects.filter(free, due, log=log)
    taken = rows.update(leased_until=now + LEASE)
    return LogPosition.objects.get(log=log) if taken else None


def release(position: LogPosition, trouble: str, retry_after: int | None) -> None:
    """After a reading: what hindered it is told, and it is tried again the later the
    longer that lasts."""
    now = clock.now()
    position.leased_until, position.trouble = None, trouble[:300]
    if not trouble:
        position.failures, position.answered_at, position.next_at = 0, now, None
    else:
        position.failures += 1
        wait = min(FIRST_WAIT * 2 ** min(position.failures - 1, 10), LONGEST_WAIT)
        position.next_at = now + max(wait, timedelta(seconds=retry_after or 0))
    position.save()


@step
def take_in_page(
    log: ProviderLog,
    position: LogPosition,
    page: LogPage,
    records: list[Record],
    odd: list[Odd],
    *,
    by: Any,
) -> int:
    """What a page of the log tells, and where to go on, at once. Returns how many acts
    are new."""
    new = keep_records(log, records, by=by)
    for missing in page.missing:
        _note_gap(log, missing, by)
    put_aside(log, odd, by=by)
    position.cursor, position.read_until = page.cursor, page.read_until
    position.leased_until = clock.now() + LEASE
    position.save()
    return new


@step
def file_log(connection: Connection, *, by: Any) -> ProviderLog:
    """Into which files are read that somebody brings."""
    return log_named(connection, FILE)


@step(may=can_read_file)
def take_in_file(
    log: ProviderLog, records: list[Record], odd: list[Odd], *, by: Any
) -> int:
    """What a file of the log tells. Returns how many acts are new."""
    new = keep_records(log, records, by=by)
    put_aside(log, odd, by=by)
    note("log.file_read", on=log, by=by, acts=new, odd=len(odd))
    return new


def keep_records(log: ProviderLog, records: list[Record], *, by: Any) -> int:
    """Inside a step: every act that is not known yet. Who reads the same log waits."""
    ProviderLog.objects.select_for_update(of=("self",)).get(pk=log.pk)
    numbers = [event.external_id for record in records for event in record.events]
    rows_known = _beside(log).filter(external_id__in=numbers)
    known = set(rows_known.values_list("external_id", flat=True))
    rows: list[AccessEvent] = []
    payloads: list[Content] = []
    for record in records:
        new = list(_new(record.events, known))
        if new:
            payloads.append(sealed(record.raw, "application/json"))
            rows += [_row(log, event, payloads[-1], by) for event in new]
    keep_many(payloads)
    add_unversioned(rows)
    if rows:
        note("log.read", on=log, by=by, acts=len(rows))
    return len(rows)


def _beside(log: ProviderLog) -> QuerySet[AccessEvent]:
    """What may tell of the same acts: what a machine reads of a log may come in a file
    too."""
    if log.name == FILE:
        return AccessEvent.objects.filter(log__connection=log.connection_id)
    of_file = Q(log__connection=log.connection_id, log__name=FILE)
    return AccessEvent.objects.filter(of_file | Q(log=log))


def _new(events: Iterable[Event], known: set[str]) -> Iterator[Event]:
    for event in events:
        if event.external_id not in known:
            known.add(event.external_id)
            yield event


def _row(log: ProviderLog, event: Event, payload: Content, by: Any) -> AccessEvent:
    return AccessEvent(
        connection_id=log.connection_id,
        log=log,
        payload=payload,
        reported_by=by,
        reported_at=clock.now(),
        **vars(event),
    )


def put_aside(log: ProviderLog, odd: list[Odd], *, by: Any) -> None:
    """Inside a step: what could not be read, as one thing for a person to look at."""
    if not odd:
        return
    trouble = in_record(ODD, count=len(odd), log=log.name, trouble=odd[0].trouble)
    body = b"[" + b",\n".join(row.raw for row in odd) + b"]"
    set_aside(log.connection, by=by, payload=body, trouble=trouble)


def _note_gap(log: ProviderLog, missing: Missing, by: Any) -> None:
    """Told once, however often it is met; one that overlaps is another."""
    known = log.gaps.filter(since__lte=missing.since, until__gte=missing.until)
    if known.exists():
        return
    gap = LogGap(
        log=log,
        since=missing.since,
        until=missing.until,
        why=missing.why[:300],
        noticed_at=clock.now(),
    )
    gap.save()
    note("log.gap", on=gap, by=by)
