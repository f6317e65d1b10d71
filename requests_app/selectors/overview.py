"""The manager's overview: load, ages, what waits on whom, what lapsed. Reads only.

It counts only reviews that the manager may know of, and tells nothing of their content.
"""

from typing import Any, NamedTuple

from django.db.models import QuerySet

from audit_app import clock
from requests_app.models import SecrecyReview, SubsequentReview
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.visibility import managed_by
from requests_app.selectors.ages import Bar, bars_of
from requests_app.selectors.clocks import by_end
from requests_app.selectors.lapsed import YEAR, LapsedAt, by_step
from requests_app.selectors.loads import Load, loads_for
from requests_app.selectors.managed_cases import Tile, tiles
from requests_app.selectors.waiting import (
    Wait,
    cases_waiting,
    first_of_each_step,
    unrouted_waiting,
)

# So many decisions to look at afterwards are named.
NAMED = 50


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
    """A fixed number of queries; the database counts."""
    firsts = first_of_each_step(user)
    opened = [case for case in firsts if case.waits_for in SecrecyReview.OPEN]
    waits = [*unrouted_waiting(user), *cases_waiting(firsts)]
    lapses = by_step(user, clock.now() - YEAR)
    return Overview(
        tiles(user),
        loads_for(user),
        bars_of([vars(case) for case in opened]),
        sorted(waits, key=lambda wait: by_end(wait.clock)),
        sum(row.number for row in lapses),
        lapses,
        sum(case.number for case in opened),
        _to_look_at(user),
    )


def cases_of(person: Any, manager: Any) -> QuerySet[SecrecyReview]:
    """All of which the person is the case officer, until they are closed; the one whose
    time runs out first at the top."""
    cases = managed_by(manager).filter(status__in=SecrecyReview.HELD)
    theirs = cases.filter(case_officer=person.pk)
    return theirs.select_related("authority", "access_request").order_by(
        deadline_path("access_request"), "pk"
    )


# -- Looked at afterwards --------------------------------------------------------------


def _to_look_at(user: Any) -> list[SubsequentReview]:
    """Decisions that a second person is to look at, the one whose time runs out first
    at the top."""
    rows = SubsequentReview.objects.filter(
        conclusion="", review__in=managed_by(user).values("pk")
    )
    return list(rows.select_related("review__authority").order_by("due_at")[:NAMED])
