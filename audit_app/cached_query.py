"""The rules of who may see what, written as queries once for each set of roles.

Django takes longer to write such a query than PostgreSQL to answer it, and PostgreSQL
longer to plan it. Among a million reviews, without `cached_query` a list of 50 takes
4–19 % longer, and 9–23 % for whoever sees by name; without `cached_rows` a start page
takes 58–161 % longer (docs/decisions/core.md).

Each takes a function that gives of a person what the rules ask of them, as a Holder:
whoever has the same reads by the same query.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Any, Protocol, Self, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet

from audit_app.prewritten import Prewritten

M = TypeVar("M", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet)

REMEMBERED = 256  # of each rule; its query for a set of roles takes some 100 kB


class Holder(Hashable, Protocol):
    """What the rules ask of a person: who it is, and all else."""

    @property
    def pk(self) -> int | None: ...
    @property
    def has_roles(self) -> bool: ...
    def with_pk(self, pk: int | None) -> Self: ...


HolderOf = Callable[[Any], Holder]


def cached_query(
    holder_of: HolderOf,
) -> Callable[[Callable[[Any], Rows]], Callable[[Any], Rows]]:
    """The queryset of a rule that asks nothing but a holder."""

    def cached(rule: Callable[[Any], Rows]) -> Callable[[Any], Rows]:
        remembered = lru_cache(maxsize=REMEMBERED)(rule)

        @wraps(rule)
        def rows(user: Any) -> Rows:
            return remembered(holder_of(user)).all()  # what is read is not remembered

        return rows

    return cached


def cached_rows(
    holder_of: HolderOf, *, whoever_it_is: bool = False
) -> Callable[[Callable[..., QuerySet[M]]], Callable[..., list[M]]]:
    """The rows of a rule that takes values beside the holder (Prewritten): written once
    for everybody with the same roles. Who it is, is a value too, without which it may
    do if it is told so."""

    def cached(rule: Callable[..., QuerySet[M]]) -> Callable[..., list[M]]:
        @lru_cache(maxsize=REMEMBERED)
        def written(anybody: Holder) -> Prewritten[M]:
            # Where there are no roles, the query need not say whose they are.
            return Prewritten(
                lambda pk, *values: rule(anybody.with_pk(pk), *values),
                without=1 if whoever_it_is or not anybody.has_roles else 0,
            )

        @wraps(rule)
        def rows(user: Any, *values: Any) -> list[M]:
            holder = holder_of(user)
            return written(holder.with_pk(None))(holder.pk, *values)

        return rows

    return cached


def cached_row(
    holder_of: HolderOf,
) -> Callable[[Callable[[Any], QuerySet[M]]], Callable[[Any, int], M]]:
    """The one row with a key that such a rule gives. Raises ObjectDoesNotExist."""

    def cached(rule: Callable[[Any], QuerySet[M]]) -> Callable[[Any, int], M]:
        @cached_rows(holder_of)
        def of_key(holder: Any, pk: int) -> QuerySet[M]:
            return rule(holder).filter(pk=pk)

        @wraps(rule)
        def one(user: Any, pk: int) -> M:
            for row in of_key(user, pk):
                return row
            raise ObjectDoesNotExist

        return one

    return cached
