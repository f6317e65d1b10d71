"""After a restore nobody knows what was done since the backup: the providers do.

Each connection that is asked by machine has a mark until it has been asked for all it
has, and not only for what waits. Until then no answer goes to it. One whose clients
call us has the mark until they have been asked to tell, and a comparison is open.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from audit_app import clock
from requests_app.models import Connection, Heartbeat
from requests_app.workflow.comparison import begin_comparison


def can_tell(using: str = "default") -> QuerySet[Connection]:
    """Connections that can be asked what became of their requests."""
    rows = Connection.objects.using(using)
    return (rows.polled() | rows.called()).distinct()


def to_be_asked(made_at: datetime, using: str) -> None:
    """Mark every connection that can be asked; `made_at` is when the backup was."""
    for connection in can_tell(using):
        Heartbeat.objects.using(using).update_or_create(
            name=mark_of(connection),
            defaults={"at": clock.now(), "trouble": made_at.isoformat()},
        )


def ask_clients(by: Any) -> list[str]:
    """Begin the comparison with the clients of each marked connection."""
    lines = []
    for connection in Connection.objects.called().filter(pk__in=marked()).distinct():
        mark = Heartbeat.objects.get(name=mark_of(connection))
        lost_from = datetime.fromisoformat(mark.trouble)
        begin_comparison(connection, by=by, lost_from=lost_from)
        has_been_asked(connection)
        lines.append(f"{connection}: compared since {lost_from:%Y-%m-%d %H:%M}")
    return lines


def mark_of(connection: Connection) -> str:
    return Heartbeat.mark_of(connection.pk)


def is_marked(connection: Connection) -> bool:
    return Heartbeat.objects.filter(name=mark_of(connection)).exists()


def has_been_asked(connection: Connection) -> None:
    Heartbeat.objects.filter(name=mark_of(connection)).delete()


def marked() -> list[int]:
    """Connections that nothing is sent to yet."""
    rows = Heartbeat.objects.filter(name__startswith=Heartbeat.RESTORED)
    names = rows.values_list("name", flat=True)
    return [int(name.removeprefix(Heartbeat.RESTORED)) for name in names]
