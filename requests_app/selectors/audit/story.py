"""A case's whole life as one: what was done together, by whom, in which role."""

from itertools import groupby
from typing import Any, NamedTuple

from audit_app.ledger import Kind
from requests_app.permissions.auditing import Audited
from requests_app.selectors.audit.by_what_right import ByWhatRight
from requests_app.selectors.audit.case import Case, rows_of
from requests_app.selectors.audit.entries import Entry, entries
from requests_app.selectors.audit.lines import LinesPage, lines
from requests_app.selectors.audit.roles_then import roles_at_work, roles_of_people
from requests_app.selectors.audit.sought import Part, Place, Sought
from requests_app.selectors.audit.who_wrote import Writer, written_outside

# Lines of a page: a decision alone is a dozen.
PAGE = 200
ALL_BUT_READS = tuple(kind for kind in Kind.values if kind != Kind.READ)
READS = (Kind.READ, Kind.EXPORT)
DECIDED = "review.decided"
# In the list of reads the decision is marked: who had read what when it was made.
READS_AND_DECISIONS = Part(
    "(e.kind in ('read', 'export') or e.kind = 'event' and e.event = %s)", [DECIDED]
)


class Act(NamedTuple):
    """What was done as one: events, and what they changed; the roles of who did it, or
    of a read what opened the case. `outside`: who wrote it past the application."""

    entries: list[Entry]
    roles: list[str]
    outside: Writer | None = None

    @property
    def decides(self) -> bool:
        return any(one.line.event == DECIDED for one in self.entries)


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
    page, groups = _acts(user, audited, case, Sought(kinds=kinds), before)
    roles = roles_at_work(audited, (line.by_id for line in page.lines))
    outside = written_outside(page.lines)
    acts = []
    for done in groups:
        line = done[0].line
        writers = (outside[one.line.key] for one in done if one.line.key in outside)
        acts.append(Act(done, roles.of(line.by_id, line.at), next(writers, None)))
    return Story(acts, page.older)


def read_story(
    user: Any, audited: Audited, case: Case, before: Place | None = None
) -> Story:
    """Reads with the decisions among them, and of roles those that opened the case. Six
    queries."""
    sought = Sought(values=READS_AND_DECISIONS)
    page, groups = _acts(user, audited, case, sought, before)
    people = {line.by_id for line in page.lines if line.by_id is not None}
    roles = roles_of_people(audited, people)
    right = ByWhatRight(case.request.pk, roles)
    acts = []
    for done in groups:
        line = done[0].line
        reviews = [entry.sight.review for entry in done if entry.sight.review]
        acts.append(Act(done, right.of(line.by_id, line.at, reviews)))
    return Story(acts, page.older)


def _acts(
    user: Any,
    audited: Audited,
    case: Case,
    sought: Sought,
    before: Place | None,
) -> tuple[LinesPage, list[list[Entry]]]:
    sought = sought._replace(rows=rows_of([case]))
    page = lines(audited, sought, before, PAGE)
    rows = entries(user, page.lines, case.sight)
    return page, [list(together) for _act, together in groupby(rows, key=_one)]


def _one(entry: Entry) -> tuple:
    return entry.line.xid, entry.line.by_id
