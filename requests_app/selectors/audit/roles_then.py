"""Who had which role when: as it is told today, and as it was known at the time."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from requests_app.models import Role, RoleAssignment
from requests_app.models.role_assignment import was_usable
from requests_app.permissions.auditing import Audited, name_of

COLUMNS = (
    "id", "history_id", "history_date", "history_type", "person_id", "role",
    "authority_id", "branch_id", "valid_from", "valid_to", "given_at", "usable_until",
    "confirmed_at", "refused_at", "ended_at", "suspended_at", "person__first_name",
    "person__last_name", "person__username",
)  # fmt: skip


class Version(NamedTuple):
    """A role as it stood from when this was recorded until the next version."""

    id: int
    history_id: int
    history_date: datetime
    history_type: str
    person_id: int
    role: str
    authority_id: int
    branch_id: int | None
    valid_from: date
    valid_to: date | None
    given_at: datetime
    usable_until: datetime | None
    confirmed_at: datetime | None
    refused_at: datetime | None
    ended_at: datetime | None
    suspended_at: datetime | None
    first_name: str
    last_name: str
    username: str

    @property
    def person_name(self) -> str:
        return name_of(self.first_name, self.last_name, self.username)


class Roles(NamedTuple):
    """Versions of roles in the order in which they were recorded, and what their
    authorities are called for short."""

    versions: list[Version]
    codes: dict[int, str]

    def known(self, at: datetime) -> list[Version]:
        """The version of each role that stood recorded at an instant."""
        last: dict[int, Version] = {}
        for version in self.versions:
            if version.history_date <= at:
                last[version.id] = version
        return [one for one in last.values() if one.history_type != "-"]

    def of(self, person: int | None, at: datetime) -> list[str]:
        """The roles that somebody had then, by what was recorded then."""
        held = (row for row in self.known(at) if row.person_id == person)
        return [self.told(row) for row in held if was_usable(row, at)]

    def told(self, row: Any) -> str:
        return f"{Role(row.role).label}, {self.codes.get(row.authority_id, '')}"


def roles_of_people(audited: Audited, people: Iterable[int | None]) -> Roles:
    """One query."""
    keys = {key for key in people if key is not None}
    return _roles(audited, person__in=keys)


def roles_at(audited: Audited, authorities: Iterable[int]) -> Roles:
    """One query."""
    return _roles(audited, authority__in=set(authorities))


def _roles(audited: Audited, **narrowing: Any) -> Roles:
    history: Any = RoleAssignment.history
    rows = history.filter(**narrowing).order_by("history_id")
    versions = [Version(*row) for row in rows.values_list(*COLUMNS)]
    return Roles(versions, audited.codes)
