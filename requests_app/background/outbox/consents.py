"""A consent that a support ticket carries, taken back at the provider and read back."""

from django.utils.translation import gettext as _

from requests_app.background.connector import support_desk_of
from requests_app.background.outbox.lease import (
    Call,
    delivered,
    give_up,
    refused,
    try_later,
)
from requests_app.models import OutboxMessage
from requests_app.providers.protocol import Ticket, Unknown, Unreachable
from requests_app.providers.reading import Unreadable
from requests_app.workflow.machine_accounts import OUTBOX, machine_account
from requests_app.workflow.support_ticket import note_ticket


def send_consent(message: OutboxMessage) -> str:
    row = message.ticket
    assert row is not None  # noqa: S101 — a withdrawal has its ticket
    call = Call(b"")
    try:
        desk = support_desk_of(row.connection)
        ticket = desk.ticket(row.name)
        if _carries(ticket):
            reply = desk.withdraw_consent(ticket)
            call = Call(b"", reply.body, reply.status)
            if reply.status >= 300:
                trouble = _("The provider does not take it back: HTTP %(n)s.")
                trouble %= {"n": reply.status}
                return refused(message, reply, call._replace(result=trouble))
            ticket = desk.ticket(row.name)
    except Unknown as error:
        return give_up(message, call._replace(result=str(error)))
    except (Unreachable, Unreadable) as error:
        return try_later(message, call._replace(result=str(error)))
    if _carries(ticket):
        trouble = _("Accepted, but not yet to be seen at the provider.")
        return try_later(message, call._replace(result=trouble))
    note_ticket(row.connection, ticket, by=machine_account(OUTBOX))
    return delivered(message, call._replace(result=_("It took effect.")))


def _carries(ticket: Ticket) -> bool:
    return ticket.advanced_diagnostics or bool(ticket.other_consents)
