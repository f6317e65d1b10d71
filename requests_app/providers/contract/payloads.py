"""What a listener reads in a webhook."""

import json
from datetime import UTC, datetime
from typing import Any


def moment(at: datetime) -> str:
    """RFC 3339 in UTC to the millisecond: the one way in which we tell a time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def webhook_body(event: str, at: datetime, data: dict[str, Any]) -> str:
    """No more than what happened to which request: the rest is read through the API."""
    return json.dumps({"type": event, "timestamp": moment(at), "data": data})
