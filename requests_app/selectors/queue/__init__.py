"""The work queue: what needs this person, by the clock that runs out first."""

from typing import Any

from requests_app.selectors.queue.deviations import deviations_for, duties_for
from requests_app.selectors.queue.item import WorkItem, by_clock, url
from requests_app.selectors.queue.requests import (
    answers_for,
    arrivals_for,
    unrouted_for,
)
from requests_app.selectors.queue.reviews import reviews_for

__all__ = ["WorkItem", "by_clock", "url", "work_for"]


def work_for(user: Any) -> list[WorkItem]:
    """A fixed number of queries, however much there is."""
    return [
        *deviations_for(user),
        *duties_for(user),
        *reviews_for(user),
        *unrouted_for(user),
        *answers_for(user),
        *arrivals_for(user),
    ]
