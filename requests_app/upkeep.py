"""What waits beside the cases: roles to look at, delegations to confirm, freezes to
lift, the officer of a case who has left, classifications
to renew. Lines of the work queue; reads only."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app import permissions
from requests_app.coverage import sets_overdue
from requests_app.models import DelegationRule, Freeze, Reviewer, Role, SecrecyReview
from requests_app.queue import WorkItem, url

MOST = 50


def upkeep_for(user: Any) -> Iterator[WorkItem]:
    """At most one query for each of the person's roles that keep something."""
    yield from _roles(user)
    yield from _delegations(user)
    yield from _freezes(user)
    yield from _without_officer(user)
    yield from _classifications(user)


def _item(name: Any, place: Any, wants: Any, step: Any, **more: Any) -> WorkItem:
    return WorkItem(
        clock=None,
        name=str(name),
        place=str(place),
        wants=str(wants),
        level=None,
        warning="",
        step=str(step),
        **{"details": "", **more},
    )


def _roles(user: Any) -> Iterator[WorkItem]:
    keeps = permissions.authorities_of(user, *permissions.MANAGERS)
    if not keeps:
        return
    rows = Reviewer.objects.filter(authority__in=keeps, seen_at=None)
    rows = rows.exclude(given_by=user.pk).exclude(person=user.pk)
    rows = rows.exclude(given_by__is_service=True)
    for row in rows.select_related("person", "authority", "given_by")[:MOST]:
        yield _item(
            _("Role: %(person)s") % {"person": row.person},
            row.authority,
            f"{row.get_role_display()}: {row.reason}",
            _("Look at the role"),
            details=_("given by %(name)s") % {"name": row.given_by},
            url=url("reviewer_change", row.pk),
            step_url=url("reviewer_step", row.pk, "look"),
        )


def _delegations(user: Any) -> Iterator[WorkItem]:
    confirming = (Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
    confirms = permissions.authorities_of(user, *confirming)
    if not confirms:
        return
    rows = DelegationRule.objects.filter(authority__in=confirms, confirmed_at=None)
    rows = rows.exclude(made_by=user.pk).exclude(person=user.pk)
    for row in rows.select_related("authority", "made_by")[:MOST]:
        yield _item(
            _("Item %(number)s") % {"number": row.item_no},
            row.authority,
            row.title,
            _("Confirm the delegation"),
            details=_("entered by %(name)s") % {"name": row.made_by},
            url=url("delegationrule_change", row.pk),
            step_url=url("delegationrule_step", row.pk, "confirm"),
        )


def _freezes(user: Any) -> Iterator[WorkItem]:
    lifters = (
        Role.INFORMATION_SECURITY_MANAGER,
        Role.SECURITY_PROTECTION_MANAGER,
        Role.IT_MANAGER,
    )
    lifts = permissions.authorities_of(user, *lifters)
    if not lifts:
        return
    asked = Freeze.objects.in_force(clock.now()).filter(
        authority__in=lifts, lift_asked_at__isnull=False
    )
    related = ("authority", "provider", "product", "information_set", "lift_asked_by")
    for row in asked.exclude(lift_asked_by=user.pk).select_related(*related)[:MOST]:
        yield _item(
            _("Freeze: %(scope)s") % {"scope": row.scope},
            row.authority,
            row.lift_reason,
            _("Lift the freeze"),
            details=_("asked by %(name)s") % {"name": row.lift_asked_by},
            url=url("freeze_change", row.pk),
            step_url=url("freeze_step", row.pk, "lift"),
        )


def _without_officer(user: Any) -> Iterator[WorkItem]:
    """Open cases whose officer has no role any more, or may not sign in."""
    if not permissions.has_role(user, Role.IT_MANAGER):
        return
    here = Reviewer.objects.in_force(permissions.today()).filter(
        person=OuterRef("case_officer")
    )
    rows = permissions.visible_to(user).filter(
        ~Exists(here),
        status__in=SecrecyReview.OPEN,
        case_officer__isnull=False,
        authority__in=permissions.authorities_of(user, Role.IT_MANAGER),
    )
    for row in rows.select_related("authority", "case_officer")[:MOST]:
        yield _item(
            row,
            row.authority,
            "",
            _("Assign"),
            alarm=_("%(name)s has no role any more.") % {"name": row.case_officer},
            url=url("secrecyreview_change", row.pk),
            step_url=url("secrecyreview_step", row.pk, "assign"),
        )


def _classifications(user: Any) -> Iterator[WorkItem]:
    """Classifications that the information owner was to look at anew before today."""
    owns = permissions.authorities_of(user, Role.INFORMATION_OWNER)
    for row in sets_overdue(owns)[:MOST] if owns else ():
        change = url("informationset_change", row.pk)
        yield _item(
            row,
            row.authority,
            _("The day for reviewing the classification has passed."),
            _("Classify"),
            url=change,
            step_url=change,
        )
