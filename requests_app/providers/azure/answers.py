"""What Azure wants to hear, and what its refusals say."""

import json

from requests_app.providers.azure.payloads import CONCLUDED
from requests_app.providers.protocol import Answer
from requests_app.providers.reading import Unreadable, document, reading

WORDS = {"approve": "Approve", "deny": "Deny"}


def answer_body(answer: Answer) -> str:
    """`{"status": "Approve"|"Deny", "reason": …}`; a length can not be told.

    The field is `status` in the newest specification and was `decision`.
    """
    return json.dumps(
        {"status": WORDS[answer.word], "reason": answer.reason}, ensure_ascii=False
    )


def concluded(refusal: bytes) -> str:
    """By `error.additionalInfo[].info.currentStatus`, which it tells when somebody else
    decided or the time ran out."""
    try:
        with reading(refusal):
            value, _text = document(refusal)
            rows = value["error"]["additionalInfo"]
            status = str(rows[0]["info"]["currentStatus"])
    except Unreadable:
        return ""
    return CONCLUDED.get(status.lower(), "")
