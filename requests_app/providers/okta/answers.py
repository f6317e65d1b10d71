"""What Okta wants to hear."""

import json
from datetime import UTC, datetime

from requests_app.providers.protocol import Answer


def answer_body(answer: Answer) -> str:
    """Of a `PATCH`: the case is opened until a time, or closed."""
    access = {"status": "DISABLED"}
    if answer.word == "approve":
        access = {"status": "ENABLED"}
        if answer.ends_at is not None:
            access["expiration"] = moment(answer.ends_at)
    return json.dumps({"impersonation": access})


def moment(at: datetime) -> str:
    """As Okta writes it: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def concluded(_refusal: bytes) -> str:
    """A refusal does not say how the case stands."""
    return ""
