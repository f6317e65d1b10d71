"""Asking the providers that can be asked: what waits, what has become of the rest,
and what was done during access."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background.connector import connector_of
from requests_app.background.receiving import Receiver
from requests_app.models import AccessRequest, Connection, Heartbeat
from requests_app.providers import registry
from requests_app.providers.protocol import Connector, Unknown, Unreachable
from requests_app.providers.reading import Unreadable
from requests_app.words.times import moment_in_words
from requests_app.workflow import dialogue
from requests_app.workflow.intake import Received
from requests_app.workflow.machine_accounts import INTAKE, machine_account

# How long after access what was done may still be reported.
LATEST_EVENTS = timedelta(days=7)


def poll_all() -> list[str]:
    """Ask every connection that is asked by machine. Returns a line for each change."""
    lines: list[str] = []
    for connection in Connection.objects.filter(
        is_active=True,
        is_automatic=True,
        product__channel__in=registry.names(lambda can: can.can_be_polled),
    ).select_related("product"):
        lines += poll(connection)
    return lines


def poll(connection: Connection) -> list[str]:
    """Ask one connection: its pending requests, then those we hold that it no longer
    lists. Trouble is noted where people see it, and the next round asks again."""
    by = machine_account(INTAKE)
    connector = connector_of(connection)
    receiver = Receiver(connection, by=by, received_by=AccessRequest.ReceivedBy.POLL)
    lines: list[str] = []
    unknown: list[str] = []
    try:
        for piece in connector.pending():
            lines += _line(receiver.take_in(piece))
        for number in _awaited(connection, receiver.seen):
            try:
                lines += _line(receiver.take_in(connector.get(number)))
            except Unknown as error:
                # The others are asked for all the same.
                unknown.append(str(error))
        lines += _events(connection, connector)
        trouble = " ".join(unknown)[:300]
    except (Unreachable, Unreadable) as error:
        trouble = str(error)[:300]
        lines.append(f"{connection}: {trouble}")
    _note_contact(connection, trouble)
    return lines


def _awaited(connection: Connection, seen: dict[str, str]) -> list[str]:
    """Numbers that we still await or watch, and the list did not hold."""
    watched = [*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN]
    rows = AccessRequest.objects.filter(connection=connection, status__in=watched)
    return list(
        rows.exclude(external_id__in=list(seen)).values_list("external_id", flat=True)
    )


def _events(connection: Connection, connector: Connector) -> Iterator[str]:
    """What was done, of requests with access now or lately; known ones are left out."""
    provider = connection.product.interface
    if not provider.abilities.events:
        return
    since = clock.now() - LATEST_EVENTS
    for access_request in AccessRequest.objects.filter(
        connection=connection, grants__ends_at__gte=since
    ).distinct():
        for piece in connector.events(access_request.external_id):
            event = provider.event(piece.value)
            if dialogue.take_in_event(
                access_request, event, by=machine_account(INTAKE), payload=piece.raw
            ):
                yield f"{access_request}: {event.action}"


def _line(received: Received) -> list[str]:
    if received.result is None:
        return []
    return [f"{received.access_request or '?'}: {received.result}"]


def contact_name(connection: Connection) -> str:
    return f"poll:{connection.pk}"


def _note_contact(connection: Connection, trouble: str) -> None:
    """`at` is when the provider last answered; failures count since then."""
    row, _made = Heartbeat.objects.get_or_create(
        name=contact_name(connection), defaults={"at": clock.now()}
    )
    row.trouble = trouble
    row.failures = row.failures + 1 if trouble else 0
    if not trouble:
        row.at = clock.now()
    row.save()


def troubles() -> list[str]:
    """What people must know: providers that do not answer when they are asked."""
    rows = list(Heartbeat.objects.filter(name__startswith="poll:", failures__gt=0))
    if not rows:
        return []
    used = Connection.objects.filter(is_active=True).select_related("product")
    names = {contact_name(row): row for row in used}
    return [
        _("%(connection)s has not answered since %(at)s: %(trouble)s")
        % {
            "connection": names[row.name],
            "at": moment_in_words(row.at),
            "trouble": row.trouble,
        }
        for row in rows
        if row.name in names
    ]
