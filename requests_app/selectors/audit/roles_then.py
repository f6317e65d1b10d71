"""Who had which role when: as it is told today, and as it was known at the time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import F, OuterRef, Q, Subquery, Value

from requests_app.models import ContractClient, Role, RoleAssignment
from requests_app.models.usable import was_usable
from requests_app.permissions.auditing import Audited
from requests_app.selectors.audit.role_versions import (
    RoleVersions,
    Version,
    last_before,
)
from requests_app.words.phrases import label_of

COLUMNS = (
    "id", "person_id", "role", "authority_id", "branch_id", "valid_from", "valid_to",
    "given_at", "usable_until", "confirmed_at", "refused_at", "ended_at",
    "suspended_at", "person__first_name", "person__last_name", "person__username",
)  # fmt: skip
RECORDED = ("history_date", "history_type")
# In place of the latter, of a role as it stands.
TODAY = "="
ACCOUNT = (*RECORDED, "id", "is_active", "is_machine", "directory_roles")


class AtWork(NamedTuple):
    """An account that nothing is asked of: who did something could."""

    is_active: bool = True
    is_machine: bool = False
    directory_roles: None = None


class Account(NamedTuple):
    """Somebody's account as it stood from then on."""

    history_date: datetime
    history_type: str
    id: int
    is_active: bool
    is_machine: bool
    directory_roles: list[str] | None
    # Of a provider's machine: where, and until when.
    client_of: int | None
    client_ended_at: datetime | None


class Roles:
    """Roles of people, with their accounts, and what authorities are called for
    short."""

    def __init__(
        self,
        roles: Iterable[RoleVersions],
        accounts: dict[int, list[Account]] | None,
        codes: dict[int, str],
    ) -> None:
        self.codes = codes
        self._accounts = accounts
        self.by_person: dict[int, list[RoleVersions]] = defaultdict(list)
        for one in roles:
            self.by_person[one.rows[-1].person_id].append(one)

    def known(self, person: int, at: datetime) -> list[Version]:
        """The roles that somebody could use then, by what was recorded then."""
        account = self._account(person, at)
        rows = [one.known(at) for one in self.by_person.get(person, ())]
        return [row for row in rows if row and was_usable(row, account, at)]

    def _of(self, person: int) -> list[Account]:
        return (self._accounts or {}).get(person, [])

    def _account(self, person: int, at: datetime) -> Any:
        return AtWork() if self._accounts is None else last_before(self._of(person), at)

    def by_today(self, person: int, at: datetime) -> list[Version]:
        """The roles that somebody could use then, by what is told today."""
        account = self._account(person, at) or next(iter(self._of(person)), None)
        rows = [one.by_today(at) for one in self.by_person.get(person, ())]
        return [row for row in rows if row and was_usable(row, account, at)]

    def is_client_of(self, person: int, connection: int, at: datetime) -> bool:
        """Was it the provider's machine on the connection?"""
        account = last_before(self._of(person), at)
        if account is None or account.client_of != connection:
            return False
        ended = account.client_ended_at
        return ended is None or at < ended

    def instants(self, person: int) -> Iterator[datetime]:
        yield from (one.history_date for one in self._of(person))
        for role in self.by_person.get(person, ()):
            yield from role.instants()

    def name(self, person: int) -> str:
        return self.by_person[person][0].rows[-1].person_name

    def in_words(self, row: Any) -> str:
        return f"{label_of(Role, row.role)}, {self.codes.get(row.authority_id, '')}"

    def of(self, person: int | None, at: datetime) -> list[str]:
        """What somebody was then, in words."""
        rows = self.known(person, at) if person is not None else []
        return [self.in_words(row) for row in rows]


def roles_at_work(audited: Audited, people: Iterable[int | None]) -> Roles:
    """The roles that people had when they did something. One query."""
    return Roles(
        _roles(Q(person__in=_keys(people), authority__in=audited.codes)),
        None,
        audited.codes,
    )


def roles_of_people(audited: Audited, people: Iterable[int | None]) -> Roles:
    """Two queries."""
    keys = _keys(people)
    roles = _roles(Q(person__in=keys, authority__in=audited.codes))
    return Roles(roles, _accounts(keys), audited.codes)


def roles_where(audited: Audited, which: Q) -> Roles:
    """The roles that are so or have been. Two queries."""
    roles = _roles(which & Q(authority__in=audited.codes))
    people = {row.person_id for one in roles for row in one.rows}
    return Roles(roles, _accounts(people), audited.codes)


def _keys(people: Iterable[int | None]) -> set[int]:
    return {key for key in people if key is not None}


def _roles(which: Q) -> list[RoleVersions]:
    """All their versions."""
    history: Any = RoleAssignment.history
    ever = history.filter(id__in=history.filter(which).order_by().values("id"))
    standing = RoleAssignment.objects.filter(which).order_by()
    rows = ever.order_by().values_list("history_id", *RECORDED, *COLUMNS)
    as_today = {"nth": Value(0), "since": F("given_at"), "type": Value(TODAY)}
    now = standing.annotate(**as_today).values_list(*as_today, *COLUMNS)
    versions: dict[int, list[Version]] = defaultdict(list)
    today = {}
    for _nth, *row in sorted(rows.union(now, all=True), key=itemgetter(0)):
        version = Version(*row)
        if version.history_type == TODAY:
            today[version.id] = version
        else:
            versions[version.id].append(version)
    return [RoleVersions(versions[key], today.get(key)) for key in {*versions, *today}]


def _accounts(people: set[int]) -> dict[int, list[Account]]:
    history: Any = get_user_model().history
    accounts: dict[int, list[Account]] = defaultdict(list)
    rows = history.filter(id__in=people).order_by("history_id")
    client = ContractClient.objects.filter(account=OuterRef("id"))
    rows = rows.annotate(
        client_of=Subquery(client.values("connection")),
        client_ended_at=Subquery(client.values("ended_at")),
    )
    for row in rows.values_list(*ACCOUNT, "client_of", "client_ended_at"):
        accounts[row[2]].append(Account(*row))
    return accounts
