"""What a connection must have in place: noted as it is found, each turn told once."""

from collections.abc import Iterable
from typing import Any

from audit_app import clock
from requests_app.models import Connection, Readiness
from requests_app.providers.protocol import Standing
from requests_app.workflow.step import note, step


@step
def note_readiness(
    connection: Connection, standings: Iterable[Standing], *, by: Any, is_all: bool
) -> list[str]:
    """Keep what was found, by a machine. `is_all`: nothing that is not among it is
    asked for any more. Returns the names of what has turned."""
    known = {row.name: row for row in connection.readiness.select_for_update()}
    turned = []
    for standing in standings:
        name = str(standing.name)[:200]
        row = known.pop(name, None)
        if _note_one(connection, row, name, standing.trouble[:300], by):
            turned.append(name)
    if is_all:
        for row in known.values():
            row.delete()
    return turned


def _note_one(
    connection: Connection, row: Readiness | None, name: str, trouble: str, by: Any
) -> bool:
    """True where it holds no more, or again: the first time that it holds is none."""
    now = clock.now()
    if row is None:
        row = Readiness(connection=connection, name=name, since=now)
        has_turned = bool(trouble)
    else:
        has_turned = bool(row.trouble) != bool(trouble)
    if has_turned:
        row.since = now
        event = "readiness.lost" if trouble else "readiness.regained"
        note(event, on=connection, by=by, name=name, trouble=trouble)
    row.trouble, row.checked_at = trouble, now
    row.save()
    return has_turned
