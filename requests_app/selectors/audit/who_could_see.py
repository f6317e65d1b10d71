"""Who could see a case at an instant: by what is told today, and by what was recorded
then. What differs was entered, or changed, afterwards."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from requests_app.models import (
    ConflictDeclaration,
    ReviewUserPermission,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.models.role_assignment import was_usable
from requests_app.permissions.auditing import Audited, name_of
from requests_app.permissions.conflict import STOPPING
from requests_app.permissions.roles import READS, VIEW
from requests_app.permissions.who_can_see import roles_that_open
from requests_app.selectors.audit.roles_then import COLUMNS, Version, roles_at

# Of a role as it stands today; it has no version.
STANDING = ("id", "id", "given_at", "role")


class Then(NamedTuple):
    """A review as it stood recorded."""

    status: str
    is_named_list: bool
    branch_id: int | None
    is_stopped: bool

    @property
    def is_shut(self) -> bool:
        return self.is_stopped or self.status in SecrecyReview.MOVED

    def opens_to(self, row: Version) -> bool:
        opening = roles_that_open(self.is_named_list, self.is_stopped)
        return row.role in opening and row.branch_id in (None, self.branch_id)


class CouldSee(NamedTuple):
    """One person. `roles` by what is told today; `known` by what was recorded then."""

    person_id: int
    person: str
    roles: list[str]
    known: list[str]
    is_named: bool
    reads: bool

    @property
    def differs(self) -> bool:
        return set(self.roles) != set(self.known)


class SeenThen(NamedTuple):
    """Of one review; `then` is None where it was not there yet."""

    review: SecrecyReview
    then: Then | None
    people: list[CouldSee]
    shut_out: list[str]


def who_could_see(
    audited: Audited, reviews: list[SecrecyReview], at: datetime
) -> Iterator[SeenThen]:
    """Of reviews of one request. Five queries, however many."""
    if not reviews:
        return
    then = _as_they_were(reviews, at)
    authorities = {review.authority_id for review in reviews}
    recorded = roles_at(audited, authorities).known(at)
    today = list(_today(authorities))
    named = _named(reviews, at)
    shut_out = _in_conflict(reviews[0], at)
    for review in reviews:
        state = then.get(review.pk)
        here = [_held(rows, review, state, at) for rows in (today, recorded)]
        people = _people(here, named[review.pk], state) if state else []
        seen = [row for row in people if row.person_id not in shut_out]
        by_name = sorted(seen, key=lambda row: row.person)
        yield SeenThen(review, state, by_name, sorted(shut_out.values()))


def _as_they_were(reviews: list[SecrecyReview], at: datetime) -> dict[int, Then]:
    history: Any = SecrecyReview.history
    request = reviews[0].access_request_id
    rows = history.filter(access_request=request, history_date__lte=at)
    last = {row.id: row for row in rows.order_by("history_id")}
    stopped = any(row.security_protection in STOPPING for row in last.values())
    return {
        key: Then(row.status, row.is_named_list, row.branch_id, stopped)
        for key, row in last.items()
    }


def _today(authorities: set[int]) -> Iterator[Version]:
    """Roles as they stand, whatever history says of them."""
    rows = RoleAssignment.objects.filter(authority__in=authorities)
    for row in rows.values_list(*STANDING, *COLUMNS[len(STANDING) :]):
        yield Version(*row)


def _held(
    rows: Iterable[Version], review: SecrecyReview, then: Then | None, at: datetime
) -> list[Version]:
    """Roles in force that open the review."""
    return [
        row
        for row in rows
        if row.authority_id == review.authority_id
        and then is not None
        and then.opens_to(row)
        and was_usable(row, at)
    ]


def _people(
    here: list[list[Version]], named: dict[int, str], then: Then
) -> Iterator[CouldSee]:
    told: list[dict[int, list[str]]] = [defaultdict(list), defaultdict(list)]
    names = dict(named)
    reading = set(named)
    for roles, rows in zip(told, here, strict=True):
        for row in rows:
            roles[row.person_id].append(str(Role(row.role).label))
            names[row.person_id] = row.person_name
            if row.role in READS:
                reading.add(row.person_id)
    today, known = told
    for key, name in names.items():
        reads = key in reading and not then.is_shut
        yield CouldSee(key, name, today[key], known[key], key in named, reads)


def _named(reviews: list[SecrecyReview], at: datetime) -> dict[int, dict[int, str]]:
    """By what was recorded: a row of it has no dates of its own."""
    history: Any = ReviewUserPermission.history
    keys = [review.pk for review in reviews]
    rows = history.filter(content_object__in=keys, history_date__lte=at)
    columns = (
        "id", "content_object", "user_id", "permission__codename", "history_type",
        "user__first_name", "user__last_name", "user__username",
    )  # fmt: skip
    last = {row[0]: row for row in rows.order_by("history_id").values_list(*columns)}
    named: dict[int, dict[int, str]] = defaultdict(dict)
    for _id, review, user, right, kind, *name in last.values():
        if right == VIEW and kind != "-":
            named[review][user] = name_of(*name)
    return named


def _in_conflict(review: SecrecyReview, at: datetime) -> dict[int, str]:
    declared = ConflictDeclaration.objects.conflicts_in(review.access_request_id)
    columns = ("person", "person__first_name", "person__last_name", "person__username")
    rows: Any = declared.filter(declared_at__lte=at).order_by().values_list(*columns)
    return {key: name_of(*name) for key, *name in rows}
