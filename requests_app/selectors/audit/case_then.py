"""How a request and its reviews stood recorded at an instant: status, lists, stops,
who was named, who had declared a conflict, and whether it had been answered."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import F, Subquery
from django.db.models.expressions import RawSQL

from requests_app.models import (
    ConflictDeclaration,
    Delivery,
    ReviewUserPermission,
    Role,
    SecrecyReview,
)
from requests_app.permissions.auditing import name_of
from requests_app.permissions.conflict import STOPPING
from requests_app.permissions.who_can_see import (
    roles_that_open,
    roles_that_oversee,
)

STATE = (
    "history_date", "id", "authority_id", "branch_id", "status", "is_named_list",
    "security_protection", "listed_by_id", "list_confirmed_by_id",
)  # fmt: skip
NAMED = (
    "history_date", "history_type", "id", "content_object_id", "user_id",
    "permission__codename", "user__first_name", "user__last_name", "user__username",
)  # fmt: skip
DECLARED = (
    "history_date", "person_id", "person__first_name", "person__last_name",
    "person__username",
)  # fmt: skip


class Then(NamedTuple):
    """A review as it stood recorded."""

    review: int
    authority_id: int
    branch_id: int | None
    status: str
    is_named_list: bool
    is_stopped: bool
    list_waits: bool

    @property
    def is_shut(self) -> bool:
        return self.is_stopped or self.status in SecrecyReview.MOVED

    def opens_to(self, row: Any) -> bool:
        opening = roles_that_open(self.is_named_list, self.is_stopped)
        return row.role in opening and self._is_at(row)

    def is_overseen_by(self, row: Any) -> bool:
        """By one who sees its number and clocks, and no more."""
        return row.role in roles_that_oversee(self) and self._is_at(row)

    def _is_at(self, row: Any) -> bool:
        here = row.authority_id == self.authority_id
        return here and row.branch_id in (None, self.branch_id)


class CaseThen:
    """All that was recorded of it. Three queries, each when it is asked for."""

    def __init__(self, request: int) -> None:
        self.request = request
        self._found: dict[tuple[str, datetime], Any] = {}

    def _once(self, what: str, at: datetime, find: Callable[[datetime], Any]) -> Any:
        """Asked of many people, and found once."""
        if (what, at) not in self._found:
            self._found[what, at] = find(at)
        return self._found[what, at]

    @cached_property
    def _states(self) -> dict[int, list[tuple]]:
        """With whose executors answer it, and since when there is an answer."""
        history: Any = SecrecyReview.history
        answers: Any = Delivery.history
        first = answers.filter(access_request=self.request).order_by("history_id")
        found = defaultdict(list)
        rows = history.filter(access_request=self.request).order_by("history_id")
        rows = rows.annotate(
            runs=F("access_request__connection__authority_id"),
            answered=Subquery(first.values("history_date")[:1]),
        )
        for row in rows.values_list(*STATE, "runs", "answered"):
            found[row[1]].append(row)
        return found

    @property
    def _first(self) -> tuple:
        return next(iter(self._states.values()))[0]

    def reviews(self, at: datetime) -> dict[int, Then]:
        """Each that there was, by its key."""
        return self._once("reviews", at, self._reviews)

    def _reviews(self, at: datetime) -> dict[int, Then]:
        rows = {key: _last(rows, at) for key, rows in self._states.items()}
        stopped = any(row is not None and row[6] in STOPPING for row in rows.values())
        return {key: _then(row, stopped) for key, row in rows.items() if row}

    @cached_property
    def _named(self) -> dict[int, list[tuple]]:
        history: Any = ReviewUserPermission.history
        found = defaultdict(list)
        rows = history.filter(content_object__access_request=self.request)
        for row in rows.order_by("history_id").values_list(*NAMED):
            found[row[2]].append(row)
        return found

    def rights(self, at: datetime) -> dict[tuple[int, int], set[str]]:
        """Named rights, by review and person."""
        return self._once("rights", at, self._rights)

    def _rights(self, at: datetime) -> dict[tuple[int, int], set[str]]:
        rights: dict[tuple[int, int], set[str]] = defaultdict(set)
        for rows in self._named.values():
            row = _last(rows, at)
            if row is not None and row[1] != "-":
                rights[row[3], row[4]].add(row[5])
        return rights

    @cached_property
    def named(self) -> dict[int, str]:
        """Everybody who ever had such a right, by name."""
        rows = (row for versions in self._named.values() for row in versions)
        return {row[4]: name_of(*row[6:]) for row in rows}

    @cached_property
    def _declared(self) -> list[tuple]:
        history: Any = ConflictDeclaration.history
        matters = RawSQL("SELECT lockbox_matters(%s)", [[self.request]])
        rows = history.filter(has_conflict=True, review__access_request__in=matters)
        return list(rows.order_by("history_id").values_list(*DECLARED))

    def conflicts(self, at: datetime) -> dict[int, str]:
        """Who had declared a conflict of interest in the matter, by name."""
        return self._once("conflicts", at, self._conflicts)

    def _conflicts(self, at: datetime) -> dict[int, str]:
        rows = (row for row in self._declared if row[0] <= at)
        return {row[1]: name_of(*row[2:]) for row in rows}

    @property
    def runs(self) -> int:
        """The authority that runs the connection it came by."""
        return self._first[-2]

    def is_answered_by(self, row: Any, at: datetime) -> bool:
        """By one who gives the provider the answer, where there was one to give."""
        since = self._first[-1]
        is_executor = row.role == Role.EXECUTOR and row.branch_id is None
        is_theirs = is_executor and row.authority_id == self.runs
        return is_theirs and since is not None and since <= at

    def instants(self) -> Iterator[datetime]:
        """When any of this changed."""
        for rows in (*self._states.values(), *self._named.values(), self._declared):
            yield from (row[0] for row in rows)
        if self._first[-1] is not None:
            yield self._first[-1]


def _last(rows: list[tuple], at: datetime) -> tuple | None:
    return next((row for row in reversed(rows) if row[0] <= at), None)


def _then(row: tuple, is_stopped: bool) -> Then:
    _at, key, authority, branch, status, is_list, _protection, by, confirmed = row[:9]
    waits = by is not None and confirmed is None
    return Then(key, authority, branch, status, is_list, is_stopped, waits)
