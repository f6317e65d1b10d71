"""What stands open at a provider where we open and close."""

from typing import Any

from audit_app import clock
from requests_app.background.connector import doorkeeper_of, gatekeeper_of
from requests_app.models import Connection, SideDoor
from requests_app.workflow import door


def look_at_doors(connection: Connection, by: Any) -> list[str]:
    """A line for each that is not as decided. Raises Unreachable or Unreadable."""
    asked_at = clock.now()
    doors = list(doorkeeper_of(connection).open_doors())
    return door.look_at(connection, doors, by=by, asked_at=asked_at)


def look_at_outsiders(connection: Connection, by: Any) -> list[str]:
    """A line for each who may enter since without asking. Raises Unreachable or
    Unreadable."""
    keeper = gatekeeper_of(connection)
    shown = {
        SideDoor.Kind.DELEGATED: list(keeper.delegations()),
        SideDoor.Kind.ROLE: list(keeper.roles_from_outside()),
    }
    return door.look_at_outsiders(connection, shown, by=by)
