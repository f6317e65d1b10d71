"""Reading a log from a file that a person brings, and holding it against what was
granted at once."""

from typing import Any, NamedTuple

from requests_app.background.connector import log_records_of
from requests_app.background.logs import in_our_terms, mapping_of
from requests_app.models import Connection, EventOutcome
from requests_app.models.event_outcome import Outcome
from requests_app.providers.reading import Unreadable
from requests_app.workflow.machine_accounts import SYSTEM, machine_account
from requests_app.workflow.provider_log import file_log, take_in_file
from requests_app.workflow.reconciliation import reconcile


class ReadFile(NamedTuple):
    """How many acts of the file were new or known, how many records could not be read,
    and what the acts came out as that are not within what was granted."""

    new: int
    known: int
    odd: int
    outside: list[EventOutcome]
    # Why the rest of the file could not be read; what came before it is taken in.
    trouble: str = ""


def read_file(connection: Connection, raw: bytes, name: str, *, by: Any) -> ReadFile:
    """Raises Unreadable where nothing of it can be read."""
    pieces, trouble = _pieces(connection, raw, name)
    log = file_log(connection, by=by)
    records, odd = in_our_terms(pieces, mapping_of(log))
    numbers = {event.external_id for record in records for event in record.events}
    new = take_in_file(log, records, odd, by=by)
    times = [event.happened_at for record in records for event in record.events]
    if times:
        reconcile(connection, by=machine_account(SYSTEM), since=min(times))
    outside = _outside(connection, numbers)
    return ReadFile(new, len(numbers) - new, len(odd), outside, trouble)


def _pieces(connection: Connection, raw: bytes, name: str) -> tuple[list[Any], str]:
    """What is good before a file is cut off is not thrown away."""
    pieces: list[Any] = []
    try:
        for piece in log_records_of(connection, raw, name):
            pieces.append(piece)
    except Unreadable as error:
        if not pieces:
            raise
        return pieces, str(error)
    return pieces, ""


def _outside(connection: Connection, numbers: set[str]) -> list[EventOutcome]:
    rows = EventOutcome.objects.current().filter(
        event__log__connection=connection, event__external_id__in=numbers
    )
    rows = rows.exclude(outcome=Outcome.INSIDE).select_related("event__connection")
    return list(rows.order_by("event__happened_at", "event"))
