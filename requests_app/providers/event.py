"""What a provider says that it did during access, in our own terms."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

# Characters of each that are kept.
LONGEST = {
    "action": 200,
    "object_name": 1000,
    "actor": 200,
    "employer": 200,
    "service": 200,
    "unasked": 200,
}
LONGEST_NUMBER = 100


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


def fitted(event: Event) -> Event:
    """The one place where what a provider says is made to fit: texts are cut, for the
    record itself is kept beside them; a number that is too long becomes its SHA-256, so
    that two that differ at their ends stay two."""
    texts = {name: getattr(event, name)[:most] for name, most in LONGEST.items()}
    number = event.external_id
    if len(number) > LONGEST_NUMBER:
        number = f"sha256:{hashlib.sha256(number.encode()).hexdigest()}"
    return replace(event, external_id=number, **texts)
