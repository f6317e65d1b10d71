"""What the sweep does for oversight: contact, doors, ledger, log file, logs, polling,
reconciling, replay, support and woken."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any, NamedTuple, Protocol

import httpx
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, Error
from django.db import connection as database
from django.db.models import (
    CharField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat
from django.utils import translation
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.changes import NoticedRow
from audit_app.history import add_unversioned
from audit_app.reconcile import GUARDS, Finding, is_fresh, looked_at, some
from audit_app.sealing.keys import ASKING_MOST_BYTES, Silent
from audit_app.sealing.outside import (
    hand_out_round,
    receipt_round,
    seen_outside,
    stamp_round,
)
from audit_app.sealing.sealer import seal_round
from requests_app.cases.access.models import AccessGrant, OutboxMessage, SideDoor
from requests_app.cases.access.outbox import (
    Call,
    body_of,
    connector_of,
    correspondent_of,
    delivered,
    doorkeeper_of,
    gatekeeper_of,
    give_up,
    log_provider_of,
    log_records_of,
    refused,
    support_desk_of,
    try_later,
)
from requests_app.cases.access.restore import (
    can_tell,
    has_been_asked,
    is_marked,
    mark_of,
)
from requests_app.cases.access.selectors import (
    AsDecided,
    catalogue,
    read_batch,
    replayable,
)
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.steps.dialogue import take_in_message
from requests_app.cases.intake.sweep import Receiver
from requests_app.cases.review.law.tree import parse
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.cases.review.models.decision import Decision
from requests_app.core import sweep
from requests_app.core.models import Heartbeat
from requests_app.core.step import INTAKE, OUTBOX, SWEEP, SYSTEM, Busy, machine_account
from requests_app.core.words.texts import moment_in_words
from requests_app.duty.sweep.ladders import acknowledge, to_acknowledge
from requests_app.oversight.law import difference
from requests_app.oversight.models import (
    EventOutcome,
    LogPosition,
    ProviderLog,
    ReplayBatch,
    ReplayedCase,
    ReplayRun,
)
from requests_app.oversight.readiness import note_readiness
from requests_app.oversight.steps import acts, incidents
from requests_app.oversight.steps.acts import (
    BACK,
    Odd,
    Record,
    file_log,
    lease,
    logs_of,
    note_shown,
    note_ticket,
    release,
    take_in_file,
    take_in_page,
)
from requests_app.oversight.steps.acts import reconcile as reconcile_acts
from requests_app.oversight.steps.incidents import note_closed, report_alterations
from requests_app.providers.http import exchange
from requests_app.providers.protocol import (
    Correspondent,
    Reply,
    Standing,
    Ticket,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import LARGEST, Piece, Unreadable, reading
from requests_app.providers.secrets import NotSet
from requests_app.registers.models.cloud import Connection, Outcome
from requests_app.registers.models.provisions import Provision

# When each provider that we ask last answered, and what people must know of that.


def contact_name(connection: Connection) -> str:
    return f"{Heartbeat.POLL}{connection.pk}"


def note_contact(connection: Connection, trouble: str) -> None:
    """`at` is when the provider last answered; failures count since then."""
    row, _made = Heartbeat.objects.get_or_create(
        name=contact_name(connection), defaults={"at": acting.now()}
    )
    row.trouble = trouble
    row.failures = row.failures + 1 if trouble else 0
    if not trouble:
        row.at = acting.now()
    row.save()


def troubles(
    beats: Iterable[Heartbeat], run_by: Collection[int] | None = None
) -> list[str]:
    """What people must know: providers that do not answer when they are asked, those
    that nothing is sent to yet, and logs that can't be read. `run_by`: of connections
    that these authorities run; others are not to know which requests there are."""
    return _of_providers(list(beats), run_by) + log_troubles(run_by)


def _of_providers(beats: list[Heartbeat], run_by: Collection[int] | None) -> list[str]:
    rows = [
        row for row in beats if row.name.startswith(Heartbeat.POLL) and row.failures
    ]
    restored = [row for row in beats if row.name.startswith(Heartbeat.RESTORED)]
    if not rows and not restored:
        return []
    run = Q() if run_by is None else Q(authority__in=run_by)
    polled = Connection.objects.polled().filter(run).select_related("product")
    tellers = can_tell().filter(run).select_related("product")
    names = {contact_name(row): row for row in polled}
    marks = {mark_of(row): row for row in tellers}
    return [
        _(
            "%(connection)s is to tell what became of its requests since the backup of"
            " %(at)s. Until then no answer is sent."
        )
        % {
            "connection": marks[row.name],
            "at": moment_in_words(datetime.fromisoformat(row.trouble)),
        }
        for row in restored
        if row.name in marks
    ] + [
        _("%(connection)s has not answered since %(at)s: %(trouble)s")
        % {
            "connection": names[row.name],
            "at": moment_in_words(row.at),
            "trouble": row.trouble,
        }
        for row in rows
        if row.name in names
    ]


def log_troubles(run_by: Collection[int] | None = None) -> list[str]:
    """Logs that could not be read the last time, of connections that these authorities
    run."""
    rows = LogPosition.objects.filter(
        failures__gt=0, log__in=ProviderLog.objects.by_machine()
    )
    if run_by is not None:
        rows = rows.filter(log__connection__authority__in=run_by)
    rows = rows.select_related("log__connection__product").order_by("log")
    return [_of_log(row) for row in rows]


def _of_log(row: LogPosition) -> str:
    words = {"log": row.log, "trouble": row.trouble}
    if row.answered_at is None:
        return _("%(log)s has never been read: %(trouble)s") % words
    text = _("%(log)s has not been read since %(at)s: %(trouble)s")
    return text % {**words, "at": moment_in_words(row.answered_at)}


# What stands open at a provider where we open and close.


def look_at_doors(connection: Connection, by: Any) -> list[str]:
    """A line for each that is not as decided. Raises Unreachable or Unreadable."""
    asked_at = acting.now()
    doors = list(doorkeeper_of(connection).open_doors())
    return incidents.look_at(connection, doors, by=by, asked_at=asked_at)


def look_at_outsiders(connection: Connection, by: Any) -> list[str]:
    """A line for each who may enter since without asking. Raises Unreachable or
    Unreadable."""
    keeper = gatekeeper_of(connection)
    shown = {
        SideDoor.Kind.DELEGATED: list(keeper.delegations()),
        SideDoor.Kind.ROLE: list(keeper.roles_from_outside()),
    }
    return incidents.look_at_outsiders(connection, shown, by=by)


# Sealing the ledger each round, and telling people where it can't be.

# Seconds for the whole of an exchange with a witness.
LONGEST = 8.0
TIMEOUT = httpx.Timeout(LONGEST, connect=3.0)


def seal_ledger() -> list[str]:
    """Leaves, checkpoint, cosignatures, receipts, ways out, stamp. What hinders is told
    on every page."""
    receipts = partial(receipt_round, Decision._meta.db_table)
    rounds = (partial(seal_round, post), receipts, hand_out_round)
    troubles = [trouble for go_round in rounds for trouble in go_round()]
    troubles += stamp_round(query)
    trouble = " ".join(troubles)[:300]
    beat, _is_new = Heartbeat.objects.get_or_create(
        name=Heartbeat.LEDGER, defaults={"at": acting.now()}
    )
    # The time is that of the last round that had no trouble.
    if not trouble:
        beat.at = acting.now()
    beat.trouble = trouble
    beat.save()
    _mark_outside()
    return [f"ledger: {trouble}"] if trouble else []


def _mark_outside() -> None:
    """For every page: when somebody outside last saw it, or that nobody has."""
    times = [one.at for one in seen_outside(DEFAULT_DB_ALIAS)]
    Heartbeat.objects.update_or_create(
        name=Heartbeat.OUTSIDE,
        defaults={
            "at": max(times, default=acting.now()),
            "trouble": "" if times else "nobody outside has seen it",
        },
    )


def post(url: str, body: bytes) -> tuple[int, str]:
    status, answer = _sent(url, body)
    return status, answer.decode(errors="replace")


def query(url: str, body: bytes) -> tuple[int, bytes]:
    return _sent(url, body, headers={"Content-Type": "application/timestamp-query"})


def _sent(url: str, body: bytes, **more: Any) -> tuple[int, bytes]:
    try:
        reply = exchange(
            "POST",
            url,
            timeout=TIMEOUT,
            longest=LONGEST,
            most_bytes=ASKING_MOST_BYTES,
            content=body,
            **more,
        )
    except Unreachable as error:
        raise Silent(str(error)) from error
    return reply.status, reply.body


# Reading the logs of providers; what they tell is held against what was granted.

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
            sweep.touch()
    return lines


def compare_acts(by: Any) -> list[str]:
    """Hold what was done lately against what was granted, on every connection where
    there is either."""
    since = acting.now() - BACK
    acts = AccessEvent.objects.filter(
        Q(happened_at__gte=since) | Q(reported_at__gte=since), connection=OuterRef("pk")
    )
    grants = AccessGrant.objects.filter(
        access_request__connection=OuterRef("pk"), ends_at__gte=since
    )
    lines: list[str] = []
    for connection in Connection.objects.filter(Exists(acts) | Exists(grants)):
        try:
            lines += reconcile_acts(connection, by=by, since=since)
        except Busy as error:
            lines.append(f"{connection}: {error}")
        sweep.touch()
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
    for page in reader.read(row.name, position.cursor, acting.now()):
        records, odd = in_our_terms(page.records, mapping_of(row))
        new += take_in_page(row, position, page, records, odd, by=by)
        sweep.touch()
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
    latest = acting.now() + AHEAD
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


# Reading a log from a file that a person brings, and holding it against what was
# granted at once.


class ReadFile(NamedTuple):
    """How many acts of the file were new or known, how many records could not be read,
    and what the acts came out as that are not within what was granted."""

    new: int
    known: int
    odd: int
    outside: list[EventOutcome]
    # Why the rest of the file could not be read; what came before it is taken in.
    trouble: str = ""


def read_file(connection: Connection, raw: bytes, name: str, *, by: Any) -> ReadFile:
    """Raises Unreadable where nothing of it can be read."""
    pieces, trouble = _pieces(connection, raw, name)
    log = file_log(connection, by=by)
    records, odd = in_our_terms(pieces, mapping_of(log))
    numbers = {event.external_id for record in records for event in record.events}
    new = take_in_file(log, records, odd, by=by)
    times = [event.happened_at for record in records for event in record.events]
    if times:
        reconcile_acts(connection, by=machine_account(SYSTEM), since=min(times))
    outside = _outside(connection, numbers)
    return ReadFile(new, len(numbers) - new, len(odd), outside, trouble)


def _pieces(connection: Connection, raw: bytes, name: str) -> tuple[list[Any], str]:
    """What is good before a file is cut off is not thrown away."""
    pieces: list[Any] = []
    try:
        for piece in log_records_of(connection, raw, name):
            pieces.append(piece)
    except Unreadable as error:
        if not pieces:
            raise
        return pieces, str(error)
    return pieces, ""


def _outside(connection: Connection, numbers: set[str]) -> list[EventOutcome]:
    rows = EventOutcome.objects.current().filter(
        event__log__connection=connection, event__external_id__in=numbers
    )
    rows = rows.exclude(outcome=Outcome.INSIDE).select_related("event__connection")
    return list(rows.order_by("event__happened_at", "event"))


# A side door closed at the provider, and read back: a consent that a ticket carries,
# what was opened there, or what was delegated.


class Closer(Protocol):
    def is_open(self) -> bool:
        """Does the provider show, asked now, that the door is open?"""

    def close(self, body: bytes) -> Reply: ...

    def note(self) -> None:
        """Keep here that it is closed."""


class Consent:
    def __init__(self, door: SideDoor) -> None:
        assert door.ticket is not None  # noqa: S101 — a consent has its ticket
        self.door, self.name = door, door.ticket.name
        self.desk = support_desk_of(door.connection)
        self.shown: Ticket | None = None

    def is_open(self) -> bool:
        ticket = self.shown = self.desk.ticket(self.name)
        return ticket.advanced_diagnostics or bool(ticket.other_consents)

    def close(self, _body: bytes) -> Reply:
        assert self.shown is not None  # noqa: S101 — it was asked for first
        return self.desk.withdraw_consent(self.shown)

    def note(self) -> None:
        assert self.shown is not None  # noqa: S101 — it was asked for first
        by = machine_account(OUTBOX)
        note_ticket(self.door.connection, self.shown, by=by)


class Opened:
    def __init__(self, door: SideDoor) -> None:
        self.door = door
        self.keeper = doorkeeper_of(door.connection)

    def is_open(self) -> bool:
        place = self.door.place.lower()
        # Read to its end: a list that breaks off shows nothing of what comes after.
        return place in [row.place.lower() for row in self.keeper.open_doors()]

    def close(self, body: bytes) -> Reply:
        return self.keeper.decide(self.door.place, "revoke", body)

    def note(self) -> None:
        note_closed(self.door, by=machine_account(OUTBOX))


class Delegated:
    def __init__(self, door: SideDoor) -> None:
        self.door = door
        self.keeper = gatekeeper_of(door.connection)

    def is_open(self) -> bool:
        place = self.door.place.lower()
        return place in [row.place.lower() for row in self.keeper.delegations()]

    def close(self, _body: bytes) -> Reply:
        return self.keeper.end_delegation(self.door.place)

    def note(self) -> None:
        note_closed(self.door, by=machine_account(OUTBOX))


CLOSERS: dict[str, Callable[[SideDoor], Closer]] = {
    SideDoor.Kind.CONSENT: Consent,
    SideDoor.Kind.OPENED: Opened,
    SideDoor.Kind.DELEGATED: Delegated,
}


def send_closing(message: OutboxMessage) -> str:
    door = message.side_door
    assert door is not None  # noqa: S101 — a closing has its door
    if not door.is_open:
        # A case may have opened it since: that is not what was taken back.
        return delivered(message, Call(b"", result=_("It is closed already.")))
    call = Call(b"")
    try:
        closer = CLOSERS[door.kind](door)
        if closer.is_open():
            body = body_of(message)
            reply = closer.close(body)
            call = Call(body, reply.body, reply.status)
            if reply.status >= 300:
                trouble = _("The provider does not take it back: HTTP %(n)s.")
                trouble %= {"n": reply.status}
                return refused(message, reply, call._replace(result=trouble))
            if closer.is_open():
                trouble = _("Accepted, but not yet to be seen at the provider.")
                return try_later(message, call._replace(result=trouble))
    except Unknown as error:
        return give_up(message, call._replace(result=str(error)))
    except (Unreachable, Unreadable) as error:
        return try_later(message, call._replace(result=str(error)))
    closer.note()
    return delivered(message, call._replace(result=_("It took effect.")))


# What providers say where we have asked them, and what was consented to in tickets.

# Clocks may differ a little; what was said before a question is no answer to it.
BEFORE = timedelta(minutes=5)


def note_tickets(connection: Connection, by: Any) -> None:
    """Which tickets carry consents. Raises Unreachable or Unreadable."""
    names = []
    for ticket in support_desk_of(connection).tickets():
        note_ticket(connection, ticket, by=by)
        names.append(ticket.name)
    note_shown(connection, names, by=by)


def take_in_messages(
    connection: Connection, by: Any, lines: list[str], troubles: list[str]
) -> None:
    """What was said of requests about which we have asked. What can't be read there
    hinders no request. Raises Unreadable."""
    if not connection.is_asked:
        return
    try:
        lines += _taken_in(connection, by)
    except NotSet:
        return  # people ask
    except Unreachable as error:
        troubles.append(str(error))


def _taken_in(connection: Connection, by: Any) -> Iterator[str]:
    requests = _with_questions(connection)
    if not requests:
        return
    correspondent = correspondent_of(connection)
    for access_request in requests:
        try:
            thread = correspondent.thread(access_request.asked_in)
        except Unknown:
            continue  # what was to be said there is work for people
        yield from _from_one(correspondent, access_request, thread, by)


def _with_questions(connection: Connection) -> list[AccessRequest]:
    watched = [*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN]
    rows = AccessRequest.objects.filter(
        connection=connection, status__in=watched, messages__from_provider=False
    ).select_related("connection__product")
    return [row for row in rows.distinct() if row.asked_in]


def _from_one(
    correspondent: Correspondent, access_request: AccessRequest, thread: str, by: Any
) -> Iterator[str]:
    questions = access_request.messages.filter(from_provider=False)
    first = questions.order_by("said_at").values_list("said_at", flat=True)[0]
    messages = correspondent.messages(thread, first - BEFORE)
    for message in sorted(messages, key=lambda row: (row.at, row.key)):
        if message.from_provider and take_in_message(access_request, message, by=by):
            yield f"{access_request}: {message.key}"


# Asking the providers that can be asked: what waits, what has become of the rest,
# and what was done during access.

# How long after access what was done may still be reported.
LATEST_EVENTS = timedelta(days=7)
# Seconds of one round for all connections, and for one of them.
POLLING_BUDGET = 120.0
POLLING_LONGEST_VISIT = 45.0


def poll_all() -> list[str]:
    """Ask every connection that is asked by machine, as many as there is time for.

    Returns a line for each change. What is wrong with one stops no other.
    """
    lines: list[str] = []
    end = time.monotonic() + POLLING_BUDGET
    polled = Connection.objects.polled().select_related("product")
    # In any order: the same one must not be the last each time.
    for connection in polled.order_by("?"):
        if time.monotonic() > end:
            break
        try:
            lines += poll(connection)
        except Exception as error:
            log.exception("poll: %s", connection)
            lines.append(f"{connection}: {error}")
        sweep.touch()
    return lines


def poll(connection: Connection) -> list[str]:
    """Ask one connection: its pending requests, then those we hold that it no longer
    lists. Trouble is noted where people see it, and the next round asks again."""
    lines: list[str] = []
    troubles: list[str] = []
    try:
        visit = Visit(connection, lines, troubles)
        for ask in (
            visit.pending,
            visit.awaited,
            visit.events,
            visit.doors,
            visit.begun,
            visit.messages,
        ):
            ask()
        if not troubles:
            has_been_asked(connection)
        troubles += visit.of_one
    except Unreachable as error:
        troubles.append(str(error))
        lines.append(f"{connection}: {error}")
    except Exception as error:
        troubles.append(f"{type(error).__name__}: {error}")
        raise
    finally:
        note_contact(connection, " ".join(troubles)[:300])
    return lines


class Visit:
    """One round's asking of one connection."""

    def __init__(
        self, connection: Connection, lines: list[str], troubles: list[str]
    ) -> None:
        self.connection = connection
        self.lines, self.troubles = lines, troubles
        # What concerns one request says nothing of the others.
        self.of_one: list[str] = []
        self.by = machine_account(INTAKE)
        self.connector = connector_of(connection)
        self.receiver = Receiver(
            connection, by=self.by, received_by=AccessRequest.ReceivedBy.POLL
        )
        self.end = time.monotonic() + POLLING_LONGEST_VISIT

    def pending(self) -> None:
        with self._setting_aside(self.troubles):
            # What was concluded since the backup waits no longer, and is not known.
            restored = is_marked(self.connection)
            ask = self.connector.every if restored else self.connector.pending
            for piece in ask():
                self._take_in(piece)

    def awaited(self) -> None:
        for number in _awaited(self.connection, self.receiver.seen):
            # The others are asked for all the same.
            with self._setting_aside(self.of_one):
                self._take_in(self.connector.get(number))

    def events(self) -> None:
        """What was done, of requests with access now or lately."""
        if not self.connection.product.interface.abilities.events:
            return
        since = acting.now() - LATEST_EVENTS
        for access_request in AccessRequest.objects.filter(
            connection=self.connection, grants__ends_at__gte=since
        ).distinct():
            with self._setting_aside(self.of_one):
                for piece in self.connector.events(access_request.external_id):
                    self._take_in_event(access_request, piece)

    def doors(self) -> None:
        """What stands open, where we open and close."""
        if self.connection.product.abilities.opens_grants:
            with self._setting_aside(self.troubles):
                self.lines += look_at_doors(self.connection, self.by)

    def messages(self) -> None:
        """What the provider says in the support cases in which we have asked."""
        with self._setting_aside(self.of_one):
            take_in_messages(self.connection, self.by, self.lines, self.of_one)

    def begun(self) -> None:
        """That a review has begun is told where the provider hears of it."""
        for access_request in to_acknowledge(self.connection):
            self._refuse_endless()
            with self._setting_aside(self.of_one), suppress(Busy):
                acknowledge(access_request, self.connector, by=self.by)
                self.lines.append(f"{access_request}: told of the review")

    def _take_in(self, piece: Piece) -> None:
        self._refuse_endless()
        received = self.receiver.take_in(piece)
        if received.result is not None:
            name = received.access_request or "?"
            self.lines.append(f"{name}: {received.result}")
        elif received.access_request is None:
            self.lines.append(received.trouble)

    def _take_in_event(self, access_request: AccessRequest, piece: Piece) -> None:
        """One that is known already is left out; an odd one stops no other."""
        self._refuse_endless()
        with self._setting_aside(self.of_one), suppress(Busy):
            with reading(piece.raw):
                event = self.connection.product.interface.event(piece.value)
            if acts.take_in_event(access_request, event, by=self.by, payload=piece.raw):
                self.lines.append(f"{access_request}: {event.action}")

    @contextmanager
    def _setting_aside(self, troubles: list[str]) -> Iterator[None]:
        """What can't be read is kept for a person; what is not known is only noted."""
        try:
            yield
        except Unknown as error:
            troubles.append(str(error))
        except Unreadable as error:
            self.lines.append(f"{self.connection}: {error}")
            if error.raw:
                self.receiver.aside(error.raw, str(error))
            # Of one request it is work for a person, and no trouble of the connection.
            if not error.raw or troubles is not self.of_one:
                troubles.append(str(error))

    def _refuse_endless(self) -> None:
        if time.monotonic() > self.end:
            raise Unreachable(_("It answers slowly: the rest is asked in a minute."))


def _awaited(connection: Connection, seen: dict[str, str]) -> list[str]:
    """Numbers that we still await or watch, and the list did not hold."""
    watched = [*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN]
    rows = AccessRequest.objects.filter(connection=connection, status__in=watched)
    return list(
        rows.exclude(external_id__in=list(seen)).values_list("external_id", flat=True)
    )


# Comparing what is recorded with itself, a piece each round; what does not agree is
# kept, told to those who can act, and stands on the case.

SECONDS = 5.0  # of a round
# What else is compared, beside rows, versions and lines, by whoever knows it.
BESIDE_ROWS: list[Callable[[str], Iterable[Finding]]] = []


def reconcile(by: Any, seconds: float = SECONDS) -> list[str]:
    """What is new, in sentences. What can not be kept hinders no other; the round fails
    when all has been looked at."""
    lines, failures = [], []
    for finding in chain(_beside_rows(), some(seconds)):
        try:
            if _keep(finding, by):
                lines.append(str(finding))
        except DatabaseError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return lines


def _beside_rows() -> Iterator[Finding]:
    if not is_fresh(GUARDS):
        for look in BESIDE_ROWS:
            yield from look("default")
        looked_at(GUARDS)


def _keep(finding: Finding, by: Any) -> bool:
    """Was it new? Then people are told, once."""
    with acting_as(by), database.cursor() as cursor:
        cursor.execute(
            "select audit_disagreement_add(%s, %s, %s, %s, %s, %s)",
            [
                finding.what,
                finding.object_type,
                finding.object_id,
                finding.entry_id,
                by.pk,
                finding.digest,
            ],
        )
        is_new = cursor.fetchone()[0] is not None
        if is_new:
            place = _row(finding.object_type, finding.object_id)
            report_alterations([NoticedRow(*_names(finding), place)], by=by)
    return is_new


def _names(finding: Finding) -> tuple[str, str]:
    """Table and number of what was found. Where the key of a row is a secret it is the
    line's, each of which is told of. No longer than there is room for: a line may say
    anything."""
    key = finding.object_id or f"@{finding.entry_id or ''}"
    field: Any = Alteration._meta.get_field
    kind = finding.object_type[: field("object_type").max_length]
    return kind, key[: field("object_id").max_length]


def _row(table: str, key: str) -> Any:
    """The row, or where it is gone its newest version: either says whose case it is.
    None of what can be no row's key: a line may say anything."""
    pk = key.removeprefix("#")  # of what is told of when it is written outside
    for model in apps.get_models():
        if model._meta.db_table == table and not model._meta.proxy:
            try:
                model._meta.pk.to_python(pk)
            except ValidationError:
                return None
            row = model._base_manager.filter(pk=pk).first()
            history = getattr(model, "history", None)
            if row is None and history is not None:
                row = history.model.objects.filter(id=pk).first()
            return row
    return None


# Trying earlier decisions anew, piece by piece: each piece is its own transaction.
#
# What is read stays as it is: the only rows written are those of the replay.

BATCH = 100
# Of a round of the sweep, in seconds: the clocks of requests go before a reckoning.
SHARE = 10


def work_off_replays() -> list[str]:
    """Go on with what is ordered, the oldest first, for a part of the round."""
    until = time.monotonic() + SHARE
    lines: list[str] = []
    for run in ReplayRun.objects.exclude(batches__is_last=True).order_by("pk"):
        for _cases in replay(run):
            if time.monotonic() > until:
                return lines
        if run.batches.filter(is_last=True).exists():
            lines.append(f"replay {run.pk}: {run.cases.count()}")
    return lines


def replay(run: ReplayRun) -> Iterator[int]:
    """Go on where it stopped; the number of cases of each piece. Stops where somebody
    else is at it."""
    law = catalogue()
    is_last = False
    while not is_last:
        # In Swedish, whatever the language of whoever ordered: as the cases are.
        with acting_as(machine_account(SWEEP)), translation.override("sv"):
            if not _alone(run) or run.batches.filter(is_last=True).exists():
                return
            batch = _next_batch(run, law)
        is_last = batch.is_last
        yield batch.cases


def _alone(run: ReplayRun) -> bool:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('lockbox replay', %s))",
            [run.pk],
        )
        return cursor.fetchone()[0]


def _next_batch(run: ReplayRun, law: dict[int, Provision]) -> ReplayBatch:
    done = run.batches.aggregate(up_to=Max("up_to"))["up_to"] or 0
    rows = replayable(run.since, run.authority_id).filter(pk__gt=done)[:BATCH]
    cases = read_batch(rows, law)
    _write_differences(run, cases, law)
    return ReplayBatch.objects.create(
        run=run,
        up_to=cases[-1].proposal.pk if cases else done + 1,
        cases=len(cases),
        is_last=len(cases) < BATCH,
        done_at=acting.now(),
    )


def _write_differences(
    run: ReplayRun, cases: list[AsDecided], law: dict[int, Provision]
) -> None:
    premise = parse(run.premise)
    outcomes = [(case, difference(case, premise, law)) for case in cases]
    add_unversioned(
        [
            ReplayedCase(
                run=run,
                review_id=case.review.pk,
                proposal=case.proposal,
                result=outcome.result,
                reasons=outcome.reasons,
                access_grant_id=case.running_grant,
            )
            for case, outcome in outcomes
            if outcome is not None
        ]
    )


# Asking a provider as soon as it says that there is something to ask about.

LOOK = 15.0  # seconds after which we look whether it is over
CALM = 2.0  # before we listen again where the database does not answer


def poll_when_woken(over: threading.Event) -> None:
    """Until it is over, which is looked at now and then."""
    try:
        while not over.is_set():
            try:
                _listen(over)
            except Error:
                log.exception("wake-up")
                database.close()
                time.sleep(CALM)
    finally:
        database.close()


def _listen(over: threading.Event) -> None:
    with database.cursor() as cursor:
        cursor.execute("listen lockbox_poll")
    while not over.is_set():
        with database.wrap_database_errors:
            woken = list(database.connection.notifies(timeout=LOOK, stop_after=1))
        for pk in {notice.payload for notice in woken}:
            _poll(pk)


def _poll(pk: str) -> None:
    """What is wrong with one connection stops no other; the sweep asks again."""
    polled = Connection.objects.polled().select_related("product")
    for row in polled.filter(pk=int(pk)):
        try:
            for line in poll(row):
                log.info("wake-up: %s", line)
        except Error:
            raise
        except Exception:
            log.exception("wake-up: %s", row)


# Is what a connection needs in place before a request comes? Asked every hour.

log = logging.getLogger(__name__)

READINESS_EVERY = timedelta(hours=1)
# Seconds of one round for all connections, and for one of them.
READINESS_BUDGET = 60.0
READINESS_LONGEST = 30.0


def check_what_is_due(by: Any) -> list[str]:
    """Ask each connection that was not asked within the hour, as many as there is time
    for. Returns a line for each turn. What is wrong with one stops no other."""
    lines: list[str] = []
    end = time.monotonic() + READINESS_BUDGET
    for connection in _readiness_due(acting.now()):
        if time.monotonic() > end:
            break
        # Before it is asked: one that hangs until the process dies waits its hour too.
        name = f"{Heartbeat.READY}{connection.pk}"
        Heartbeat.objects.update_or_create(name=name, defaults={"at": acting.now()})
        lines += [f"{connection}: {name}" for name in check_readiness(connection, by)]
        sweep.touch()
    return lines


def _readiness_due(now: datetime) -> QuerySet[Connection]:
    """The connections to check, first those never checked, then by the longest ago."""
    key = Concat(Value(Heartbeat.READY), Cast(OuterRef("pk"), CharField()))
    beats = Heartbeat.objects.filter(name=key).values("at")
    rows: Any = Connection.objects.reached().select_related("product", "authority")
    rows = rows.annotate(asked=Subquery(beats))
    rows = rows.filter(Q(asked=None) | Q(asked__lte=now - READINESS_EVERY))
    return rows.order_by(F("asked").asc(nulls_first=True), "pk")


def check_readiness(connection: Connection, by: Any) -> list[str]:
    """Ask one connection; the names of what has turned."""
    reached = _("The provider can be asked")
    standings: list[Standing] = []
    trouble = ""
    end = time.monotonic() + READINESS_LONGEST
    try:
        for standing in connector_of(connection).standing():
            standings.append(standing)
            if time.monotonic() > end:
                trouble = _("It answers slowly: not all was asked.")
                break
    except (Unreachable, Unreadable) as error:
        trouble = str(error)
    except Exception as error:
        log.exception("readiness: %s", connection)
        trouble = f"{type(error).__name__}: {error}"
    standings.append(Standing(reached, trouble))
    if connection.has_support_tickets:
        standings += _standing_of_tickets(connection, by)
    if connection.shows_outsiders:
        standings.append(_standing_of_outsiders(connection, by))
    return note_readiness(connection, standings, by=by, is_all=not trouble)


def _standing_of_tickets(connection: Connection, by: Any) -> list[Standing]:
    """Which tickets carry consents is looked for at the same time. Nothing, where
    nobody has set up that a machine asks."""
    name = _("Support tickets can be read, and questions be put into them")
    try:
        note_tickets(connection, by)
    except NotSet:
        return []
    except (Unreachable, Unreadable) as error:
        return [Standing(name, str(error))]
    except Exception as error:
        log.exception("readiness: tickets of %s", connection)
        return [Standing(name, f"{type(error).__name__}: {error}")]
    return [Standing(name)]


def _standing_of_outsiders(connection: Connection, by: Any) -> Standing:
    """Who may enter without asking is looked for at the same time."""
    name = _("Who of another tenant may enter can be read")
    try:
        look_at_outsiders(connection, by)
    except (Unreachable, Unreadable) as error:
        return Standing(name, str(error))
    except Exception as error:
        log.exception("readiness: outsiders of %s", connection)
        return Standing(name, f"{type(error).__name__}: {error}")
    return Standing(name)
