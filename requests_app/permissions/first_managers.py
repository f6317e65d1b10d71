"""Who gives a new authority its first managers: two who manage at whoever runs it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models import (
    Authority,
    Connection,
    FirstManagers,
    Role,
    RoleAssignment,
)
from requests_app.permissions.municipalities import within_reach
from requests_app.permissions.roles import (
    SEE_STAFFING,
    authorities_of,
    roles_in_force,
)


def running_authorities(authority: Authority) -> set[int]:
    """Those that run a connection, of the authority's municipality or by agreement;
    before there is one, those with a manager."""
    runs = {authority.municipality_id, authority.managers_from_id}
    here = {"authority__municipality__in": runs - {None}}
    running = Connection.objects.filter(**here).values_list("authority", flat=True)
    managers = roles_in_force(Role.IT_MANAGER).filter(**here, branch=None)
    return set(running.distinct()) or set(managers.values_list("authority", flat=True))


def runs_connections(user: Any) -> bool:
    """Is the person a manager of one that runs a connection, or where nobody does?"""
    managed = authorities_of(user, Role.IT_MANAGER)
    rows = Authority.objects.filter(_runs("pk", "municipality"), pk__in=managed)
    return bool(managed) and rows.exists()


def does_run(user: Any, path: str = "authority__") -> Q:
    """Does the person stand in at the authority at the end of this path of a query: as
    the manager of one that runs a connection, of its municipality or by agreement?"""
    managed = authorities_of(user, Role.IT_MANAGER)
    if not managed:
        return Q(pk__in=[])
    places = Authority.objects.filter(_runs("pk", "municipality"), pk__in=managed)
    return _places_of(places.values("municipality"), path)


def confirms_where_run(user: Any) -> Q:
    """In a query of role rows: does the person stand in there as a confirmer, within
    the municipality?"""
    confirmed = authorities_of(user, Role.CONFIRMER)
    if not confirmed:
        return Q(pk__in=[])
    places = Authority.objects.filter(_runs("pk", "municipality"), pk__in=confirmed)
    return Q(authority__municipality__in=places.values("municipality"))


def stands_in(user: Any, authority: int) -> bool:
    """The same, of one authority."""
    return Authority.objects.filter(does_run(user, ""), pk=authority).exists()


def stand_ins_of(authority: Authority) -> Q:
    """In a query of managers' role rows: do they stand in at this authority?"""
    return stand_ins_for(authority.municipality_id, authority.managers_from_id)


def stand_ins_for(municipality: Any, managers_from: Any) -> Q:
    """The same, at one of which these are the columns, by value or outer reference."""
    same = Q(authority__municipality=municipality)
    if managers_from is not None:
        same |= Q(authority__municipality=managers_from)
    return _runs("authority", "authority__municipality") & same


def _places_of(municipalities: Any, path: str) -> Q:
    by_agreement = {f"{path}managers_from__in": municipalities}
    return Q(**{f"{path}municipality__in": municipalities}) | Q(**by_agreement)


def _runs(authority: str, municipality: str) -> Q:
    """Does the authority at the end of this path of a query run a connection, or does
    nobody in its municipality yet?"""
    theirs = Connection.objects.filter(authority=OuterRef(authority))
    anybodys = Connection.objects.filter(authority__municipality=OuterRef(municipality))
    return Q(Exists(theirs)) | ~Q(Exists(anybodys))


def never_managed() -> QuerySet[Authority]:
    """Authorities for which nobody has ever been confirmed as manager."""
    confirmed = RoleAssignment.history.filter(
        role=Role.IT_MANAGER, branch=None, confirmed_at__isnull=False
    )
    return Authority.objects.exclude(pk__in=confirmed.values("authority"))


def first_managers_visible_to(user: Any) -> QuerySet[FirstManagers]:
    """For the managers of whoever runs the connections; for the authority's own
    managers and auditors."""
    own = Q(authority__in=authorities_of(user, *SEE_STAFFING))
    return FirstManagers.objects.filter(does_run(user) | own)


def first_managers_to_settle(user: Any) -> QuerySet[FirstManagers]:
    return _by_others(user).filter(confirmed_at=None, refused_at=None)


def _by_others(user: Any) -> QuerySet[FirstManagers]:
    """Proposals that are neither the person's own nor about them, nor about somebody
    whose account they made."""
    rows = FirstManagers.objects.filter(does_run(user)).exclude(proposed_by=user.pk)
    for one in ("first", "second"):
        made = Q(**{f"{one}__made_by__isnull": False, f"{one}__made_by": user.pk})
        rows = rows.exclude(Q(**{one: user.pk}) | made)
    return rows


def can_confirm_first_managers(user: Any, row: FirstManagers) -> bool:
    return _by_others(user).filter(pk=row.pk).exists()


def can_refuse_first_managers(user: Any, row: FirstManagers) -> bool:
    """Whoever could confirm them; and whoever proposed them, to take that back."""
    own = row.proposed_by_id == user.pk and stands_in(user, row.authority_id)
    return own or can_confirm_first_managers(user, row)


def authorities_begun_by(user: Any) -> QuerySet[Authority]:
    """The authorities that the person gets going: as their manager or administrator;
    and, for who manages where the connections are run, those that nobody has managed
    yet."""
    own = authorities_of(user, Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
    without = Q(pk__in=never_managed().values("pk"))
    return Authority.objects.filter(Q(pk__in=own) | does_run(user, "") & without)


def authorities_known_to(user: Any) -> QuerySet[Authority]:
    """The authorities of which the person may know what they lack before their first
    case."""
    own = Q(pk__in=authorities_of(user, *Role.values))
    administered = Q(municipality__in=within_reach(user, Role.SYSTEM_ADMINISTRATOR))
    return Authority.objects.filter(own | administered | does_run(user, ""))
