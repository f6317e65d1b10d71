"""When a server that refuses us wants to be asked again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 24 * 60 * 60


def retry_after(text: str | None, now: datetime) -> int | None:
    """Seconds, from the header's number or date (RFC 9110); at most a day. None where
    it says nothing that can be read."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return min(max(round(seconds), 0), LONGEST)
