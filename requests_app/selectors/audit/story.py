"""A case's whole life as one: what was done together, by whom, in which role."""

from itertools import groupby
from typing import Any, NamedTuple

from audit_app.ledger import Kind
from requests_app.permissions.auditing import Audited
from requests_app.selectors.audit.case import Case, rows_of
from requests_app.selectors.audit.entries import Entry, entries
from requests_app.selectors.audit.lines import Place, Sought, lines
from requests_app.selectors.audit.roles_then import roles_of_people

# Lines of a page: a decision alone is a dozen.
PAGE = 200
ALL_BUT_READS = tuple(kind for kind in Kind.values if kind != Kind.READ)
READS = (Kind.READ, Kind.EXPORT)


class Act(NamedTuple):
    """What was done as one: events, and what they changed."""

    entries: list[Entry]
    roles: list[str]


class Story(NamedTuple):
    acts: list[Act]
    older: Place | None


def story_of(
    user: Any,
    audited: Audited,
    case: Case,
    kinds: tuple[str, ...] = (),
    before: Place | None = None,
) -> Story:
    """The newest first. Five queries, however long its life."""
    sought = Sought(rows=rows_of([case]), kinds=kinds)
    found = lines(audited, sought, before, PAGE)
    told = entries(user, found.lines, case.sight)
    roles = roles_of_people(audited, (line.by_id for line in found.lines))
    acts = []
    for _act, together in groupby(told, key=lambda entry: _one(entry)):
        done = list(together)
        line = done[0].line
        acts.append(Act(done, roles.of(line.by_id, line.at)))
    return Story(acts, found.older)


def _one(entry: Entry) -> tuple:
    return entry.line.xid, entry.line.by_id
