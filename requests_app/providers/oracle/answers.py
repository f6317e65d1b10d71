"""What Oracle wants to hear: a comment, in one call for each act."""

import json

from requests_app.providers.protocol import Answer

CALLS = {"approve": "approve", "deny": "reject", "revoke": "revoke"}


def answer_body(answer: Answer) -> str:
    return json.dumps({"approverComment": answer.reason}, ensure_ascii=False)


def concluded(refusal: bytes) -> str:
    """An error tells a code and a message, no state: the request is read instead."""
    return ""
