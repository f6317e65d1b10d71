"""What IAM wants to hear: notes with a rejection, else nothing."""

import json
import re

from requests_app.providers.protocol import Answer

LONGEST = 500
# What notes may hold; the usual others are written otherwise.
PLAIN = str.maketrans({"“": '"', "”": '"', "’": "'", "–": "-", "—": "-", "…": "..."})
OTHERS = re.compile("[^\t\n\r\x20-\x7e\xa1-\xff]")


def answer_body(answer: Answer) -> str:
    """`{"Notes": …}` of a rejection, in the characters that IAM takes."""
    if answer.word != "deny":
        return "{}"
    notes = OTHERS.sub("?", answer.reason.translate(PLAIN))[:LONGEST]
    return json.dumps({"Notes": notes} if notes else {})


def concluded(refusal: bytes) -> str:
    """A refusal tells no state: the request is read instead."""
    return ""
