"""What Google wants to hear: an end of access, or nothing at all."""

import json
from datetime import UTC

from requests_app.providers.protocol import Answer

# What is called on a request for each word; there is no denying.
CALLS = {"approve": "approve", "deny": "dismiss", "revoke": "invalidate"}


def answer_body(answer: Answer) -> str:
    """`{"expireTime": …}` of an approval. Dismissing and invalidating take no body."""
    if answer.word != "approve" or answer.ends_at is None:
        return "{}"
    ends = answer.ends_at.astimezone(UTC)
    return json.dumps({"expireTime": f"{ends:%Y-%m-%dT%H:%M:%S}Z"})


def concluded(refusal: bytes) -> str:
    """FAILED_PRECONDITION tells no state: the request is read instead."""
    return ""
