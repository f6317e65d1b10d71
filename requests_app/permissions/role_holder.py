"""What the rules ask of a person, as a value: the queries it leads to are written once.

Django takes longer to write them than PostgreSQL to answer them.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache, wraps
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet

from audit_app.prewritten import Prewritten
from requests_app.permissions.has_small_scope import is_small_scope
from requests_app.permissions.roles import roles_of, today

M = TypeVar("M", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet)

REMEMBERED = 256  # of each rule; its query for a set of roles takes some 100 kB


class Place(NamedTuple):
    """A role, and where it holds."""

    role: str
    authority_id: int
    branch_id: int | None
    # Does the authority run any connections?
    runs_connections: bool


class RoleHolder(NamedTuple):
    """The person and the roles in force for them, on this day; a machine has none."""

    pk: int | None
    role_rows: tuple[Place, ...]
    day: date
    has_small_scope: bool
    is_authenticated: bool = True
    is_active: bool = True
    is_machine: bool = False


def _role_holder(user: Any) -> RoleHolder:
    if isinstance(user, RoleHolder):
        return user
    rows = roles_of(user)
    return RoleHolder(user.pk, places(rows), today(), is_small_scope(rows))


def places(rows: Iterable[Any]) -> tuple[Place, ...]:
    """One key for the same roles, in whichever order they are read."""
    return tuple(sorted(map(_place, rows), key=str))


def _place(row: Any) -> Place:
    return Place(row.role, row.authority_id, row.branch_id, row.runs_connections)


def cached_query(rule: Callable[[Any], Rows]) -> Callable[[Any], Rows]:
    """The queryset of a rule that asks nothing but a person's roles and the day: for
    the same it is written once."""
    remembered = lru_cache(maxsize=REMEMBERED)(rule)

    @wraps(rule)
    def rows(user: Any) -> Rows:
        return remembered(_role_holder(user)).all()  # what is read is not remembered

    return rows


def cached_rows(
    rule: Callable[..., QuerySet[M]], *, whoever_it_is: bool = False
) -> Callable[..., list[M]]:
    """The rows of a rule that takes values beside the person (Prewritten): written once
    for everybody with the same roles. Who it is, is a value too, without which it may
    do if it is told so."""

    @lru_cache(maxsize=REMEMBERED)
    def written(anybody: RoleHolder) -> Prewritten[M]:
        # Where there are no roles, the query need not say whose they are.
        return Prewritten(
            lambda pk, *values: rule(anybody._replace(pk=pk), *values),
            without=1 if whoever_it_is or not anybody.role_rows else 0,
        )

    @wraps(rule)
    def rows(user: Any, *values: Any) -> list[M]:
        holder = _role_holder(user)
        return written(holder._replace(pk=None))(holder.pk, *values)

    return rows


def cached_row(rule: Callable[[Any], QuerySet[M]]) -> Callable[[Any, int], M]:
    """The one row with a key that such a rule gives. Raises ObjectDoesNotExist."""

    @cached_rows
    def of_key(holder: RoleHolder, pk: int) -> QuerySet[M]:
        return rule(holder).filter(pk=pk)

    @wraps(rule)
    def one(user: Any, pk: int) -> M:
        for row in of_key(user, pk):
            return row
        raise ObjectDoesNotExist

    return one
