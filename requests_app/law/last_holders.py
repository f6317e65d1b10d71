"""Why nobody goes yet: too few would be left with a role, or nobody who decides. The
rule of roles is the database's (guards/roles_kept.sql); here it is asked beforehand,
and said in words."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Authority, Role, RoleAssignment
from requests_app.permissions.delegation import has_decider
from requests_app.permissions.managers import with_confirmers_but
from requests_app.permissions.roles import MANAGERS, authorities_of, today

# One gives a role and another confirms it: as the database's `lockbox_lacks`.
ENOUGH_TO_CONFIRM = 2


def why_not_gone(person: Any, keeps: Iterable[str] = ()) -> str:
    """Why the person can't lose their roles now, but for what they keep of them; empty
    where they can."""
    rows = RoleAssignment.objects.in_force(clock.now()).filter(person=person.pk)
    going, day = rows.exclude(role__in=keeps), today()
    return _too_few(going, clock.now()) or _nobody_decides(
        going, has_decider(day), has_decider(day, without_person=person.pk)
    )


def why_not_ended(row: RoleAssignment, last_day: date | None = None) -> str:
    """Why the role can't end: now, or after this day; empty where it can."""
    at, day = clock.now(), today()
    if last_day is not None and last_day >= day:
        day = last_day + timedelta(days=1)
        at = timezone.make_aware(datetime.combine(day, time()))
    rows = RoleAssignment.objects.in_force(at).filter(pk=row.pk)
    return _too_few(rows, at) or _nobody_decides(
        rows, has_decider(day), has_decider(day, without_role=row.pk)
    )


def without_third_manager(user: Any) -> QuerySet[Authority]:
    """The authorities where the person is among the last two who can confirm roles."""
    managed = Authority.objects.filter(pk__in=authorities_of(user, *MANAGERS))
    others = with_confirmers_but(user, managed)
    return others.filter(other_confirmers__lt=ENOUGH_TO_CONFIRM)


def _too_few(rows: QuerySet[RoleAssignment], at: datetime) -> str:
    lacks = _lacks(F("role"), F("authority"), at, F("person"))
    missed = rows.filter(branch=None, confirmed_at__isnull=False).annotate(lacks=lacks)
    missed = missed.filter(lacks=True).select_related("authority").order_by("pk")
    return " ".join(map(_in_words, missed))


def _lacks(role: Any, authority: Any, at: datetime, person: Any) -> Func:
    return Func(
        role,
        authority,
        Value(at),
        person,
        function="lockbox_lacks",
        output_field=BooleanField(),
    )


def _in_words(row: RoleAssignment) -> str:
    if row.role == Role.IT_MANAGER:
        text = _(
            "Fewer than two would be left who can confirm roles for %(authority)s, and"
            " nobody could confirm a new one: give a third person the role of IT"
            " manager first, and have it confirmed."
        )
    else:
        text = _(
            "Nobody would be left as %(role)s for %(authority)s: give another person"
            " the role first, and have it confirmed."
        )
    return text % {"role": row.get_role_display(), "authority": row.authority}


def _nobody_decides(rows: QuerySet[RoleAssignment], before: Q, after: Q) -> str:
    """By delegation; whoever decides there need not be called decision-maker."""
    theirs = Authority.objects.filter(pk__in=rows.values("authority"))
    left = theirs.filter(before, ~after).order_by("pk")
    if not left:
        return ""
    text = _(
        "Nobody would then decide for %(authority)s: give another person the role of"
        " decision-maker first."
    )
    return text % {"authority": ", ".join(map(str, left))}
