"""A provider's application in our own terms, whichever way it came in."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from requests_app.providers.terms import TERMS

# What one application may name: more is no request that a person can review.
MOST_OBJECTS = 1000
# What may differ between two tellings of the same terms.
NOT_COUNTED = {
    "provider_status",
    "concluded",
    "open_until",
    "is_accepted",
    *(term.name for term in TERMS if not term.is_counted),
}


@dataclass(frozen=True)
class Application:
    """What was applied for. Times are aware instants, durations whole minutes.

    `provider_status` is the provider's own word. `concluded` says that by that word the
    application no longer waits for us: "lapsed", "approved", "denied", "revoked", or
    empty.
    `extra` holds what the provider said beside the fields we know.
    """

    external_id: str
    service: str = ""
    justification: str = ""
    duration_minutes: int | None = None
    duration_text: str = ""
    object_ids: tuple[str, ...] = ()
    requested_at: datetime | None = None
    answer_deadline: datetime | None = None
    provider_status: str = ""
    concluded: str = ""
    # Approved, but its access is not released yet: it can still be denied.
    is_accepted: bool = False
    # The number of the application whose access it asks for more of.
    extends: str = ""
    engineer_country: str = ""
    employer_entity: str = ""
    support_case: str = ""
    # Of a door that is open at the provider: when it closes by itself.
    open_until: datetime | None = None
    audit_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def terms_digest(self) -> str:
        """SHA-256 over all that a decision covers: not the status, nor when it was
        sent, for the same terms sent once more are the same."""
        terms = {
            name: value for name, value in vars(self).items() if name not in NOT_COUNTED
        }
        body = json.dumps(terms, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(body.encode()).hexdigest()
