"""Roles and delegations: given or entered by one, confirmed by another."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.law.giving_roles import usable_unconfirmed_until, why_not_given
from requests_app.law.last_holders import why_not_ended
from requests_app.models import DelegationRule, RoleAssignment
from requests_app.permissions.confirming import (
    can_confirm_role,
    can_refuse_role,
    comes_first,
)
from requests_app.permissions.delegation import can_confirm_delegation
from requests_app.permissions.managers import can_lift_suspension, can_stop_role
from requests_app.permissions.roles import MANAGERS
from requests_app.workflow.machine_accounts import as_owner
from requests_app.workflow.several import each
from requests_app.workflow.step import Step, note, save, step


def _stopped(role: RoleAssignment) -> str:
    """Why nothing more happens to the role."""
    if role.refused_at:
        return _("It has been refused.")
    return _("It has been ended.") if role.ended_at else ""


def _is_unconfirmed(_by: Any, role: RoleAssignment) -> str:
    return _stopped(role) or (
        _("It has been confirmed already.") if role.confirmed_at else ""
    )


def _is_to_end(_by: Any, role: RoleAssignment) -> str:
    unconfirmed = "" if role.confirmed_at else _("It is not confirmed: refuse it.")
    return _stopped(role) or unconfirmed or why_not_ended(role)


def _is_to_suspend(by: Any, role: RoleAssignment) -> str:
    suspended = _("It is suspended already.") if role.suspended_at else ""
    return suspended or _is_to_end(by, role)


def _is_suspended(_by: Any, role: RoleAssignment) -> str:
    return _stopped(role) or ("" if role.suspended_at else _("It is not suspended."))


def give(role: RoleAssignment, *, by: Any) -> None:
    """Write a role that somebody gives; at night it is told on record. Inside acting().

    Raises ValidationError where it is not theirs to give.
    """
    if text := why_not_given(by, role):
        raise ValidationError(text)
    role.given_by, role.given_at = by, clock.now()
    role.usable_until = usable_unconfirmed_until(role)
    save(role)
    if role.usable_until is not None:
        note("role.given_at_night", on=role, by=by, usable_until=role.usable_until)


def deliver(
    role: RoleAssignment, *, given_by: Any, confirmed_by: Any, at: datetime
) -> None:
    """Enter a role that the system is delivered with. Inside acting(), by a machine
    account, signed in to the database as the owner of the tables."""
    role.given_by, role.given_at = given_by, at
    role.confirmed_by, role.confirmed_at = confirmed_by, at
    with as_owner():
        save(role)


@step(may=can_confirm_role, hindrance=_is_unconfirmed)
def confirm_role(role: RoleAssignment, *, by: Any) -> None:
    """A second manager or a confirmer knows the person, and says that it is right."""
    save(role, confirmed_by=by, confirmed_at=clock.now())
    note("role.confirmed", on=role, by=by)


@step(may=can_refuse_role, hindrance=_is_unconfirmed)
def refuse_role(role: RoleAssignment, *, by: Any, reason: str) -> None:
    """It never comes into force, or stops at once if it was given at night."""
    save(role, refused_by=by, refused_at=clock.now(), stop_reason=reason)
    note("role.refused", on=role, by=by, reason=reason)


@step
def confirm_roles(rows: Iterable[RoleAssignment], *, by: Any) -> int:
    """Each as `confirm_role` does; all or none. Raises SomeHindered."""
    return _each(confirm_role, rows, by=by)


@step
def refuse_roles(rows: Iterable[RoleAssignment], *, by: Any, reason: str) -> int:
    """Each as `refuse_role` does; all or none. Raises SomeHindered."""
    return _each(refuse_role, rows, by=by, reason=reason)


def _each(
    act: Step[..., None], rows: Iterable[RoleAssignment], *, by: Any, **fields: Any
) -> int:
    """Who manages comes last: then it is no longer for who stands in to settle the
    others."""
    in_order = sorted(rows, key=lambda row: (row.role in MANAGERS, row.pk))
    return each(
        act, in_order, by=by, why_denied=partial(why_not_confirmed, by), **fields
    )


def why_not_confirmed(by: Any, role: RoleAssignment) -> str:
    """Why a role that waits is not this person's to confirm, in words."""
    if role.person_id == by.pk:
        return _("It is your own role: another confirms it.")
    if role.given_by_id == by.pk:
        return _("You gave the role: another confirms it.")
    if role.person.made_by_id == by.pk:
        return _("You made this account: another confirms its roles.")
    if comes_first(role):
        return _("The first managers of the authority are confirmed together.")
    return _("The roles of this authority are not yours to confirm.")


@step(may=can_stop_role, hindrance=_is_to_end)
def end_role(role: RoleAssignment, *, by: Any, reason: str) -> None:
    """From this second, for good; the same role can be given anew."""
    save(role, ended_by=by, ended_at=clock.now(), stop_reason=reason)
    note("role.ended", on=role, by=by, reason=reason)


@step(may=can_stop_role, hindrance=_is_to_suspend)
def suspend_role(role: RoleAssignment, *, by: Any, reason: str) -> None:
    """From this second, until another manager lifts it."""
    save(role, suspended_by=by, suspended_at=clock.now(), stop_reason=reason)
    note("role.suspended", on=role, by=by, reason=reason)


@step(may=can_lift_suspension, hindrance=_is_suspended)
def lift_suspension(role: RoleAssignment, *, by: Any, reason: str) -> None:
    save(role, suspended_by=None, suspended_at=None, stop_reason="")
    note("role.suspension_lifted", on=role, by=by, reason=reason)


def take_back_confirmations(person: Any, *, by: Any) -> None:
    """Who holds the account now has not been looked at. Inside acting()."""
    rows = RoleAssignment.objects.standing().select_for_update(of=("self",))
    for row in rows.filter(person=person).exclude(confirmed_at=None, usable_until=None):
        save(row, confirmed_by=None, confirmed_at=None, usable_until=None)
        note("role.to_confirm_anew", on=row, by=by)


def _is_confirmed(_may: Any, rule: DelegationRule) -> str:
    return _("It has been confirmed already.") if rule.confirmed_at else ""


@step(may=can_confirm_delegation, hindrance=_is_confirmed)
def confirm_delegation(rule: DelegationRule, *, by: Any) -> None:
    """Someone who did not enter it has compared it with the board's decision."""
    if rule.parent is not None and rule.parent.confirmed_at is None:
        raise ValidationError(_("Confirm the item it comes from first."))
    # The item it comes from may have become narrower since this one was entered.
    rule.clean()
    save(rule, confirmed_by=by, confirmed_at=clock.now())
    note("delegation.confirmed", on=rule, by=by)
