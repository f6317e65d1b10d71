"""What a listener reads in a webhook."""

import json
from datetime import datetime
from typing import Any


def webhook_body(event: str, at: datetime, number: str, **more: Any) -> str:
    """No more than what happened to which request: the rest is read through the API."""
    data = {"number": number, **more}
    return json.dumps({"type": event, "timestamp": at.isoformat(), "data": data})
