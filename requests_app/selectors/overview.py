"""The manager's overview: load, ages, what waits on whom, what lapsed. Reads only.

It counts only reviews that the manager may know of, and tells nothing of their content.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    Absence,
    Assignment,
    Role,
    RoleAssignment,
    SecrecyReview,
    SubsequentReview,
)
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.roles import authorities_of, roles_in_force, today
from requests_app.permissions.visibility import managed_by
from requests_app.selectors.ages import Bar, ages_of
from requests_app.selectors.clocks import Clock, by_end, clock_in
from requests_app.selectors.lapsed import YEAR, LapsedAt, by_step
from requests_app.selectors.managed_cases import Tile, tiles
from requests_app.selectors.waiting import (
    Wait,
    answers_waiting,
    cases_waiting,
    unrouted_waiting,
)
from requests_app.words.times import short_day

LEAVES_SOON = timedelta(days=14)
# Of the open cases, what is counted and named.
SHOWN = (
    "status",
    "diary_number",
    "authority__code",
    "access_request__status",
    "access_request__received_at",
    deadline_path("access_request"),
)
# So many decisions to look at afterwards are named.
NAMED = 50


class Load(NamedTuple):
    """What lies with one person; `leaving` says why it should be handed over."""

    person: Any
    cases: int
    unacknowledged: int
    oldest: datetime | None
    clock: Clock | None
    ages: list[Bar]
    leaving: str


class Overview(NamedTuple):
    tiles: list[Tile]
    loads: list[Load]
    ages: list[Bar]
    waits: list[Wait]
    lapsed: int
    lapsed_at: list[LapsedAt]
    cases: int
    to_look_at: list[SubsequentReview]


def overview_for(user: Any) -> Overview:
    """A fixed number of queries: the cases of an authority that are not closed are
    few."""
    rows = held_cases(user).only(*SHOWN).annotate(workers=_workers())
    every: list[Any] = list(rows)
    cases = [case for case in every if case.status in SecrecyReview.OPEN]
    waits = [*unrouted_waiting(user), *cases_waiting(cases), *answers_waiting(user)]
    lapses = by_step(user, clock.now() - YEAR)
    return Overview(
        tiles(user),
        sorted(_loads(user, every), key=_handed_over_first),
        ages_of(cases),
        sorted(waits, key=lambda wait: by_end(wait.clock)),
        sum(row.number for row in lapses),
        lapses,
        len(cases),
        _to_look_at(user),
    )


def held_cases(user: Any) -> QuerySet[SecrecyReview]:
    """What somebody works on, the one whose time runs out first at the top."""
    return (
        managed_by(user)
        .filter(status__in=SecrecyReview.HELD)
        .select_related("authority", "access_request")
        .order_by(deadline_path("access_request"), "pk")
    )


def cases_of(person: Any, manager: Any) -> QuerySet[SecrecyReview]:
    """All of which the person is the case officer, until they are closed."""
    return held_cases(manager).filter(case_officer=person.pk)


def burden(person: Any, manager: Any) -> int:
    """How many cases somebody works on, of those that the manager manages."""
    managed = managed_by(manager).filter(status__in=SecrecyReview.HELD)
    running = Assignment.objects.running().filter(
        person=person.pk, review__in=managed.values("pk")
    )
    return running.count()


# -- Load ----------------------------------------------------------------------------


def _loads(user: Any, cases: list[Any]) -> Iterator[Load]:
    by_id = {case.pk: case for case in cases}
    order = {pk: place for place, pk in enumerate(by_id)}
    theirs: dict[int, set[int]] = {}
    unacknowledged: Counter[int] = Counter()
    for case in cases:
        for who in case.workers:
            theirs.setdefault(who["person"], set()).add(case.pk)
            unacknowledged[who["person"]] += who["acknowledged_at"] is None
    roles = _roles(user, theirs)
    people = {row.person_id: row.person for row in roles}
    if without := theirs.keys() - people.keys():
        people |= get_user_model().objects.in_bulk(without)
    leaving = _leaving(people, roles)
    for pk, person in people.items():
        mine = sorted(theirs.get(pk, ()), key=order.__getitem__)
        requests = [by_id[review].access_request for review in mine]
        yield Load(
            person,
            len(mine),
            unacknowledged[pk],
            min((request.received_at for request in requests), default=None),
            clock_in(requests[0], None) if requests else None,
            [bar for bar in ages_of([by_id[pk] for pk in mine]) if bar.cases],
            leaving.get(pk, ""),
        )


def _roles(user: Any, theirs: Iterable[int]) -> list[Any]:
    """All roles of the legal reviewers there, and of whoever has a case; and how long
    they are away, and who stands in."""
    runs = authorities_of(user, Role.IT_MANAGER)
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


def _workers() -> ArraySubquery:
    """Of each case, who works it, and since when they know of it."""
    rows = Assignment.objects.running().filter(review=OuterRef("pk")).order_by()
    fields = {name: name for name in ("person", "acknowledged_at")}
    return ArraySubquery(rows.values(of=JSONObject(**fields)))


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


# -- Looked at afterwards --------------------------------------------------------------


def _to_look_at(user: Any) -> list[SubsequentReview]:
    """Decisions that a second person is to look at, the one whose time runs out first
    at the top."""
    rows = SubsequentReview.objects.filter(
        conclusion="", review__in=managed_by(user).values("pk")
    )
    return list(rows.select_related("review__authority").order_by("due_at")[:NAMED])
