"""Answers to what goes wrong at the door, and what of them can be compared."""

from django.utils import timezone

from requests_app.api.answers import KINDS

PROBLEM = "application/problem+json"
# What differs between any two answers.
OF_THE_MOMENT = {"Date", "Set-Cookie", "X-Request-Id", "RateLimit"}


def told(answer):
    """All of an answer that its receiver can compare."""
    headers = {k: v for k, v in answer.headers.items() if k not in OF_THE_MOMENT}
    body = {
        name: at
        for name, at in answer.json().items()
        if name not in ("instance", "request_id")
    }
    return answer.status_code, headers | {"Content-Length": None}, body


def refused(answer, status, pointer=None, at="/api/v1"):
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == PROBLEM
    document = answer.json()
    assert document["status"] == status and document["title"] and document["detail"]
    assert KINDS[document["code"]].status == status
    assert document["instance"].startswith(f"{at}/")
    assert document["request_id"] == answer.headers["X-Request-Id"]
    assert answer.headers["Content-Language"] == "en"
    if pointer:
        assert pointer in [error["pointer"] for error in document["errors"]]
    return document


def now():
    return timezone.now().isoformat()
