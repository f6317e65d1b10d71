"""Who sees side doors, says that a decision covers one, and takes one back: whoever
manages, guards or answers for the authority that runs the connection."""

from typing import Any

from audit_app.cached_query import cached_query
from requests_app.models import Role, SideDoor
from requests_app.models.side_door import SideDoorQuerySet
from requests_app.permissions.acts import (
    GUARDS,
    SEE_DOORS,
    connections_with_doors,
)
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import MANAGERS, authorities_of, has_role

COVER_DOORS = (*MANAGERS, *GUARDS)
CLOSE_DOORS = (*COVER_DOORS, Role.EXECUTOR)
SEE_SIDE_DOORS = (*SEE_DOORS, Role.EXECUTOR)


@cached_query(role_holder)
def side_doors_visible_to(user: Any) -> SideDoorQuerySet:
    """Whole, on the connections that the person's authorities run."""
    theirs = authorities_of(user, *SEE_SIDE_DOORS)
    return SideDoor.objects.filter(connection__authority__in=theirs)


@cached_query(role_holder)
def side_doors_known_to(user: Any) -> SideDoorQuerySet:
    """That they are open, to those too whose information may lie behind them."""
    return SideDoor.objects.filter(connection__in=connections_with_doors(user))


def can_cover(user: Any, door: SideDoor) -> bool:
    return has_role(user, *COVER_DOORS, authority=door.connection.authority_id)


def can_close_door(user: Any, door: SideDoor) -> bool:
    return has_role(user, *CLOSE_DOORS, authority=door.connection.authority_id)
