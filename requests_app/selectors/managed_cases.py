"""The lists behind the overview: one selector gives the number and the cases. Only of
reviews that the manager may know of."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from audit_app.one_query import numbers_of
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Deviation,
    SecrecyReview,
)
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.decision import has_no_decider
from requests_app.permissions.holders import officer_has_left
from requests_app.permissions.visibility import keys_in_scope, managed_by
from requests_app.selectors.ages import waited
from requests_app.selectors.answered_in_time import late_requests
from requests_app.selectors.lapsed import lapsed_in_a_year
from requests_app.selectors.loads import worked_on
from requests_app.selectors.months import cases_of_month
from requests_app.selectors.roster.next_shift import next_shifts
from requests_app.selectors.waiting import ANSWER, to_be_answered

Status = SecrecyReview.Status
# Where no roster says when the next shift begins.
SHIFT = timedelta(hours=8)


class CaseList(NamedTuple):
    """`of`: what the address chooses among its cases, such as a person."""

    title: Any
    cases: Callable[..., QuerySet[SecrecyReview]]
    of: tuple[str, ...] = ()


def before_the_next_shift(user: Any) -> QuerySet[SecrecyReview]:
    """Their time to answer runs out before those on duty now are relieved."""
    until = Coalesce(Subquery(next_shifts(user)[:1]), clock.now() + SHIFT)
    waiting = {
        "status__in": SecrecyReview.OPEN,
        "access_request__status__in": AccessRequest.AWAITING,
        f"{deadline_path('access_request')}__lte": until,
    }
    return managed_by(user).filter(**waiting)


def with_nobody(user: Any) -> QuerySet[SecrecyReview]:
    """Registered, and nobody works on them, or who did has no role any more; proposed,
    and nobody is left who may decide."""
    unassigned = Q(status__in=set(SecrecyReview.OPEN) - {Status.NEW}, case_officer=None)
    has_left = Q(officer_has_left(), status__in=SecrecyReview.HELD)
    # The database asks in this order: few are proposed.
    undecided = Q(status=Status.PROPOSED) & Q(has_no_decider())
    return managed_by(user).filter(unassigned | has_left | undecided)


def with_open_access(user: Any) -> QuerySet[SecrecyReview]:
    running = AccessGrant.objects.filter(status=AccessGrant.Status.OPEN)
    requests = running.order_by().values("access_request")
    return managed_by(user).filter(keys_in_scope(user, "access_request", requests))


def with_deviation(user: Any) -> QuerySet[SecrecyReview]:
    unconcluded = Deviation.objects.filter(status=Deviation.Status.OPEN)
    reviews = unconcluded.order_by().values("review")
    return managed_by(user).filter(keys_in_scope(user, "pk", reviews))


def stopped(user: Any) -> QuerySet[SecrecyReview]:
    return managed_by(user).filter(status=Status.STOPPED)


def of_person(user: Any, person: str, age: str = "") -> QuerySet[SecrecyReview]:
    """What the person works on until it is closed, as case officer or beside them."""
    theirs = worked_on(user, assignments__person=_number(person))
    return theirs.filter(waited(_number(age), clock.now())) if age else theirs


def name_of(user: Any, person: str) -> str:
    """Of whoever works on something there; nobody else is named."""
    if not of_person(user, person).exists():
        return ""
    return str(get_user_model().objects.get(pk=_number(person)))


def of_age(user: Any, age: str) -> QuerySet[SecrecyReview]:
    opened = managed_by(user).filter(status__in=SecrecyReview.OPEN)
    return opened.filter(waited(_number(age), clock.now()))


def in_status(user: Any, status: str) -> QuerySet[SecrecyReview]:
    opened = managed_by(user).filter(status__in=SecrecyReview.OPEN)
    return opened.filter(status=status)


def lapsed(user: Any, was: str = "", cause: str = "") -> QuerySet[SecrecyReview]:
    return managed_by(user).filter(lapsed_in_a_year(user, was, cause))


def answered_late(user: Any, month: str, product: str) -> QuerySet[SecrecyReview]:
    """Whose time ran out in the month, before an answer was given."""
    late = late_requests(user, month, _number(product)).order_by()
    return managed_by(user).filter(keys_in_scope(user, "access_request", late))


def _number(text: str) -> int:
    """A key that no row has, where the address says none."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


TILES = {
    "before-next-shift": CaseList(
        _("Runs out before the next shift"), before_the_next_shift
    ),
    "nobody": CaseList(_("Nobody has them"), with_nobody),
    "open-access": CaseList(_("Access is open now"), with_open_access),
    "deviations": CaseList(_("Deviations without a conclusion"), with_deviation),
    "stopped": CaseList(_("Stopped for protective security"), stopped),
}
LISTS = {
    **TILES,
    "person": CaseList(_("Cases of one person"), of_person, ("person", "age")),
    "age": CaseList(_("Open cases by how long they have waited"), of_age, ("age",)),
    "status": CaseList(_("Cases that wait for one step"), in_status, ("status",)),
    ANSWER: CaseList(_("Cases whose answer waits to be given"), to_be_answered),
    "lapsed": CaseList(_("Lapsed in the last 12 months"), lapsed, ("was", "cause")),
    "month": CaseList(_("Cases of one month"), cases_of_month, ("month", "became")),
    "late": CaseList(_("Not answered in time"), answered_late, ("month", "product")),
}


class Tile(NamedTuple):
    name: str
    title: Any
    number: int


def tiles(user: Any) -> list[Tile]:
    """The numbers at the top of the overview: one query."""
    numbers = numbers_of([row.cases(user) for row in TILES.values()])
    return [
        Tile(name, row.title, number)
        for (name, row), number in zip(TILES.items(), numbers, strict=True)
    ]
