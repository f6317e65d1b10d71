"""A role in all its versions: as it stood recorded, and as it is told today."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from requests_app.permissions.auditing import name_of

# What no step rewrites: a new value is told of the whole time. So are the days.
WHOLE = (
    "person_id", "role", "authority_id", "branch_id", "valid_from", "valid_to",
    "given_at",
)  # fmt: skip
STAMPS = ("confirmed_at", "refused_at", "ended_at", "suspended_at")
# What was done is recorded in the transaction that did it, however long that took.
LAG = timedelta(minutes=5)


class Version(NamedTuple):
    """A role as it stood from when this was recorded until the next version."""

    history_date: datetime
    history_type: str
    id: int
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


class RoleVersions(NamedTuple):
    """A role: its versions in the order in which they were recorded, and as it stands
    today, or None where it is gone."""

    versions: list[Version]
    today: Version | None

    def known(self, at: datetime) -> Version | None:
        """The version that stood recorded at an instant."""
        return last_before(self.versions, at)

    def by_today(self, at: datetime) -> Version | None:
        """What is told of an instant today: as it stood recorded then, with what was
        said of that time afterwards. That something was done later, a confirmation
        taken back or a suspension lifted, says nothing of the time before."""
        if self.today is None or not self.versions:
            return self.today
        newest = self.versions[-1]
        if newest[2:] != self.today[2:]:
            # It was changed past its history: then it stands for the whole time.
            return self.today
        row = before = self.versions[0]
        for version in self.versions[1:]:
            if version.history_date <= at:
                row = version
            else:
                row = row._replace(**_said_afterwards(before, version))
            before = version
        return row

    @property
    def rows(self) -> list[Version]:
        """All that is told of it, the newest last."""
        return [*self.versions, self.today] if self.today else self.versions

    def instants(self) -> Iterator[datetime]:
        """When anything of it may have changed."""
        for row in self.rows:
            stamps = (
                row.given_at,
                row.usable_until,
                *(getattr(row, s) for s in STAMPS),
            )
            yield from (one for one in (row.history_date, *stamps) if one is not None)


def _said_afterwards(before: Version, after: Version) -> dict[str, Any]:
    """What a version says of the time before it was recorded."""
    changed = {
        name: value
        for name, value in after._asdict().items()
        if value != getattr(before, name)
    }
    recorded = after.history_date - LAG
    return {
        name: value
        for name, value in changed.items()
        if name in WHOLE
        or (name == "usable_until" and value is not None)
        or (name in STAMPS and value is not None and value < recorded)
        # Neither is ever undone.
        or (name in ("refused_at", "ended_at") and value is None)
    }


def last_before(versions: list[Any], at: datetime) -> Any:
    """The last that had been recorded; None where there was none, or no longer."""
    for version in reversed(versions):
        if version.history_date <= at:
            return version if version.history_type != "-" else None
    return None
