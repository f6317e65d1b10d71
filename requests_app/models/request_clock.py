"""The clocks of a request: until when the provider waits for an answer, and until when
access runs. Nobody else reads or writes the column of the deadline."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from requests_app.providers.application import Application

COLUMN = "answer_deadline"
# The columns that a request's clock may write.
COLUMNS = (COLUMN,)


def deadline_path(path: str = "") -> str:
    """In a query: the deadline of the request at the end of this path."""
    return f"{path}__{COLUMN}" if path else COLUMN


def first_deadline(
    product: Any, application: Application, received_at: datetime
) -> dict[str, datetime | None]:
    """The deadline of a request that is made, as a column."""
    return {COLUMN: deadline_of(product, application, received_at)}


def deadline_of(
    product: Any, application: Application, received_at: datetime
) -> datetime | None:
    """Until when an application can be answered: the earlier of what the provider says
    and what its product allows.

    A provider's clock that runs ahead must not give us hours that do not exist.
    """
    minutes, provider_says = product.answer_minutes, application.answer_deadline
    if minutes is None:
        return provider_says
    if provider_says is not None:
        return min(provider_says, received_at + timedelta(minutes=minutes))
    start = min(application.requested_at or received_at, received_at)
    return start + timedelta(minutes=minutes)


@dataclass(frozen=True)
class RequestClock:
    """The clocks of one request; instants are aware. `answer_by` is None where the
    provider waits for as long as it takes."""

    request: Any

    @property
    def answer_by(self) -> datetime | None:
        return getattr(self.request, COLUMN)

    def is_out(self, at: datetime) -> bool:
        """Has the time to answer run out by then?"""
        return self.answer_by is not None and self.answer_by <= at

    @property
    def access_ends(self) -> datetime | None:
        """When running access ends, if any runs."""
        running = self.request.grants.running().values_list("ends_at", flat=True)
        return running.order_by("ends_at").first()

    def moved_to(self, deadline: datetime | None) -> dict[str, datetime | None]:
        """Another deadline, as a column to save. A request that extends an access stops
        when that does, whatever the provider changes, for silence means no extension.
        """
        extended = self.request.extends
        if extended is None:
            return {COLUMN: deadline}
        ends = extended.clock.access_ends or extended.clock.answer_by
        known = (moment for moment in (deadline, ends) if moment is not None)
        return {COLUMN: min(known, default=None)}
