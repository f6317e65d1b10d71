"""What the cmdlet wants to hear, and what its refusals say."""

import json

from requests_app.providers.protocol import Answer

DECISIONS = {"approve": "Approve", "deny": "Deny"}


def answer_body(answer: Answer) -> str:
    """The cmdlet's parameters, but for the number: the client adds that."""
    return json.dumps(
        {"ApprovalDecision": DECISIONS[answer.word], "Comment": answer.reason},
        ensure_ascii=False,
    )


def concluded(refusal: bytes) -> str:
    """Its refusals are told to nobody: what the request has become is read back."""
    return ""
