"""Being told to stop: Ctrl-C, `kill`, or a terminal that closes.

It is remembered, and what runs looks. An exception alone can be lost on its way, for
Python drops what is raised while an object is thrown away; and it can come between the
start of a process and the line that keeps it.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    def __init__(self) -> None:
        self._is_asked = self._breaks_off = False
        # A shell lets what it begins in the background ignore the first.
        for sign in SIGNALS:
            signal.signal(sign, self._ask)

    def look(self) -> None:
        """Raise KeyboardInterrupt once somebody has asked: here we can end."""
        if self._is_asked:
            raise KeyboardInterrupt

    @contextmanager
    def breaks_off(self) -> Iterator[None]:
        """What never looks and starts nothing is interrupted wherever it is."""
        self._breaks_off = True
        try:
            yield
        finally:
            self._breaks_off = False

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._is_asked = True
        if self._breaks_off:
            self._breaks_off = False
            raise KeyboardInterrupt
