"""For schemathesis: what a schema can't say and the contract does.

A key is new for each call, what was read is what is there, a time that is told lies in
the past, and of one request one thing is told.
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
    if "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = "*"
    if isinstance(case.body, dict):
        for name in ("events", "requests"):
            rows = case.body.get(name)
            for told in [case.body, *(rows if isinstance(rows, list) else [])]:
                _move_to_the_past(told)
        _tell_once(case.body.get("requests"))


def _move_to_the_past(told):
    for name in ("sent_at", "happened_at", "acknowledged_at"):
        if isinstance(told, dict) and _is_time(told.get(name)):
            told[name] = datetime.now(UTC).isoformat()


def _tell_once(rows):
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        once = {str(row.get("number")).lower(): row for row in rows}
        rows[:] = once.values()


def _is_time(value):
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False
