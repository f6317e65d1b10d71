"""A side door closed at the provider, and read back: a consent that a ticket carries,
what was opened there, or what was delegated."""

from collections.abc import Callable
from typing import Protocol

from django.utils.translation import gettext as _

from requests_app.background.connector import (
    doorkeeper_of,
    gatekeeper_of,
    support_desk_of,
)
from requests_app.background.outbox.body import body_of
from requests_app.background.outbox.lease import (
    Call,
    delivered,
    give_up,
    refused,
    try_later,
)
from requests_app.models import OutboxMessage, SideDoor
from requests_app.providers.protocol import Reply, Ticket, Unknown, Unreachable
from requests_app.providers.reading import Unreadable
from requests_app.workflow.machine_accounts import OUTBOX, machine_account
from requests_app.workflow.side_door import note_closed
from requests_app.workflow.support_ticket import note_ticket


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
