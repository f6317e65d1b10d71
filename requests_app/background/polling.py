"""Asking the providers that are asked: what waits, and what has become of the rest."""

from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background.receiving import Receiver
from requests_app.models import AccessRequest, Connection, Heartbeat, ProviderProduct
from requests_app.providers.azure_client import AzureLockbox, Unknown, Unreachable
from requests_app.providers.reading import Unreadable
from requests_app.words.times import moment_in_words
from requests_app.workflow.machine_accounts import INTAKE, machine_account


def poll_all() -> list[str]:
    """Ask every connection that is asked by machine. Returns a line for each change."""
    lines: list[str] = []
    for connection in Connection.objects.filter(
        is_active=True,
        is_automatic=True,
        product__channel=ProviderProduct.Channel.AZURE,
    ).select_related("product"):
        lines += poll(connection)
    return lines


def poll(connection: Connection) -> list[str]:
    """Ask one connection: its pending requests, then those we hold that it no longer
    lists. Trouble is noted where people see it, and the next round asks again."""
    by = machine_account(INTAKE)
    connector = AzureLockbox(connection.external_id)
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


def _line(received: Any) -> list[str]:
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
