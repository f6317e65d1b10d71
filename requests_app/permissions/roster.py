"""Who lays rosters, sees them, and may stand on one. Being on duty gives no right."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app import clock
from requests_app.models import (
    Act,
    Authority,
    RoleAssignment,
    RosterCalendar,
    RosterGroup,
    RosterPattern,
    Shift,
    ShiftOffer,
)
from requests_app.permissions.roles import MANAGERS, authorities_of, has_role, roles_of
from requests_app.words.swedish_order import swedish_key


def can_lay_roster(user: Any, group: RosterGroup) -> bool:
    return has_role(user, *MANAGERS, authority=group.authority_id)


def can_end_pattern(user: Any, pattern: RosterPattern) -> bool:
    return can_lay_roster(user, pattern.group)


def can_withdraw_shift(user: Any, shift: Shift) -> bool:
    return can_lay_roster(user, shift.group)


def can_offer(user: Any, shift: Shift) -> bool:
    """One's own shift; and any, for whoever lays the roster."""
    return shift.person_id == user.pk or can_lay_roster(user, shift.group)


def can_take(user: Any, offer: ShiftOffer) -> bool:
    """Whoever it was offered to; of what is open to all, whoever may stand on the
    roster."""
    if offer.offered_to_id is not None:
        return offer.offered_to_id == user.pk
    return people_for(offer.group).filter(pk=user.pk).exists()


def can_withdraw_offer(user: Any, offer: ShiftOffer) -> bool:
    return offer.made_by_id == user.pk or can_lay_roster(user, offer.group)


def can_end_calendar(user: Any, calendar: RosterCalendar) -> bool:
    return calendar.person_id == user.pk


def rosters_visible_to(user: Any) -> QuerySet[RosterGroup]:
    """Rosters of the authorities where the person has a role, and shared with them."""
    here = {row.authority_id for row in roles_of(user)}
    named = Q(authority__in=here) | Q(shared__authority__in=here)
    return RosterGroup.objects.filter(pk__in=RosterGroup.objects.filter(named))


def people_for(group: RosterGroup) -> QuerySet[Any]:
    """Who may stand on the roster: people with a role, now or to come, at one of its
    authorities. Whether they may act is asked of their roles, and never of it."""
    shared = group.shared.values("authority")
    placed = RoleAssignment.objects.standing().filter(
        Q(authority=group.authority_id) | Q(authority__in=shared)
    )
    people = get_user_model()._default_manager.filter(is_active=True, is_machine=False)
    return people.filter(pk__in=placed.values("person"))


def is_on_duty_now(act: Act) -> Exists:
    """In a query of role rows: is the person on duty for the act, on a roster of the
    row's authority or one shared with it?"""
    now = clock.now()
    shifts = Shift.objects.standing().filter(
        Q(group__authority=OuterRef("authority"))
        | Q(group__shared__authority=OuterRef("authority")),
        begins_at__lte=now,
        ends_at__gt=now,
        group__is_active=True,
        group__acts__contains=[act],
        person=OuterRef("person"),
    )
    return Exists(shifts)


def offers_open_to(user: Any) -> QuerySet[ShiftOffer]:
    """Open offers that the person could take."""
    to_all = Q(offered_to=None, group__in=rosters_visible_to(user)) & ~Q(made_by=user)
    return ShiftOffer.objects.open().filter(Q(offered_to=user.pk) | to_all)


def staffed_authorities(user: Any) -> set[int]:
    """Authorities whose staffing the person manages."""
    return authorities_of(user, *MANAGERS)


def authorities_by_name(user: Any, *roles: str) -> list[Authority]:
    """Those of `authorities_of`, in Swedish order: they came with the roles."""
    places = authorities_of(user, *roles)
    rows = {row.authority_id: row.authority for row in roles_of(user)}
    return sorted(
        (rows[key] for key in places), key=lambda place: swedish_key(place.name)
    )
