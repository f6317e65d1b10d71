"""Who is what at an authority now, held against what a case takes and what takes an
explanation."""

from typing import Any, NamedTuple

from requests_app.law.combinations import Combination, combinations_of
from requests_app.law.role_plan import BESIDE
from requests_app.models import Authority, Connection, Role, RoleAssignment
from requests_app.permissions.roles import SECOND_PERSONS, today
from requests_app.selectors.go_live_needs import NEEDS, ROLES
from requests_app.words.swedish_order import swedish_key


class PersonNow(NamedTuple):
    """`roles`: given and not ended, confirmed or not. `explained`: what was said when
    they were given, each text once."""

    person: Any
    roles: list[RoleAssignment]
    combinations: list[Combination]
    explained: list[str]


class PlanNow(NamedTuple):
    people: list[PersonNow]
    # Roles that nobody has who could be there when a case comes.
    lacking: list[Role]
    # So few confirm roles that none of them can leave.
    too_few_confirm: bool


def plan_now(authority: Authority) -> PlanNow:
    rows = list(
        RoleAssignment.objects.standing()
        .filter(authority=authority, branch=None)
        .exclude(valid_to__lt=today())
        .select_related("person")
    )
    by_person: dict[Any, list[RoleAssignment]] = {}
    for row in rows:
        by_person.setdefault(row.person, []).append(row)
    people = sorted(by_person.items(), key=lambda item: swedish_key(item[0].last_name))
    has = {row.role for row in rows}
    second = {row.person_id for row in rows if row.role in SECOND_PERSONS}
    return PlanNow(
        [_now(person, theirs) for person, theirs in people],
        [role for role in needed(_runs(authority)) if role not in has],
        len(second) < 3,
    )


def _now(person: Any, rows: list[RoleAssignment]) -> PersonNow:
    texts = dict.fromkeys(row.combined_because for row in rows)
    return PersonNow(
        person,
        rows,
        combinations_of([row.role for row in rows]),
        [text for text in texts if text],
    )


def _runs(authority: Authority) -> bool:
    return Connection.objects.filter(authority=authority).exists()


def needed(where_run: bool) -> list[Role]:
    """Those that have to be there before the first case, and those beside them; some
    only where connections are run."""
    roles = [
        Role(need.filled_in["role"])
        for need in NEEDS
        if need.page == ROLES and need.filled_in and (where_run or not need.where_run)
    ]
    beside = [role for role in BESIDE if where_run or role != Role.SYSTEM_ADMINISTRATOR]
    return list(dict.fromkeys([*roles, *beside]))
