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
        _spare_the_client(case.body)
        for name in ("events", "requests"):
            rows = case.body.get(name)
            for told in [case.body, *(rows if isinstance(rows, list) else [])]:
                _move_to_the_past(told)
        _tell_once(case.body.get("requests"))


def _spare_the_client(body):
    """The token goes on; a key, or an address outside, is what no pattern tells."""
    if body.get("overlap_hours") == 0:
        body["overlap_hours"] = 1
    keys, url = body.get("keys"), body.get("webhook_url")
    if isinstance(keys, list) and all(isinstance(key, dict) for key in keys):
        body["keys"] = []
    if isinstance(url, str) and re.fullmatch(r"https://\S+", url):
        body["webhook_url"] = "https://hooks.example.com/lockbox"


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
