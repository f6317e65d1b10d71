"""After a restore nobody knows what was done since the backup: the providers do.

Each connection that is asked by machine has a mark until it has been asked for all it
has, and not only for what waits. Until then no answer goes to it. One whose clients
call us has the mark until they have been asked to tell, and a comparison is open.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from audit_app import clock
from audit_app.acting import acting
from audit_app.ledger import record
from audit_app.models import SealedLeaf
from audit_app.sealing import believed
from requests_app.models import Connection, Heartbeat
from requests_app.workflow.comparison import begin_comparison, gone_back_from


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


def notice_going_back(by: Any) -> list[str]:
    """Where the database has gone back, by whatever means, from what was published: as
    after a restore, from the last checkpoint that it has."""
    size = gone_back_from()
    if not size:
        return []
    newest = believed.newest()
    last = SealedLeaf.objects.filter(leaf_index=newest.size - 1 if newest else 0)
    lost_from = last.values_list("entry__at", flat=True).first() or clock.now()
    with acting(by):
        to_be_asked(lost_from, using="default")
        Heartbeat.objects.update_or_create(
            name=Heartbeat.GONE_BACK,
            defaults={"at": clock.now(), "trouble": str(size)},
        )
        record("ledger.gone_back", by=by, lines=size)
    return [f"the database has gone back, from {size} lines of the ledger"]


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
