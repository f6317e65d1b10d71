"""The logs of a provider: what its people did, asked or unasked, read from its record.

A provider that has any names them in `abilities.logs`; its module `logs` makes the
`LogReader` by `connect(external_id)` and maps a record by `events(log, value)`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from requests_app.providers.event import Event
from requests_app.providers.reading import Piece

Text = Any  # to be translated when it is shown


class Log(NamedTuple):
    """One log. `name` is ours, and stays. A record comes within `usual_delay` of what
    it tells of, at the latest within `longest_delay`; further back than `reach` nothing
    is had any more (None: for as long as the provider keeps it)."""

    name: str
    label: Text
    usual_delay: timedelta
    longest_delay: timedelta
    reach: timedelta | None = None


class Missing(NamedTuple):
    """What the log does not hold for us any more: between two aware instants, and why,
    in words."""

    since: datetime
    until: datetime
    why: str


def resume(
    cursor: str, earliest: datetime, why: str
) -> tuple[datetime, tuple[Missing, ...]]:
    """For a reader whose cursor is a time: from when it reads on, and what is missing
    before. "" is the first time, which reads from the earliest that the log keeps; so
    does a cursor that lies further back, and what is between is gone, for `why`."""
    at = datetime.fromisoformat(cursor) if cursor else earliest
    if at < earliest:
        return earliest, (Missing(at, earliest, why),)
    return at, ()


class LogPage(NamedTuple):
    """Some records, in any order, perhaps read before. When they are kept, `cursor` is
    where to go on; all that had come to the log by `read_until` is read with them.
    A record that is no evidence of anybody of the provider is left out by the reader.
    """

    records: list[Piece]
    cursor: str
    read_until: datetime
    missing: tuple[Missing, ...] = ()


def page_until(
    records: list[Piece], at: datetime, missing: tuple[Missing, ...] = ()
) -> LogPage:
    """A page of a log whose cursor is the time `at`, up to which all has been read."""
    return LogPage(records, at.isoformat(), at, missing)


class LogReader(Protocol):
    """A connection to the logs of one tenant, account or organisation."""

    def read(self, log: str, cursor: str, now: datetime) -> Iterator[LogPage]:
        """From the cursor, "" the first time, to `now`, page by page; the last page may
        be empty. Raises Unreachable (with what to do, where people have to) or
        Unreadable; pages given before are good."""


class LogProvider(Protocol):
    """The module `logs` of a provider."""

    def connect(self, external_id: str) -> LogReader:
        """Of the tenant of a Connection."""

    def events(self, log: str, external_id: str, value: Any) -> Iterator[Event]:
        """What one record tells of: of several objects, an event each, numbered
        "<number>/1" and on. Raises Unreadable, of another tenant too."""
