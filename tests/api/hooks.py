"""For schemathesis: what a schema can't say and the contract does.

A key is new for each call, and a time that is told lies in the past.
"""

import re
import uuid
from datetime import UTC, datetime

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch(r"[\x21-\x7e]{1,100}", key):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    if isinstance(case.body, dict):
        events = case.body.get("events")
        for told in [case.body, *(events if isinstance(events, list) else [])]:
            _move_to_the_past(told)


def _move_to_the_past(told):
    for name in ("sent_at", "happened_at"):
        if isinstance(told, dict) and _is_time(told.get(name)):
            told[name] = datetime.now(UTC).isoformat()


def _is_time(value):
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False
