"""Roles and delegations as checked data: what one enters, another looks at."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app import permissions
from requests_app.models import DelegationRule, RoleAssignment
from requests_app.workflow.step import note, save, step


def _is_seen(_may: Any, role: RoleAssignment) -> str:
    return _("It has been looked at already.") if role.seen_at else ""


def _is_confirmed(_may: Any, rule: DelegationRule) -> str:
    return _("It has been confirmed already.") if rule.confirmed_at else ""


@step(may=permissions.can_look_at_role, hindrance=_is_seen)
def look_at_role(role: RoleAssignment, *, by: Any) -> None:
    """Another manager has seen that the role was given or changed."""
    save(role, seen_by=by, seen_at=clock.now())
    note("role.looked_at", on=role, by=by)


@step(may=permissions.can_confirm_delegation, hindrance=_is_confirmed)
def confirm_delegation(rule: DelegationRule, *, by: Any) -> None:
    """Someone who did not enter it has compared it with the board's decision."""
    if rule.parent is not None and rule.parent.confirmed_at is None:
        raise ValidationError(_("Confirm the item it comes from first."))
    # The item it comes from may have become narrower since this one was entered.
    rule.clean()
    save(rule, confirmed_by=by, confirmed_at=clock.now())
    note("delegation.confirmed", on=rule, by=by)
