"""The first managers of a new authority, by two who manage at whoever runs it.

The one who proposes gives both roles, the other confirms both; the rest is as with
every role.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.law.giving_roles import why_not_to
from requests_app.models import Authority, FirstManagers, Role, RoleAssignment
from requests_app.permissions.first_managers import (
    can_confirm_first_managers,
    can_refuse_first_managers,
    never_managed,
    stands_in,
)
from requests_app.permissions.municipalities import is_lent
from requests_app.permissions.roles import today
from requests_app.words.in_record import in_record
from requests_app.workflow.role import give, refuse_role
from requests_app.workflow.step import note, require, save, step

# What the second person fills in.
LATER = ["confirmed_by", "confirmed_at", "refused_by", "refused_at"]


def _is_settled(_by: Any, row: FirstManagers) -> str:
    return _("It has been settled already.") if row.is_settled else ""


def _is_overtaken(by: Any, row: FirstManagers) -> str:
    """One of the roles has been stopped since, or the account closed."""
    if settled := _is_settled(by, row):
        return settled
    stands = _roles(row).filter(person__is_active=True).count() == len(_people(row))
    return (
        ""
        if stands
        else _("One of the roles no longer stands: refuse, and propose anew.")
    )


@step
def propose_first_managers(
    *,
    by: Any,
    authority: Authority,
    first: Any,
    second: Any,
    decided_on: date,
    diary_number: str,
) -> FirstManagers:
    """Both roles are given, and wait. `decided_on`, `diary_number`: of the decision by
    which the authority's board has chosen them.

    Raises ValidationError where one of them can't have the role, or they are not new.
    """
    require(stands_in(by, authority.pk))
    row = FirstManagers(
        authority=authority,
        first=first,
        second=second,
        decided_on=decided_on,
        diary_number=diary_number,
        proposed_by=by,
        proposed_at=clock.now(),
    )
    if decided_on > today():
        raise ValidationError({"decided_on": _("The day has not come yet.")})
    if not never_managed().filter(pk=authority.pk).exists():
        text = _("The authority has or has had managers: they give its roles.")
        raise ValidationError({"authority": text})
    row.clean_fields(exclude=LATER)
    row.validate_constraints()
    roles = {name: _role(row, name) for name in ("first", "second")}
    _refuse_unfit(roles, by)
    row.save()
    for role in roles.values():
        give(role, by=by)
    note("first_managers.proposed", on=row, by=by)
    return row


@step(may=can_confirm_first_managers, hindrance=_is_overtaken)
def confirm_first_managers(row: FirstManagers, *, by: Any) -> None:
    """Another has looked at the board's decision, and knows both."""
    save(row, confirmed_by=by, confirmed_at=clock.now())
    for role in _roles(row):
        save(role, confirmed_by=by, confirmed_at=row.confirmed_at)
        note("role.confirmed", on=role, by=by)
    note("first_managers.confirmed", on=row, by=by)


@step(may=can_refuse_first_managers, hindrance=_is_settled)
def refuse_first_managers(row: FirstManagers, *, by: Any, reason: str) -> None:
    """Neither role comes into force; others can be proposed."""
    save(row, refused_by=by, refused_at=clock.now(), refusal_reason=reason)
    for role in _roles(row):
        refuse_role(role, by=by, reason=reason)
    note("first_managers.refused", on=row, by=by, reason=reason)


def _people(row: FirstManagers) -> tuple[int, int]:
    return row.first_id, row.second_id


def _roles(row: FirstManagers) -> QuerySet[RoleAssignment]:
    """The roles that were given with it, and that nobody has stopped."""
    return RoleAssignment.objects.standing().filter(
        person__in=_people(row),
        role=Role.IT_MANAGER,
        authority=row.authority_id,
        given_by=row.proposed_by_id,
        confirmed_at=None,
    )


def _role(row: FirstManagers, name: str) -> RoleAssignment:
    reason = gettext_lazy("First IT manager, by the board's decision %(number)s")
    return RoleAssignment(
        person=getattr(row, name),
        role=Role.IT_MANAGER,
        authority=row.authority,
        valid_from=today(),
        reason=in_record(reason, number=row.diary_number),
        given_by=row.proposed_by,
    )


def _refuse_unfit(roles: dict[str, RoleAssignment], by: Any) -> None:
    """Say at each of the two why they can't have the role."""
    wrong = {}
    for name, role in roles.items():
        try:
            role.validate_constraints()
        except ValidationError as error:
            wrong[name] = error.messages
        if is_lent(role):
            wrong[name] = [_("The person belongs to another municipality.")]
        if text := why_not_to(by, role.person):
            wrong[name] = [text]
    if wrong:
        raise ValidationError(wrong)
