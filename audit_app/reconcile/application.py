"""What is changed by the application, and what outside of it: the one rule.

A change is the application's if its login and role were the application's when it was
written. Which those have been is recorded by the owner; a login that was given up is
the application's no more from when its successor was recorded.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections

BEGAN, NEVER = "-infinity", "infinity"
# Lines of one transaction lie no further from one another than this, to be seen as one.
NEAR = 20_000
# As SQL over a line `entry`, for the values of `period_columns`.
IS_OUTSIDE = """not exists (
  select from unnest(%(logins)s::text[], %(roles)s::text[], %(sinces)s::timestamptz[],
                     %(untils)s::timestamptz[]) ours (login, role, since, until)
  where entry.session_user_name = ours.login and entry.db_role = ours.role
    and entry.at >= ours.since and entry.at < ours.until)"""
# A step, a command and a release tell what they do; as SQL of an act: its transaction,
# and its first and last line.
TELLS_AN_EVENT = f"""exists (
  select from audit_app_ledgerentry told
  where told.id between act.first - {NEAR} and act.last + {NEAR}
    and told.xid = act.xid and told.kind <> 'change')"""
# As texts: there is no Python for an infinite time, nor for one out of all reason.
PERIODS = """
select login, db_role, since::text,
  coalesce(lead(since) over (order by since, id), 'infinity')::text
from (
  select id, login, db_role, case
    when since < timestamptz '1900-01-01' then '-infinity'
    when since > timestamptz '9000-01-01' then 'infinity' else since end as since
  from audit_app_applicationlogin) known
order by since, id
"""
NOW = "select session_user, current_setting('role')"
# A walk from one to the next: there are a handful, among millions of lines.
WRITERS = """
with recursive writer as (
  (select session_user_name, db_role from audit_app_ledgerentry where kind = 'change'
   order by session_user_name, db_role limit 1)
  union all
  select next.* from writer cross join lateral (
    select e.session_user_name, e.db_role from audit_app_ledgerentry e
    where e.kind = 'change' and (e.session_user_name, e.db_role)
      > (writer.session_user_name, writer.db_role)
    order by e.session_user_name, e.db_role limit 1) next
)
select session_user_name, db_role from writer
"""


class Period(NamedTuple):
    """When a login in a role was the application's; or when it was not."""

    login: str
    role: str
    since: str
    until: str

    def has(self, at: datetime) -> bool:
        return _is_after(at, self.since) and not _is_after(at, self.until)


def _is_after(at: datetime, limit: str) -> bool:
    """Or just then."""
    if limit in (BEGAN, NEVER):
        return limit == BEGAN
    return at >= datetime.fromisoformat(limit)


def now() -> tuple[str, str]:
    """Login and role that pages and steps write as: whoever the settings connect as, in
    the role that they or the login's own settings take on."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(NOW)
        login, role = cursor.fetchone()
        return login, role


def periods() -> list[Period]:
    """The periods of the application that are recorded, and the present one: it counts
    before it is, too."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(
            f"select * from ({PERIODS}) known"  # noqa: S608 — ours
            f" union all select n.*, null, null from ({NOW}) n"
        )
        *known, (login, role, *_open) = cursor.fetchall()
    ours = [Period(*row) for row in known]
    if not ours or ours[-1][:2] != (login, role):
        since = ours[-1].since if ours else BEGAN
        ours.append(Period(login, role, since, NEVER))
    return ours


def period_columns(ours: Iterable[Period]) -> dict[str, Any]:
    columns = [list(column) for column in zip(*ours, strict=True)] or [[]] * 4
    return dict(zip(("logins", "roles", "sinces", "untils"), columns, strict=True))


def outside(ours: list[Period], using: str) -> Iterator[Period]:
    """The periods in which somebody who has changed anything was not the application.
    One query, and the lines that answer to these are the ones that IS_OUTSIDE says."""
    with connections[using].cursor() as cursor:
        cursor.execute(WRITERS)
        writers = cursor.fetchall()
    for login, role in writers:
        since = BEGAN
        for period in ours:
            if period[:2] == (login, role):
                if since != period.since:
                    yield Period(login, role, since, period.since)
                since = period.until
        if since != NEVER:
            yield Period(login, role, since, NEVER)


def record_login(using: str) -> datetime | None:
    """By the owner, when tables are migrated: who is the application from now on.
    Nothing where it is known, and where the owner's own login would take the place of
    another: without logins of their own all three are the owner's."""
    with connections[using].cursor() as cursor:
        cursor.execute("select audit_application_login(%s, %s)", now())
        return cursor.fetchone()[0]
