"""What providers say where we have asked them, and what was consented to in tickets."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from requests_app.background.connector import correspondent_of, support_desk_of
from requests_app.models import AccessRequest, Connection
from requests_app.providers.http.identity import NotSet
from requests_app.providers.protocol import Correspondent, Unknown, Unreachable
from requests_app.workflow.dialogue import take_in_message
from requests_app.workflow.support_ticket import note_shown, note_ticket

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
