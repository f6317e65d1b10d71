"""What the rules ask of a person, as a value by which their queries are kept
(audit_app.cached_query)."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple, Self

from requests_app.permissions.has_small_scope import is_small_scope
from requests_app.permissions.roles import roles_of, today


class Place(NamedTuple):
    """A role, and where it holds."""

    role: str
    authority_id: int
    branch_id: int | None
    # Does the authority run any connections?
    runs_connections: bool
    municipality_id: int
    # That the connections are run by, where an agreement says so.
    managers_from_id: int | None


class RoleHolder(NamedTuple):
    """The person and the roles in force for them, on this day; a machine has none."""

    pk: int | None
    role_rows: tuple[Place, ...]
    day: date
    has_small_scope: bool
    is_authenticated: bool = True
    is_active: bool = True
    is_machine: bool = False

    @property
    def has_roles(self) -> bool:
        return bool(self.role_rows)

    def with_pk(self, pk: int | None) -> Self:
        return self._replace(pk=pk)


def role_holder(user: Any) -> RoleHolder:
    if isinstance(user, RoleHolder):
        return user
    rows = roles_of(user)
    return RoleHolder(user.pk, places(rows), today(), is_small_scope(rows))


def places(rows: Iterable[Any]) -> tuple[Place, ...]:
    """One key for the same roles, in whichever order they are read."""
    return tuple(sorted(map(_place, rows), key=str))


def _place(row: Any) -> Place:
    return Place(
        row.role,
        row.authority_id,
        row.branch_id,
        row.runs_connections,
        row.municipality_id,
        row.managers_from_id,
    )
