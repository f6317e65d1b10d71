"""What a provider says that it did during access, in our own terms."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Event:
    """`external_id` is the provider's own number; the same number is the same event."""

    external_id: str
    happened_at: datetime
    action: str
    object_name: str = ""
    actor: str = ""
    employer: str = ""
    country: str = ""
    # One of AccessEvent.Act, where the provider says which kind it was.
    act: str = ""
