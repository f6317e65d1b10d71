"""Who may do what in duty: drill, notice channel, notice ladder and roster."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.rights.involvement import (
    can_answer,
    can_route,
    involvement,
)
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import (
    MANAGERS,
    authorities_of,
    has_role,
    roles_in_force,
    roles_of,
)
from requests_app.core.two_persons import Guarded, always
from requests_app.core.words.texts import swedish_key
from requests_app.duty.models.notices import CALLED, Drill, NoticeChannel, NoticeLadder
from requests_app.duty.models.roster import (
    ROLES_OF_ACT,
    Act,
    RosterCalendar,
    RosterGroup,
    RosterPattern,
    Shift,
    ShiftOffer,
)

# Who lays rosters, sees them, and may stand on one. Being on duty gives no right.


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
    now = acting.now()
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


# Drills: who begins one, who is called, and who sees it.


def can_begin_drill(user: Any, authority: int | None = None) -> bool:
    return has_role(user, *MANAGERS, authority=authority)


def can_end_drill(user: Any, drill: Drill) -> bool:
    return can_begin_drill(user, drill.authority_id)


def can_come(user: Any, drill: Drill) -> bool:
    """Whoever was called, and has not come yet."""
    return drill.calls.filter(person=user.pk, came_at=None).exists()


def drills_visible_to(user: Any) -> QuerySet[Drill]:
    """Of one's authorities, and to which one is called: whoever gives the answer may
    work for another authority."""
    every_role = authorities_of(user, *Role.values)
    called = Drill.objects.filter(calls__person=user.pk).values("pk")
    return Drill.objects.filter(Q(authority__in=every_role) | Q(pk__in=called))


def waiting_at(authorities: Iterable[int]) -> QuerySet[SecrecyReview]:
    """Real reviews whose request is still to be answered."""
    rows = SecrecyReview.objects.filter(authority__in=authorities).live()
    return rows.filter(access_request__status__in=AccessRequest.AWAITING)


def whose_turn(authority: Authority) -> dict[Act, RoleAssignment | None]:
    """For each act, whoever would be rung first if a request came now: on duty before
    others. None where nobody may."""
    return {act: _first(authority, act) for act in CALLED}


def _first(authority: Authority, act: Act) -> RoleAssignment | None:
    rows = roles_in_force(*ROLES_OF_ACT[act]).filter(branch=None)
    rows = rows.annotate(is_on_duty=is_on_duty_now(act)).select_related("person")
    return rows.filter(_there(authority, act)).order_by("-is_on_duty", "pk").first()


def _there(authority: Authority, act: Act) -> Q:
    """Answers are given by the authority that runs the connection."""
    if act != Act.EXECUTE:
        return Q(authority=authority)
    runs = authority.cloud_objects.order_by().values(
        runs=F("system__connection__authority")
    )
    return Q(authority__in=runs) | Q(authority=authority)


# Who keeps an authority's notice channels: its managers. Auditors see them.


def can_keep_channels(user: Any, authority: Authority) -> bool:
    return has_role(user, *MANAGERS, authority=authority.pk)


def can_keep_channel(user: Any, channel: NoticeChannel) -> bool:
    return can_keep_channels(user, channel.authority)


def channels_kept_by(user: Any) -> QuerySet[NoticeChannel]:
    """The notice channels in use that the person keeps."""
    authorities = authorities_of(user, *MANAGERS)
    return NoticeChannel.objects.filter(authority__in=authorities, ended_at=None)


# Who says “I take it”: whoever takes part in the review, routes or answers.


def can_take_turn(user: Any, subject: Any) -> bool:
    if isinstance(subject, SecrecyReview):
        return involvement(user, subject).declares
    if isinstance(subject, AccessRequest):
        return can_route(user, subject)
    return isinstance(subject, Delivery) and can_answer(user, subject)


GUARDED = {
    NoticeLadder: Guarded(
        MANAGERS,
        "authority",
        ("authority", "product", "class_from", "margin", "rungs"),
        adds=always,
    ),
}
