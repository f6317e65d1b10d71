"""What the example wants to hear, and what it says when it refuses."""

import json

from requests_app.providers.reading import document
from tests.providers.example.payloads import STATES


def answer_body(answer):
    verdict = {"approve": "yes", "deny": "no", "revoke": "stop"}[answer.word]
    until = answer.ends_at.isoformat() if answer.ends_at else None
    told = {"why": answer.reason, "minutes": answer.minutes, "until": until}
    return json.dumps({"verdict": verdict, **told})


def concluded(refusal):
    value, _text = document(refusal)
    return STATES.get(value.get("state"), "")
