"""Everything that is recorded, a page at a time."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connections

from audit_app import reading
from requests_app.permissions.auditing import Audited
from requests_app.selectors.audit.case import Case, in_cases
from requests_app.selectors.audit.entries import Entry, entries
from requests_app.selectors.audit.lines import PAGE, lines, statement
from requests_app.selectors.audit.sought import Place, Sought

# Lines that are read at a time on their way out.
PIECE = 500


class Stream(NamedTuple):
    entries: list[Entry]
    older: Place | None


def stream_for(
    user: Any,
    audited: Audited,
    sought: Sought,
    before: Place | None = None,
    cases: Sequence[Case] = (),
    limit: int = PAGE,
) -> Stream:
    """Five queries at most; `cases` are those that are asked for. Where values are
    asked for, a line whose values the auditor may not see is no answer."""
    page = lines(audited, sought, before, limit)
    are_theirs = cases and len(sought.ways) == 1
    rows = entries(user, page.lines, in_cases(cases) if are_theirs else None)
    if sought.values or sought.fields:
        numbers = {case.number for case in cases}
        rows = [
            entry
            for entry in rows
            if entry.sight.reads or _answers_otherwise(entry, sought, numbers)
        ]
    return Stream(rows, page.older)


def _answers_otherwise(entry: Entry, sought: Sought, numbers: set[str]) -> bool:
    """Where one answer is enough: by something else than its values."""
    line = entry.line
    return sought.either and (
        line.by_id == sought.person is not None
        or line.authority == sought.authority is not None
        or line.kind in sought.kinds
        or line.table == sought.table != ""
        or entry.sight.number in numbers
    )


def counted(audited: Audited, sought: Sought, most: int) -> int:
    """How many lines meet it, as far as one more than so many. One query."""
    query = statement(audited, sought, None, most + 1)
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute(f"select count(*) from ({query.sql}) line", query.values)  # noqa: S608 — ours
        return cursor.fetchone()[0]


def whole_stream(
    user: Any, audited: Audited, sought: Sought, cases: Sequence[Case] = ()
) -> Iterator[list[Entry]]:
    """All that meets what is sought, a piece at a time: no more is held than that, and
    what comes in meanwhile is newer than where it began."""
    place = None
    while True:
        piece = stream_for(user, audited, sought, place, cases, PIECE)
        yield piece.entries
        if piece.older is None:
            return
        place = piece.older
