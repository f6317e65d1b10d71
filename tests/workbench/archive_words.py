"""Words of what goes to the archive."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from audit_app import acting

ARCHIVE_WORDS: dict[str, dict[str, Callable[[Any, Any], dict[str, Any]]]] = {
    "archivedelivery": {
        "receive": lambda obj, by: {
            "received_by": "Arkivet",
            "receipt": "1",
            "received_at": acting.now(),
            "digest": obj.digest,
        }
    },
    "disposal": {
        "answer": lambda obj, by: {"items": items_of(obj), "answer": "destroy"},
        "retain": lambda obj, by: {
            "items": items_of(obj),
            "until": acting.today() + timedelta(days=1),
            "reason": "x",
        },
        "receive": lambda obj, by: {"items": items_of(obj), "receipt": "1"},
        "propose": lambda obj, by: {},
        "confirm": lambda obj, by: {},
        "withdraw": lambda obj, by: {"reason": "x"},
    },
}


def items_of(disposal):
    return list(disposal.items.all())
