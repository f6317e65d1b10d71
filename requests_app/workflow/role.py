"""Roles and delegations as checked data: what one enters, another looks at."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app import permissions
from requests_app.models import DelegationRule, Reviewer
from requests_app.workflow.step import WrongState, lock_row, note, require, save, step


@step
def look_at_role(reviewer: Reviewer, *, by: Any) -> None:
    """Another manager has seen that the role was given or changed."""
    lock_row(reviewer)
    require(permissions.can_look_at_role(by, reviewer))
    if reviewer.seen_at is not None:
        raise WrongState(_("It has been looked at already."))
    save(reviewer, seen_by=by, seen_at=clock.now())
    note("role.looked_at", on=reviewer, by=by)


@step
def confirm_delegation(rule: DelegationRule, *, by: Any) -> None:
    """Another person than who entered it has compared it with the board's decision."""
    lock_row(rule)
    require(permissions.can_confirm_delegation(by, rule))
    if rule.confirmed_at is not None:
        raise WrongState(_("It has been confirmed already."))
    if rule.parent is not None and rule.parent.confirmed_at is None:
        raise ValidationError(_("Confirm the item it comes from first."))
    # The item it comes from may have become narrower since this one was entered.
    rule.clean()
    save(rule, confirmed_by=by, confirmed_at=clock.now())
    note("delegation.confirmed", on=rule, by=by)
