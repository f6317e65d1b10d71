"""What stands in support tickets: what the provider says, and what was consented to."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from requests_app.background.connector import support_desk_of
from requests_app.models import AccessRequest, Connection
from requests_app.providers.http.identity import NotSet
from requests_app.providers.protocol import SupportDesk, Ticket, Unreachable
from requests_app.workflow.dialogue import take_in_message
from requests_app.workflow.support_ticket import note_ticket

# Clocks may differ a little; what was said before a question is no answer to it.
BEFORE = timedelta(minutes=5)


def note_tickets(connection: Connection, by: Any) -> None:
    """Which tickets carry consents. Raises Unreachable or Unreadable."""
    for ticket in support_desk_of(connection).tickets():
        note_ticket(connection, ticket, by=by)


def take_in_messages(
    connection: Connection, by: Any, lines: list[str], troubles: list[str]
) -> None:
    """What was said in the tickets of requests about which we have asked. Tickets that
    can't be read hinder no request. Raises Unreadable."""
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
    desk = support_desk_of(connection)
    tickets = list(desk.tickets())
    for access_request in requests:
        ticket = _ticket_of(access_request, tickets)
        if ticket is not None:
            yield from _from_one(desk, access_request, ticket, by)


def _with_questions(connection: Connection) -> list[AccessRequest]:
    watched = [*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN]
    rows = AccessRequest.objects.filter(
        connection=connection, status__in=watched, messages__from_provider=False
    ).exclude(support_case="")
    return list(rows.distinct())


def _ticket_of(access_request: AccessRequest, tickets: list[Ticket]) -> Ticket | None:
    wanted = access_request.support_case.strip().lower()
    for ticket in tickets:
        if wanted in (ticket.number.lower(), ticket.name.lower()):
            return ticket
    return None


def _from_one(
    desk: SupportDesk, access_request: AccessRequest, ticket: Ticket, by: Any
) -> Iterator[str]:
    questions = access_request.messages.filter(from_provider=False)
    first = questions.order_by("said_at").values_list("said_at", flat=True)[0]
    messages = desk.messages(ticket.name, first - BEFORE)
    for message in sorted(messages, key=lambda row: (row.at, row.key)):
        if message.from_provider and take_in_message(access_request, message, by=by):
            yield f"{access_request}: {message.key}"
