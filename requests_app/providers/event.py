"""What a provider says that it did during access, in our own terms."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Event:
    """`external_id` is the provider's own number; the same number is the same event.
    What is empty is not said."""

    external_id: str
    happened_at: datetime
    action: str
    object_name: str = ""
    actor: str = ""
    employer: str = ""
    country: str = ""
    # One of AccessEvent.Act, where the provider says which kind it was.
    act: str = ""
    # The part of the product, by the name that a request's `service` has.
    service: str = ""
    # The numbers of the requests that it says it was done under; else of those that it
    # may have been: where we know one of these, it was.
    under: list[str] = field(default_factory=list)
    perhaps_under: list[str] = field(default_factory=list)
    # Why it did not ask, in its own words: approved by itself, a legal demand.
    unasked: str = ""
