"""After a restore nobody knows what was done since the backup: the providers do.

Each connection that is asked by machine has a mark until it has been asked for all it
has, and not only for what waits. Until then no answer goes to it.
"""

from datetime import datetime

from audit_app import clock
from requests_app.models import Connection, Heartbeat
from requests_app.providers import registry


def to_be_asked(made_at: datetime, using: str) -> None:
    """Mark every connection that can be asked; `made_at` is when the backup was."""
    for connection in Connection.objects.using(using).filter(
        is_active=True,
        is_automatic=True,
        product__channel__in=registry.names(lambda can: can.can_be_polled),
    ):
        Heartbeat.objects.using(using).update_or_create(
            name=mark_of(connection),
            defaults={"at": clock.now(), "trouble": made_at.isoformat()},
        )


def mark_of(connection: Connection) -> str:
    return f"{Heartbeat.RESTORED}{connection.pk}"


def is_marked(connection: Connection) -> bool:
    return Heartbeat.objects.filter(name=mark_of(connection)).exists()


def has_been_asked(connection: Connection) -> None:
    Heartbeat.objects.filter(name=mark_of(connection)).delete()


def marked() -> list[int]:
    """Connections that nothing is sent to yet."""
    rows = Heartbeat.objects.filter(name__startswith=Heartbeat.RESTORED)
    names = rows.values_list("name", flat=True)
    return [int(name.removeprefix(Heartbeat.RESTORED)) for name in names]
