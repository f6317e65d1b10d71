"""A person of one municipality gets a role in another: lent by a manager of their own,
and taken on by one of the other's, who confirms the role as any other (KL 9:37)."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.models import Authority, Municipality, RoleAssignment
from requests_app.permissions.managers import can_lend
from requests_app.workflow.role import give
from requests_app.workflow.step import note, step


@step(may=can_lend)
def lend(
    person: Any,
    *,
    by: Any,
    municipality: Municipality,
    code: str,
    role: str,
    basis: str,
    valid_from: date,
    valid_to: date | None,
    reason: str,
) -> RoleAssignment:
    """A role that waits for a manager there. `basis`: the agreement.

    Raises ValidationError where there is no such authority, or the role can't be.
    """
    authorities = Authority.objects.filter(municipality=municipality)
    authority = authorities.filter(code__iexact=code.strip()).first()
    if authority is None:
        text = _("The municipality has no authority here with this code.")
        raise ValidationError({"code": text})
    if municipality.pk == person.municipality_id:
        text = _("It is the person's own municipality: give the role there.")
        raise ValidationError({"municipality": text})
    row = RoleAssignment(
        person=person,
        role=role,
        authority=authority,
        employer=str(person.municipality),
        basis=basis,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        given_by=by,
    )
    row.full_clean()
    give(row, by=by)
    note("role.lent", on=row, by=by)
    return row
