"""What an audit report says of one request: a text, cut into acts by the times in it.

Source: `AuditLogReport` in the models of oracle/oci-python-sdk. Oracle describes no
form of the text: an act is a line with a time and a zone, as RFC 3339 or as Linux's
audit has it, with the lines after it up to the next; nothing of the text is left out.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.application import Event, fitted
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    document,
    instant,
    reading,
    text_of,
)

WITH_ZONE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)"
)
OF_AUDIT = re.compile(r"audit\((\d{9,10})\.(\d{3}):\d+\)")
AVAILABLE, NOT_YET = "AVAILABLE", "NOTAVAILABLE"


def acts(number: str, body: bytes) -> Iterator[Piece]:
    """The acts in an answer about a request. Raises Unreadable, with the whole answer,
    where it has none to give any more or its text tells no time."""
    with reading(body):
        value, _text = document(body)
        status = text_of(value["auditReportStatus"], "auditReportStatus")
        text = text_of(value.get("report"), "report")
    if status == NOT_YET or (status == AVAILABLE and not text.strip()):
        return
    if status != AVAILABLE:
        words = _(
            "Oracle has no audit report of request %(number)s to give (%(status)s):"
            " what was done under it is not known."
        )
        raise Unreadable(words % {"number": number, "status": status}, body)
    parts = list(_parts(text))
    if not parts:
        words = _("The audit report of request %(number)s tells no time with a zone.")
        raise Unreadable(words % {"number": number}, body)
    seen: Counter[str] = Counter()
    for at, line, whole in parts:
        seen[line] += 1
        yield _piece({"at": at.isoformat(), "turn": seen[line], "lines": whole}, line)


def event(value: Any) -> Event:
    """One act of a report. Raises Unreadable."""
    happened_at = instant(value.get("at"), "at")
    if happened_at is None:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": "at"})
    line = text_of(value.get("line"), "line")
    return fitted(
        Event(
            external_id=f"{_digest(line)}/{value['turn']}",
            happened_at=happened_at,
            action=WITH_ZONE.sub("", line).strip() or line,
        )
    )


def _parts(text: str) -> Iterator[tuple[datetime, str, str]]:
    """Each line with a time, and what stands with it: before the first, with that."""
    before: list[str] = []
    current: tuple[datetime, str] | None = None
    for line in text.splitlines():
        at = _time_in(line)
        if at is not None:
            if current is not None:
                yield (*current, "\n".join(before))
                before = []
            current = (at, line.strip())
        before.append(line)
    if current is not None:
        yield (*current, "\n".join(before))


def _time_in(line: str) -> datetime | None:
    if match := WITH_ZONE.search(line):
        try:
            return instant(match[0].replace(" ", "T"), "report")
        except Unreadable:
            return None
    if match := OF_AUDIT.search(line):
        at = datetime.fromtimestamp(int(match[1]), UTC)
        return at.replace(microsecond=int(match[2]) * 1000)
    return None


def _piece(value: dict[str, Any], line: str) -> Piece:
    value = {**value, "line": line}
    return Piece(value, json.dumps(value, ensure_ascii=False).encode())


def _digest(line: str) -> str:
    """The same line in a later report is the same act."""
    return hashlib.sha256(line.encode()).hexdigest()[:40]
