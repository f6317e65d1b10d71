"""Asking the providers that can be asked: what waits, what has become of the rest,
and what was done during access."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background import heartbeat
from requests_app.background.acknowledging import acknowledge, to_acknowledge
from requests_app.background.after_restore import (
    has_been_asked,
    is_marked,
)
from requests_app.background.connector import connector_of
from requests_app.background.contact import note_contact
from requests_app.background.doors import look_at_doors
from requests_app.background.receiving import Receiver
from requests_app.background.support import take_in_messages
from requests_app.models import AccessRequest, Connection
from requests_app.providers.protocol import Unknown, Unreachable
from requests_app.providers.reading import Piece, Unreadable, reading
from requests_app.workflow import reported_act
from requests_app.workflow.machine_accounts import INTAKE, machine_account
from requests_app.workflow.step import Busy

log = logging.getLogger(__name__)

# How long after access what was done may still be reported.
LATEST_EVENTS = timedelta(days=7)
# Seconds of one round for all connections, and for one of them.
BUDGET = 120.0
LONGEST_VISIT = 45.0


def poll_all() -> list[str]:
    """Ask every connection that is asked by machine, as many as there is time for.

    Returns a line for each change. What is wrong with one stops no other.
    """
    lines: list[str] = []
    end = time.monotonic() + BUDGET
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
        heartbeat.touch()
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
        self.end = time.monotonic() + LONGEST_VISIT

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
        since = clock.now() - LATEST_EVENTS
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
            if reported_act.take_in_event(
                access_request, event, by=self.by, payload=piece.raw
            ):
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
