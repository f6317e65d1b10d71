"""The roles of a plan, given in one go; a second person confirms them together."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from requests_app.law.combinations import why_to_be_explained
from requests_app.law.giving_roles import why_not_given
from requests_app.models import Authority, Role, RoleAssignment
from requests_app.permissions.roles import MANAGERS, has_role, today
from requests_app.workflow.role import give
from requests_app.workflow.step import require, step


class Placed(NamedTuple):
    """Somebody in a seat: their roles by the plan, and why one person has these
    together, where that has to be explained; for a confirmer the board's decision."""

    person: Any
    roles: tuple[str, ...]
    because: str = ""
    decided_on: date | None = None
    basis: str = ""


class PlanGiven(NamedTuple):
    """How many roles were given, and those left for another to give, with why."""

    number: int
    left: list[tuple[RoleAssignment, str]]


@step
def give_plan(
    authority: Authority, *, by: Any, placed: Iterable[Placed], reason: str
) -> PlanGiven:
    """Give everybody the roles of their seat that they have not. What is not theirs to
    give is left: nobody gives themselves a role. Raises ValidationError where roles
    together have to be explained."""
    require(has_role(by, *MANAGERS, authority=authority.pk))
    number, left = 0, []
    for one in placed:
        for row in lacking(authority, one, reason):
            if text := why_not_given(by, row):
                left.append((row, text))
                continue
            if why := why_to_be_explained(row, one.roles):
                raise ValidationError(f"{one.person}: {why}")
            give(row, by=by)
            number += 1
    return PlanGiven(number, left)


def lacking(
    authority: Authority, placed: Placed, reason: str = ""
) -> list[RoleAssignment]:
    """The roles of the seat that the person neither has nor waits for, unsaved."""
    has = RoleAssignment.objects.standing().filter(
        person=placed.person.pk, authority=authority.pk, branch=None
    )
    roles = set(placed.roles) - set(has.values_list("role", flat=True))
    return [
        RoleAssignment(
            person=placed.person,
            role=role,
            authority=authority,
            valid_from=today(),
            reason=reason,
            combined_because=placed.because,
            **(_decision(placed) if role == Role.CONFIRMER else {}),
        )
        for role in placed.roles
        if role in roles
    ]


def _decision(placed: Placed) -> dict[str, Any]:
    return {"decided_on": placed.decided_on, "basis": placed.basis}
