"""What the example wants to hear, and what it says when it refuses."""

import json

from requests_app.providers.reading import document
from tests.providers.example.payloads import STATES


def answer_body(answer, reason, minutes):
    verdict = {"approve": "yes", "deny": "no"}[answer]
    return json.dumps({"verdict": verdict, "why": reason, "minutes": minutes})


def concluded(refusal):
    value, _text = document(refusal)
    return STATES.get(value.get("state"), "")
