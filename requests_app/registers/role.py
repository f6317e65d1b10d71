"""Roles: rows are added as one manager's, for another to look at; none is changed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import permissions
from requests_app.models import Authority, Role, RoleAssignment
from requests_app.registers.cells import Told, save
from requests_app.registers.register import A_DAY, EMPTY_IS_NONE, Column, Table, allowed


def _put(cells: dict[str, str], by: Any) -> str:
    told = Told(cells, by, permissions.MANAGERS)
    authority = told.authority()
    person = told.person("person")
    if person == by:
        raise ValidationError({"person": _("Nobody gives themselves a role.")})
    row = RoleAssignment(
        person=person,
        role=told.choice("role", Role),
        authority=authority,
        branch=told.branch(authority),
        employer=_employer(told),
        basis=told.text("basis"),
        valid_from=told.first_day("valid_from"),
        valid_to=told.day("valid_to"),
        reason=told.text("reason"),
        given_by=by,
    )
    return "same" if _is_there(row) else save(row)


def _employer(told: Told) -> Authority | None:
    text = told.text("employer")
    if not text:
        return None
    named = Q(code__iexact=text) | Q(name__iexact=text)
    return told.one("employer", Authority.objects.filter(named))


def _is_there(row: RoleAssignment) -> bool:
    names = ("person", "role", "authority", "branch", "valid_from", "valid_to")
    return RoleAssignment.objects.filter(
        **{name: getattr(row, name) for name in names}
    ).exists()


def _cells(row: RoleAssignment) -> list[Any]:
    return [
        row.person.username,
        row.role,
        row.authority.code,
        row.branch or "",
        row.employer.code if row.employer else "",
        row.basis,
        row.valid_from,
        row.valid_to,
        row.reason,
    ]


ROLES = Table(
    "roles",
    RoleAssignment._meta.verbose_name_plural,
    RoleAssignment,
    (
        Column("person", gettext_lazy("person"), gettext_lazy("The user name.")),
        Column("role", gettext_lazy("role"), allowed(Role)),
        Column("authority", gettext_lazy("authority"), gettext_lazy("Code or name.")),
        Column("branch", gettext_lazy("branch of activity"), EMPTY_IS_NONE),
        Column("employer", gettext_lazy("employed by"), EMPTY_IS_NONE),
        Column("basis", gettext_lazy("basis"), EMPTY_IS_NONE),
        Column("valid_from", gettext_lazy("valid from"), A_DAY),
        Column("valid_to", gettext_lazy("valid to"), A_DAY),
        Column("reason", gettext_lazy("reason")),
    ),
    ("person", "role", "authority", "branch", "valid_from"),
    permissions.MANAGERS,
    tuple(Role),
    _put,
    _cells,
    ("person", "authority", "branch", "employer"),
    (),
    gettext_lazy(
        "Roles are added, none is changed or ended. Another manager looks at each."
    ),
)
