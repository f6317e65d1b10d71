"""What lies with each of the reviewers, and who of them is away or leaves. Reads only.

Counts only reviews that the manager may know of.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Count,
    DateTimeField,
    F,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    Absence,
    AccessRequest,
    NoticeKind,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.roles import authorities_of, roles_in_force, today
from requests_app.permissions.visibility import managed_by
from requests_app.selectors.ages import Bar, age_counts, bars_of
from requests_app.selectors.clocks import Clock, clock_between
from requests_app.words.times import short_day

LEAVES_SOON = timedelta(days=14)


class Load(NamedTuple):
    """What lies with one person; `clock` is the one that runs out first, and `leaving`
    says why it should be handed over."""

    person: Any
    cases: int
    unacknowledged: int
    oldest: datetime | None
    clock: Clock | None
    ages: list[Bar]
    leaving: str


class Instants(Func):
    """Some instants as one value, compared by the first, then the next."""

    template = "array[%(expressions)s]"
    output_field = ArrayField(DateTimeField())


def burden(person: Any, manager: Any) -> int:
    """How many cases somebody works on, of those that the manager manages."""
    return worked_on(manager, assignments__person=person.pk).count()


def loads_for(manager: Any) -> list[Load]:
    """What should be handed over at the top, then who has most. Three queries."""
    numbers = {row["person"]: row for row in _counted(manager)}
    roles = _roles(manager, numbers)
    people = {row.person_id: row.person for row in roles}
    if without := numbers.keys() - people.keys():
        people |= get_user_model().objects.in_bulk(without)
    leaving = _leaving(people, roles)
    loads = [
        _load(person, numbers.get(pk), leaving.get(pk, ""))
        for pk, person in people.items()
    ]
    return sorted(loads, key=_handed_over_first)


def worked_on(manager: Any, **more: Any) -> QuerySet[SecrecyReview]:
    """Cases that the manager may know of and that are not closed, once for each person
    who works on them. `more`: what is asked of the same row of `assignments`."""
    return managed_by(manager).filter(
        status__in=SecrecyReview.HELD,
        assignments__isnull=False,
        assignments__ended_at=None,
        **more,
    )


def _counted(manager: Any) -> Iterable[dict[str, Any]]:
    """The numbers of each person who works on something, a row each. The database
    counts: an officer may have thousands of cases that nobody has closed."""
    came, ends = "access_request__received_at", deadline_path("access_request")
    awaiting = {
        "access_request__status__in": AccessRequest.AWAITING,
        f"{ends}__isnull": False,
    }
    return (
        worked_on(manager)
        .order_by()
        .values(person=F("assignments__person"))
        .annotate(
            cases=Count("pk"),
            unacknowledged=Count("pk", filter=Q(assignments__acknowledged_at=None)),
            oldest=Min(came),
            soonest=Min(Instants(ends, came), filter=Q(**awaiting)),
            **age_counts(),
        )
    )


def _load(person: Any, numbers: dict[str, Any] | None, leaving: str) -> Load:
    if numbers is None:
        return Load(person, 0, 0, None, None, [], leaving)
    clock_of_first = None
    if numbers["soonest"]:
        ends, came = numbers["soonest"]
        clock_of_first = clock_between(NoticeKind.ANSWER, came, ends)
    return Load(
        person,
        numbers["cases"],
        numbers["unacknowledged"],
        numbers["oldest"],
        clock_of_first,
        [bar for bar in bars_of([numbers]) if bar.cases],
        leaving,
    )


def _roles(manager: Any, theirs: Iterable[int]) -> list[Any]:
    """All roles of the legal reviewers there, and of whoever has a case; and how long
    they are away, and who stands in."""
    runs = authorities_of(manager, Role.IT_MANAGER)
    reviewers = roles_in_force(Role.LEGAL_REVIEWER).filter(authority__in=runs)
    absences = Absence.objects.in_force(today()).filter(person=OuterRef("person"))
    longest = absences.order_by("-valid_to")
    rows = RoleAssignment.objects.in_force(clock.now()).filter(
        Q(person__in=reviewers.values("person")) | Q(person__in=list(theirs))
    )
    rows = rows.annotate(
        away_until=Subquery(longest.values("valid_to")[:1]),
        stands_in=Subquery(longest.values("substitute")[:1]),
    )
    return list(rows.select_related("person"))


def _leaving(people: dict[int, Any], roles: list[Any]) -> dict[int, str]:
    """Who is away, has left or leaves soon, and since or until when."""
    day = today()
    last: dict[int, date] = {}
    last_roles: dict[int, Any] = {}
    for row in roles:
        ends = row.valid_to or date.max
        last[row.person_id] = max(ends, last.get(row.person_id, ends))
        last_roles[row.person_id] = row
    reasons = {}
    for pk, person in people.items():
        if not person.is_active:
            reasons[pk] = _("deactivated")
        elif pk not in last:
            reasons[pk] = _("has no role any more")
        elif last_roles[pk].away_until:
            reasons[pk] = _away(last_roles[pk])
        elif last[pk] <= day + LEAVES_SOON:
            reasons[pk] = _("the role ends on %(day)s") % {"day": short_day(last[pk])}
    return reasons


def _away(row: Any) -> str:
    text = _("away until %(day)s")
    if row.stands_in is None:
        text = _("away until %(day)s, nobody stands in")
    return text % {"day": short_day(row.away_until)}


def _handed_over_first(load: Load) -> tuple:
    return (not (load.leaving and load.cases), -load.cases, str(load.person))
