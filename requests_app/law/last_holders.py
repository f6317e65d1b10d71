"""Why nobody goes yet: too few would be left with a role, or nobody who decides. The
rule of roles is the database's (guards/roles_kept.sql); here it is asked beforehand,
and said in words."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import DateTimeField, F, Func, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Authority, RoleAssignment
from requests_app.models.role_assignment import RoleAssignmentQuerySet
from requests_app.permissions.confirming import with_confirmers_but
from requests_app.permissions.delegation import has_decider
from requests_app.permissions.roles import (
    MANAGERS,
    SECOND_PERSONS,
    authorities_of,
    today,
)
from requests_app.words.times import short_day

# One gives a role and another confirms it: as the database's `lockbox_lacks`.
ENOUGH_TO_CONFIRM = 2


def why_not_gone(person: Any, keeps: Iterable[str] = ()) -> str:
    """Why the person can't lose their roles now, but for what they keep of them; empty
    where they can."""
    theirs = RoleAssignment.objects.filter(person=person.pk).exclude(role__in=keeps)
    going, day = theirs.in_force(clock.now()), today()
    return _too_few(theirs, clock.now()) or _nobody_decides(
        going, has_decider(day), has_decider(day, without_person=person.pk)
    )


def why_not_ended(row: RoleAssignment, last_day: date | None = None) -> str:
    """Why the role can't end: now, or after this day; empty where it can."""
    at, day = clock.now(), today()
    if last_day is not None and last_day >= day:
        day = last_day + timedelta(days=1)
        at = timezone.make_aware(datetime.combine(day, time()))
    rows = RoleAssignment.objects.filter(pk=row.pk)
    return _too_few(rows, at) or _nobody_decides(
        rows.in_force(at), has_decider(day), has_decider(day, without_role=row.pk)
    )


def without_third_manager(user: Any) -> QuerySet[Authority]:
    """The authorities where the person manages, and is among the last two who can
    confirm roles or the last who gives them."""
    theirs = Authority.objects.filter(pk__in=authorities_of(user, *MANAGERS))
    few = Q(other_confirmers__lt=ENOUGH_TO_CONFIRM) | Q(other_managers=0)
    return with_confirmers_but(user, theirs).filter(few)


def _too_few(rows: RoleAssignmentQuerySet, at: datetime) -> str:
    """From that moment on, as far as the days of roles are known."""
    lacks_from = Func(
        F("pk"),
        Value(at),
        F("person"),
        function="lockbox_lacks_from",
        output_field=DateTimeField(),
    )
    open_rows: QuerySet[RoleAssignment] = rows.of_open_accounts()
    missed = open_rows.annotate(lacks_from=lacks_from).exclude(lacks_from=None)
    missed = missed.select_related("authority").order_by("pk")
    return " ".join(_in_words(row, at, row.lacks_from) for row in missed)


def _in_words(row: RoleAssignment, at: datetime, lacks_from: datetime) -> str:
    if row.role in SECOND_PERSONS:
        text = _(
            "Too few would be left for %(authority)s: a manager who gives roles, and"
            " another who confirms them. Give a third person the role of IT manager or"
            " confirmer first, and have it confirmed."
        )
    else:
        text = _(
            "Nobody would be left as %(role)s for %(authority)s: give another person"
            " the role first, and have it confirmed."
        )
    text %= {"role": row.get_role_display(), "authority": row.authority}
    if lacks_from == at:
        return text
    return _("From %(day)s: %(text)s") % {
        "day": short_day(timezone.localdate(lacks_from)),
        "text": text,
    }


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
