"""Words of what goes to the archive."""

from collections.abc import Callable
from typing import Any

from audit_app import clock

ARCHIVE_WORDS: dict[str, dict[str, Callable[[Any, Any], dict[str, Any]]]] = {
    "archivedelivery": {
        "receive": lambda obj, by: {
            "received_by": "Arkivet",
            "receipt": "1",
            "received_at": clock.now(),
            "digest": obj.digest,
        }
    },
}
