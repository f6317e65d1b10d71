"""What has changed in the contract API, told to its developers: the newest first."""

import hashlib
import json
from typing import Any, NamedTuple

# What says something, and is not sent.
PLACES = ("examples", "info", "servers", "tokenUrl")
TEXTS = ("description", "summary", "title")


class Change(NamedTuple):
    """`shape` is the digest of the document's paths and schemas from then on: whoever
    changes them tells of it here."""

    version: str
    date: str
    shape: str
    texts: tuple[str, ...]


CHANGES = (
    Change(
        "1.1.0",
        "2026-11-29",
        "a4abf6459c78eaf6",
        (
            "New: a sandbox with the same calls, at `/api/sandbox/v1`.",
            "New: `GET /status`, `GET /changelog`; `POST /client-secrets`,"
            " `POST /webhook-secrets`, `PUT /webhook` and `PUT /client-keys` for your"
            " own client.",
            "New: a token can be fetched with a JWT that you sign (`private_key_jwt`).",
            "New: a former secret can stay in force for a while after a change.",
            "New in refusals: `request_id`, and `request_status` of a 409 or 412."
            " New codes: `too_many_calls`, `wrong_environment`; of a field:"
            " `ahead_of_clock`, `too_old`, which were `wrong_form`.",
            "New headers: `X-Request-Id`, `RateLimit-Policy`, `RateLimit`;"
            " `Deprecation` and `Sunset` where something goes out of use.",
            "New in a request: `employer_assessed`.",
            "New: `page` of `GET /notifications`. `HEAD` and `OPTIONS` are answered.",
            "In the document: what has a default is not required, what we tell is.",
        ),
    ),
    Change("1.0.0", "2026-11-26", "", ("The first version.",)),
)
VERSION, RELEASED = CHANGES[0].version, CHANGES[0].date


def shape_of(document: dict[str, Any]) -> str:
    """A digest of what is called and sent; texts apart."""
    body = json.dumps(_without_texts(document), sort_keys=True).encode()
    return hashlib.sha256(body).hexdigest()[:16]


def _without_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_texts(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _without_texts(one)
        for name, one in value.items()
        # A field can have such a name too: there it is a schema, not a text.
        if name not in PLACES and not (name in TEXTS and isinstance(one, str))
    }


def as_page() -> str:
    """docs/provider-api-changelog.md."""
    parts = ["# What has changed in the contract API\n"]
    for change in CHANGES:
        lines = "\n".join(f"* {text}" for text in change.texts)
        parts.append(f"## {change.version} – {change.date}\n\n{lines}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(as_page(), end="")
