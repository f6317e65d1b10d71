"""How a request and its reviews stood recorded at an instant: status, lists, stops,
who was named, who had declared a conflict, and whether it had been answered."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections

from audit_app import reading
from requests_app.models import Role, SecrecyReview
from requests_app.permissions.auditing import name_of
from requests_app.permissions.conflict import STOPPING
from requests_app.permissions.who_can_see import (
    roles_that_open,
    roles_that_oversee,
)

# By the order in which it was recorded. What the request came by, and since when there
# is an answer to it, is of today.
RECORDED = """
select 'review', h.history_id, h.history_date, to_jsonb(h)
from requests_app_historicalsecrecyreview h where h.access_request_id = %(request)s
union all
select 'named', n.history_id, n.history_date, to_jsonb(n) || jsonb_build_object(
  'right', p.codename, 'first_name', u.first_name, 'last_name', u.last_name,
  'username', u.username)
from requests_app_historicalreviewuserpermission n
join auth_permission p on p.id = n.permission_id
join lockbox_site_user u on u.id = n.user_id
where n.content_object_id in (
  select id from requests_app_secrecyreview where access_request_id = %(request)s)
union all
-- In another request of the matter: from when it was merged with this one.
select 'declared', c.history_id, greatest(c.history_date, (
    select max(merged.since) from (
      select min(h.history_date) as since
      from requests_app_historicalaccessrequest h
      join requests_app_accessrequest now on now.id = h.id
        and now.merged_into_id = h.merged_into_id
      where h.id in (review.access_request_id, %(request)s)
        and review.access_request_id <> %(request)s
      group by h.id) merged)),
  jsonb_build_object(
  'user_id', u.id, 'first_name', u.first_name, 'last_name', u.last_name,
  'username', u.username)
from requests_app_historicalconflictdeclaration c
join requests_app_secrecyreview review on review.id = c.review_id
join lockbox_site_user u on u.id = c.person_id
where c.has_conflict and review.access_request_id = any(array(
    select lockbox_matters(array[%(request)s::bigint])))
union all
select 'request', 0, (
    select min(d.history_date) from requests_app_historicaldelivery d
    where d.access_request_id = r.id),
  jsonb_build_object('connection', c.id, 'runs', c.authority_id)
from requests_app_accessrequest r
join requests_app_connection c on c.id = r.connection_id where r.id = %(request)s
order by 2
"""


class Recorded(NamedTuple):
    at: datetime
    row: dict[str, Any]

    @property
    def name(self) -> str:
        row = self.row
        return name_of(row["first_name"], row["last_name"], row["username"])


class Then(NamedTuple):
    """A review as it stood recorded."""

    review: int
    authority_id: int
    branch_id: int | None
    status: str
    is_named_list: bool
    is_stopped: bool
    listed_by: int | None
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
    """All that was recorded of it. One query."""

    def __init__(self, request: int) -> None:
        with connections[reading.alias()].cursor() as cursor:
            cursor.execute(RECORDED, {"request": request})
            rows = cursor.fetchall()
        self._cache: dict[tuple[str, datetime], Any] = {}
        self._states: dict[int, list[Recorded]] = defaultdict(list)
        self._named: dict[int, list[Recorded]] = defaultdict(list)
        self._declared: list[Recorded] = []
        for kind, _nth, at, body in rows:
            row = json.loads(body) if isinstance(body, str) else body
            if kind == "review":
                self._states[row["id"]].append(Recorded(at, row))
            elif kind == "named":
                self._named[row["id"]].append(Recorded(at, row))
            elif kind == "declared":
                self._declared.append(Recorded(at, row))
            else:
                self._answered: datetime | None = at
                self.connection: int = row["connection"]
                # The authority that runs it.
                self.runs: int = row["runs"]

    def _once(self, what: str, at: datetime, find: Callable[[datetime], Any]) -> Any:
        """Asked of many people, and found once."""
        if (what, at) not in self._cache:
            self._cache[what, at] = find(at)
        return self._cache[what, at]

    def reviews(self, at: datetime) -> dict[int, Then]:
        """Each that there was, by its key."""
        return self._once("reviews", at, self._reviews)

    def _reviews(self, at: datetime) -> dict[int, Then]:
        states = {key: _last(rows, at) for key, rows in self._states.items()}
        rows = {key: row for key, row in states.items() if row}
        stopped = any(row["security_protection"] in STOPPING for row in rows.values())
        return {key: _then(row, stopped) for key, row in rows.items()}

    def rights(self, at: datetime) -> dict[tuple[int, int], set[str]]:
        """Named rights, by review and person."""
        return self._once("rights", at, self._rights)

    def _rights(self, at: datetime) -> dict[tuple[int, int], set[str]]:
        rights: dict[tuple[int, int], set[str]] = defaultdict(set)
        for rows in self._named.values():
            row = _last(rows, at)
            if row is not None and row["history_type"] != "-":
                rights[row["content_object_id"], row["user_id"]].add(row["right"])
        return rights

    def took_access(self, then: Then, person: int) -> bool:
        """Did they name themselves, on a basis that is kept? So does whoever puts a
        review on a list, without one."""
        return then.listed_by != person and any(
            version.row["content_object_id"] == then.review
            and version.row["user_id"] == version.row["history_user_id"] == person
            for versions in self._named.values()
            for version in versions
        )

    @property
    def named(self) -> set[int]:
        """Everybody who ever had such a right."""
        return {rows[0].row["user_id"] for rows in self._named.values()}

    def conflicts(self, at: datetime) -> dict[int, str]:
        """Who had declared a conflict of interest in the matter, by name."""
        return self._once("conflicts", at, self._conflicts)

    def _conflicts(self, at: datetime) -> dict[int, str]:
        rows = (version for version in self._declared if version.at <= at)
        return {version.row["user_id"]: version.name for version in rows}

    def is_answered_by(self, row: Any, at: datetime) -> bool:
        """By one who gives the provider the answer, where there was one to give."""
        is_executor = row.role == Role.EXECUTOR and row.branch_id is None
        is_theirs = is_executor and row.authority_id == self.runs
        return is_theirs and self._answered is not None and self._answered <= at

    def instants(self) -> Iterator[datetime]:
        """When any of this changed."""
        for rows in (*self._states.values(), *self._named.values(), self._declared):
            yield from (version.at for version in rows)
        if self._answered is not None:
            yield self._answered


def _last(rows: list[Recorded], at: datetime) -> dict[str, Any] | None:
    return next((version.row for version in reversed(rows) if version.at <= at), None)


def _then(row: dict[str, Any], is_stopped: bool) -> Then:
    by = row["listed_by_id"]
    return Then(
        row["id"],
        row["authority_id"],
        row["branch_id"],
        row["status"],
        row["is_named_list"],
        is_stopped,
        by,
        list_waits=by is not None and row["list_confirmed_by_id"] is None,
    )
