"""The work queue: what needs this person, by the clock that runs out first."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from requests_app.selectors.addresses import url
from requests_app.selectors.queue.broken_glass import broken_glass_for
from requests_app.selectors.queue.candidate_reviews import FARTHEST
from requests_app.selectors.queue.data_subject_requests import data_subject_requests_for
from requests_app.selectors.queue.deviations import deviations_for, duties_for
from requests_app.selectors.queue.drills import drills_for
from requests_app.selectors.queue.handing_out import hand_outs_for
from requests_app.selectors.queue.item import LONGEST, WorkItem, by_clock
from requests_app.selectors.queue.kind import Kind, lines_of
from requests_app.selectors.queue.opinions import opinions_asked_of
from requests_app.selectors.queue.readiness import readiness_for
from requests_app.selectors.queue.recertifications import (
    kept_powers_for,
    recertifications_to_do,
)
from requests_app.selectors.queue.recipient_notices import recipient_notices_for
from requests_app.selectors.queue.refused_addresses import refused_addresses_for
from requests_app.selectors.queue.requests import (
    answers_for,
    arrivals_for,
    unrouted_for,
)
from requests_app.selectors.queue.reviews import reviews_for
from requests_app.selectors.queue.side_doors import side_doors_for
from requests_app.selectors.queue.subsequent_reviews import (
    lapses_for,
    subsequent_reviews_for,
)
from requests_app.selectors.queue.support import support_for
from requests_app.selectors.queue.upkeep import upkeep_for
from requests_app.selectors.roster.open_gaps import gaps_for

__all__ = [
    "LONGEST",
    "WorkItem",
    "by_clock",
    "everything_for",
    "of_step",
    "waiting_for_step",
    "work_for",
]


def work_for(user: Any, most: int = FARTHEST) -> list[WorkItem]:
    """In requests and their reviews, so much of each kind."""
    return [*reviews_for(user, most), *lines_of(_beside_reviews(user), most)]


def waiting_for_step(user: Any, step: str) -> list[WorkItem]:
    """The reviews whose next step is this one, the person's to take."""
    return of_step(step, reviews_for(user, FARTHEST))


def of_step(step: str, items: Iterable[WorkItem]) -> list[WorkItem]:
    """The lines of reviews whose next step is this one."""
    return [
        item
        for item in items
        if item.about is not None
        and item.step_url == url("secrecyreview_step", item.about.pk, step)
    ]


def everything_for(user: Any, most: int = LONGEST) -> list[WorkItem]:
    """What the start page shows of it, and of what stands beside the cases: registers,
    roles, people. Four queries at most, and one for each kind that holds something."""
    accounts = chain(broken_glass_for(user), refused_addresses_for(user))
    powers = kept_powers_for(user)
    beside = chain(_beside_reviews(user), drills_for(user))
    kinds = chain(beside, upkeep_for(user), powers, accounts)
    return [*reviews_for(user, most), *lines_of(kinds, most)]


def _beside_reviews(user: Any) -> Iterator[Kind]:
    yield from deviations_for(user)
    yield from duties_for(user)
    yield from data_subject_requests_for(user)
    yield from hand_outs_for(user)
    yield from recipient_notices_for(user)
    yield from subsequent_reviews_for(user)
    yield from lapses_for(user)
    yield from recertifications_to_do(user)
    yield from unrouted_for(user)
    yield from answers_for(user)
    yield from arrivals_for(user)
    yield from readiness_for(user)
    yield from side_doors_for(user)
    yield from support_for(user)
    yield from opinions_asked_of(user)
    yield from gaps_for(user)
