"""What Atlas wants to hear."""

import json
from datetime import UTC

from requests_app.providers.atlas.payloads import GRANT_TYPES
from requests_app.providers.protocol import Answer


def answer_body(answer: Answer) -> str:
    """A grant with its type and end; a refusal and a revocation have no body. What was
    asked for in other words than Atlas's is granted as the least."""
    if answer.word != "approve" or answer.ends_at is None:
        return ""
    service = answer.service.strip().upper()
    grant = service if service in GRANT_TYPES else GRANT_TYPES[0]
    ends_at = answer.ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps({"grantType": grant, "expirationTime": ends_at})


def concluded(_refusal: bytes) -> str:
    """A refusal does not say how the cluster stands."""
    return ""
