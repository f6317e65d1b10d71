"""What rows were after each change, and when and why versions of them were written."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from . import values
from .copied import NULL, plain
from .recorded_changes import Change, Commitment, Line, Lines, State

# Rows whose state is remembered from one version to the next.
REMEMBERED = 10_000
Row = dict[str, bytes]


def is_same(value: Any, field: bytes) -> bool:
    if isinstance(value, Commitment):
        return field != NULL and value.is_to(plain(field))
    return values.is_same(value, field)


def is_when_and_why(row: Row, line: Line, change: Change) -> bool:
    """The line's own time, but where another was set."""
    at = datetime.fromtimestamp(line.time / 1_000_000, UTC).isoformat()
    reason, date = row["history_change_reason"], row["history_date"]
    is_why = (b"" if reason == NULL else plain(reason)).decode() == change.reason
    return is_why and values.is_same(change.clock or at, date)


class RowsThen:
    """What rows were after a change: the versions of one lie in their order, mostly,
    and not side by side."""

    def __init__(
        self, lines: Lines, after: Callable[[State | None, Line], State | None]
    ) -> None:
        self.lines, self.after = lines, after
        self.states: dict[int, tuple[int, State | None]] = {}

    def at(self, key: int, line: Line) -> State | None:
        known, now = self.states.pop(key, (-1, {}))
        if known > line.number:
            known, now = -1, {}
        for one in self.lines.of(key):
            if known < one.number <= line.number:
                now = self.after(now, one)
        if len(self.states) >= REMEMBERED:
            self.states.clear()
        self.states[key] = line.number, now
        return now
