"""What waits beside the cases: roles to confirm, delegations to confirm, freezes to
lift, cases whose people have left, classifications and standing assessments to renew.
Lines of the work queue; reads only."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import (
    Alteration,
    DelegationRule,
    Freeze,
    InformationSet,
    Role,
    RoleAssignment,
    SecrecyReview,
    SecurityClassification,
)
from requests_app.permissions.alteration import (
    ALTERATION_ACTORS,
    ALTERATION_TOLD,
    alterations_open_to,
)
from requests_app.permissions.confirming import roles_in_turn
from requests_app.permissions.delegation import CONFIRMERS, delegations_to_confirm
from requests_app.permissions.freeze import can_lift
from requests_app.permissions.managers import roles_given_at_night
from requests_app.permissions.roles import (
    INFORMATION_KEEPERS,
    SECOND_PERSONS,
    authorities_of,
    has_role,
    roles_of,
    today,
)
from requests_app.selectors.addresses import url
from requests_app.selectors.coverage import sets_overdue
from requests_app.selectors.freeze import freezes_now
from requests_app.selectors.queue.changed_clients import changed_clients_for
from requests_app.selectors.queue.comparisons import comparisons_for
from requests_app.selectors.queue.diary_numbers import two_numbers_for
from requests_app.selectors.queue.disposals import disposals_for
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each
from requests_app.selectors.queue.log_gaps import log_gaps_for
from requests_app.selectors.queue.named_lists import listed_for
from requests_app.selectors.queue.originals import originals_for
from requests_app.selectors.queue.register_changes import changes_for
from requests_app.selectors.queue.standing_assessments import standing_assessments_for
from requests_app.selectors.queue.unowned_cases import unowned_cases_for
from requests_app.words.times import moment_in_words

GUARDS = (Role.INFORMATION_SECURITY_MANAGER, Role.SECURITY_PROTECTION_MANAGER)


def upkeep_for(user: Any) -> Iterator[Kind]:
    yield from _roles(user)
    yield from _delegations(user)
    yield from _freezes(user)
    yield from changes_for(user)
    yield from originals_for(user)
    yield from listed_for(user)
    yield from unowned_cases_for(user)
    yield from _classifications(user)
    yield from _class_four(user)
    yield from standing_assessments_for(user)
    yield from _alterations(user)
    yield from comparisons_for(user)
    yield from log_gaps_for(user)
    yield from disposals_for(user)
    yield from two_numbers_for(user)
    yield from changed_clients_for(user)


def _roles(user: Any) -> Iterator[Kind]:
    """The roles to confirm; and, for whoever guards the authority, those usable
    unconfirmed."""
    if has_role(user, *SECOND_PERSONS):
        rows = roles_in_turn(user)
        related = ("person", "authority", "given_by")
        yield of_each(rows.select_related(*related), _roles_to_confirm)
    if has_role(user, *GUARDS):
        rows = roles_given_at_night(user)
        related = ("person", "authority", "given_by")
        yield of_each(rows.select_related(*related), _role)


def _roles_to_confirm(row: Any) -> WorkItem:
    if row.together == 1:
        confirm = url("roleassignment_step", row.pk, "confirm")
        return _role(row, step=_("Review the role"), step_url=confirm)
    page = reverse("admin:waiting_roles", args=[row.authority_id])
    text = _("Roles: %(person)s and %(more)s more")
    return upkeep_item(
        text % {"person": row.person, "more": row.together - 1},
        row.authority,
        _("They wait for a second person."),
        _("Review the roles"),
        url=page,
        step_url=page,
    )


def _role(row: RoleAssignment, **more: Any) -> WorkItem:
    at_night = _("Given outside office hours: can be used unconfirmed until %(time)s.")
    runs = row.usable_until is not None and row.usable_until > clock.now()
    change = url("roleassignment_change", row.pk)
    return upkeep_item(
        _("Role: %(person)s") % {"person": row.person},
        row.authority,
        f"{row.get_role_display()}: {row.reason}",
        **{"step": "", "step_url": change, **more},
        details=_("given by %(name)s") % {"name": row.given_by},
        alarm=at_night % {"time": moment_in_words(row.usable_until)} if runs else "",
        url=change,
    )


def _delegations(user: Any) -> Iterator[Kind]:
    if not has_role(user, *CONFIRMERS):
        return
    rows = delegations_to_confirm(user).filter(confirmed_at=None)
    yield of_each(rows.select_related("authority", "made_by"), _delegation)


def _delegation(row: DelegationRule) -> WorkItem:
    return upkeep_item(
        _("Item %(number)s") % {"number": row.item_no},
        row.authority,
        row.title,
        _("Confirm the delegation"),
        details=_("entered by %(name)s") % {"name": row.made_by},
        url=url("delegationrule_change", row.pk),
        step_url=url("delegationrule_step", row.pk, "confirm"),
    )


def _freezes(user: Any) -> Iterator[Kind]:
    """The freezes in force stand first for everybody they concern; some may lift
    them."""
    if not roles_of(user):
        return
    yield of_each(freezes_now(user), lambda row: _freeze(row, user))


def _freeze(row: Freeze, user: Any) -> WorkItem:
    asker = row.lift_asked_by
    lifts = can_lift(user, row) and asker not in (None, user)
    return upkeep_item(
        _("Freeze: %(scope)s") % {"scope": row.scope},
        row.authority,
        row.lift_reason if lifts else row.reason,
        _("Lift the freeze") if lifts else "",
        details=_("asked by %(name)s") % {"name": asker} if lifts else "",
        url=url("freeze_change", row.pk),
        step_url=url("freeze_step", row.pk, "lift") if lifts else "",
        alarm=_("Approvals are stopped."),
        since=row.begins_at,
        first=True,
    )


def _classifications(user: Any) -> Iterator[Kind]:
    """Classifications that the information owner was to look at anew before today."""
    owns = authorities_of(user, *INFORMATION_KEEPERS)
    if owns:
        yield of_each(sets_overdue(owns), _to_classify)


def _to_classify(row: InformationSet) -> WorkItem:
    change = url("informationset_change", row.pk)
    return upkeep_item(
        row,
        row.authority,
        _("The day for reviewing the classification has passed."),
        _("Classify"),
        url=change,
        step_url=change,
    )


def _class_four(user: Any) -> Iterator[Kind]:
    """Sets that concern Sweden's security, with objects in reviews not yet stopped."""
    guards = authorities_of(user, Role.SECURITY_PROTECTION_MANAGER)
    if not guards:
        return
    requested = "object_links__cloud_object__requested"
    current = SecurityClassification.objects.in_force(today())
    rows = InformationSet.objects.filter(
        **{
            f"{requested}__review__status__in": SecrecyReview.OPEN,
            f"{requested}__removed_in_revision": None,
        },
        authority__in=guards,
        classifications__in=current.values("pk"),
        classifications__confidentiality=MOST_SERIOUS,
    )
    yield of_each(rows.select_related("authority").distinct(), _in_open_reviews)


def _in_open_reviews(row: InformationSet) -> WorkItem:
    change = url("informationset_change", row.pk)
    return upkeep_item(
        row,
        row.authority,
        "",
        "",
        alarm=_("Class 4, and named by open reviews that nobody has stopped yet."),
        url=change,
        step_url=change,
    )


def _alterations(user: Any) -> Iterator[Kind]:
    if not has_role(user, *ALTERATION_TOLD):
        return
    rows = alterations_open_to(user)
    yield of_each(rows.select_related("authority"), lambda row: _alteration(row, user))


def _alteration(row: Alteration, user: Any) -> WorkItem:
    acts = has_role(user, *ALTERATION_ACTORS, authority=row.authority_id)
    return upkeep_item(
        row,
        row.authority or "",
        "",
        _("Look into it") if acts else "",
        alarm=_("What is shown is not what was recorded."),
        url=url("alteration_change", row.pk),
        step_url=url("alteration_step", row.pk, "conclude") if acts else "",
    )
