"""Support tickets and their consents: noted as the provider shows them, taken back."""

from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Connection, OutboxMessage, SupportTicket
from requests_app.permissions.steps import can_withdraw_consent
from requests_app.providers.protocol import Ticket
from requests_app.workflow import outbox
from requests_app.workflow.step import note, save, step


@step
def note_ticket(connection: Connection, ticket: Ticket, *, by: Any) -> bool:
    """Keep what the provider shows of it, by a machine, where it carries a consent or
    is known. True where something is new."""
    rows = connection.support_tickets.select_for_update(of=("self",))
    row = rows.filter(name__iexact=ticket.name).first()
    shown = {
        "number": ticket.number,
        "status": ticket.status,
        "advanced_diagnostics": ticket.advanced_diagnostics,
        "other_consents": ", ".join(ticket.other_consents)[:300],
    }
    if row is None:
        row = SupportTicket(connection=connection, name=ticket.name, **shown)
        if row.carries_consent:
            row.save()
            note("support_ticket.seen", on=row, by=by)
        return row.carries_consent
    if all(getattr(row, name) == value for name, value in shown.items()):
        return False
    save(row, **shown)
    note("support_ticket.seen", on=row, by=by)
    return True


def _can_not_be_taken_back(_may: Any, ticket: SupportTicket) -> str:
    if not ticket.carries_consent:
        return _("The ticket carries no consent.")
    if not ticket.connection.has_support_tickets:
        return _("No machine reaches the provider: take it back in its portal.")
    waiting = OutboxMessage.objects.filter(ticket=ticket, finished_at=None)
    return _("It is being taken back already.") if waiting.exists() else ""


@step(may=can_withdraw_consent, hindrance=_can_not_be_taken_back)
def withdraw_consent(ticket: SupportTicket, *, by: Any, reason: str) -> None:
    """Take back every consent that it carries; it has effect when that is read back."""
    save(ticket, withdrawn_at=clock.now(), withdrawn_by=by)
    outbox.withdraw_consent(ticket)
    note("support_ticket.consent_withdrawn", on=ticket, by=by)
