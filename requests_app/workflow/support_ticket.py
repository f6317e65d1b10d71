"""Support tickets and their consents, noted as the provider shows them."""

from collections.abc import Collection
from typing import Any

from requests_app.models import Connection, SupportTicket
from requests_app.providers.protocol import Ticket
from requests_app.workflow.side_door import settle_consents
from requests_app.workflow.step import note, save, step

NO_CONSENT = {"advanced_diagnostics": False, "other_consents": ""}


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
        if not row.carries_consent:
            return False
        row.save()
    elif all(getattr(row, name) == value for name, value in shown.items()):
        return False
    else:
        save(row, **shown)
    note("support_ticket.seen", on=row, by=by)
    settle_consents(connection, by=by)
    return True


@step
def note_shown(connection: Connection, names: Collection[str], *, by: Any) -> None:
    """All tickets that the provider still shows: what the others carried is gone."""
    shown = {name.lower() for name in names}
    rows = connection.support_tickets.with_consent().select_for_update(of=("self",))
    gone = [row for row in rows if row.name.lower() not in shown]
    for row in gone:
        save(row, **NO_CONSENT)
        note("support_ticket.seen", on=row, by=by)
    if gone:
        settle_consents(connection, by=by)
