"""A support ticket at Azure that carries consents."""

from requests_app.cases.access.models import SupportTicket
from requests_app.oversight.steps.acts import note_ticket
from requests_app.providers.protocol import Ticket
from tests.helpers.two_persons import changed_by_managers


def ticket_of(cast):
    """One whose consents can be taken back: the connection is asked by machine."""
    changed_by_managers(cast, cast.azure, is_automatic=True)
    shown = Ticket("t-1", "118032014183770", "Open", True, ("VirtualMachineRunning",))
    note_ticket(cast.azure, shown, by=cast.sweeper)
    return SupportTicket.objects.get()
