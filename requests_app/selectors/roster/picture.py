"""Coverage as a picture: for each authority and act a strip of eight weeks."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from requests_app.models import Authority, CoverageGap
from requests_app.permissions.roles import MANAGERS
from requests_app.permissions.roster import authorities_by_name
from requests_app.selectors.roster.coverage import Coverage, Gap, coverage_of
from requests_app.words.times import from_until

WIDTH = 960
# A gap of an hour is still to be seen.
NARROWEST = 4
Act = CoverageGap.Act
STRIPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (pgettext_lazy("act", "Register"), (Act.REGISTER,)),
    (pgettext_lazy("act", "Review"), (Act.REVIEW,)),
    (pgettext_lazy("act", "Decide"), (Act.GRANT, Act.REFUSE)),
    (gettext_lazy("Decide, another than the reviewer"), (Act.TWO_PERSONS,)),
    (pgettext_lazy("act", "Execute"), (Act.EXECUTE,)),
)


class Mark(NamedTuple):
    x: float
    width: float
    is_alone: bool
    words: str


class Strip(NamedTuple):
    """`is_rostered`: else everybody with the role counts as being there."""

    label: Any
    marks: list[Mark]
    is_rostered: bool
    words: str


class Board(NamedTuple):
    authority: Authority
    strips: list[Strip]
    is_whole: bool


class Week(NamedTuple):
    number: int
    x: float


def boards_for(user: Any) -> dict[str, Any]:
    """Of the authorities whose staffing the person manages: two queries."""
    rows = authorities_by_name(user, *MANAGERS)
    coverage = coverage_of([row.pk for row in rows])
    return {"boards": boards(coverage, rows), "weeks": weeks(coverage)}


def boards(coverage: Coverage, authorities: Iterable[Authority]) -> list[Board]:
    """Those with gaps come first."""
    all_boards = [_board(coverage, authority) for authority in authorities]
    return sorted(all_boards, key=lambda board: board.is_whole)


def weeks(coverage: Coverage) -> list[Week]:
    begins = timezone.localtime(coverage.begins_at)
    midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight + timedelta(days=(7 - begins.weekday()) % 7)
    numbered = []
    while monday < coverage.ends_at:
        x = max(0.0, _x(coverage, monday))
        numbered.append(Week(monday.isocalendar().week, round(x, 1)))
        monday += timedelta(days=7)
    return numbered


def _board(coverage: Coverage, authority: Authority) -> Board:
    gaps = coverage.gaps_of(authority.pk)
    strips = [
        _strip(coverage, authority, label, [gap for gap in gaps if gap.act in acts])
        for label, acts in STRIPS
        if acts != (Act.EXECUTE,) or coverage.run_for(authority.pk)
    ]
    return Board(authority, strips, not gaps)


def _strip(
    coverage: Coverage, authority: Authority, label: Any, gaps: list[Gap]
) -> Strip:
    acts = next(acts for name, acts in STRIPS if name is label)
    unrostered = coverage.is_unrostered(authority.pk, acts[0])
    spans = sorted(
        {(g.begins_at, g.ends_at, g.cause == CoverageGap.Cause.ALONE) for g in gaps}
    )
    marks = [_mark(coverage, *span) for span in spans]
    return Strip(label, marks, not unrostered, _words(label, marks, unrostered))


def _mark(coverage: Coverage, begins: datetime, ends: datetime, is_alone: bool) -> Mark:
    x, until = _x(coverage, begins), _x(coverage, ends)
    width = max(until - x, NARROWEST)
    return Mark(
        round(min(x, WIDTH - width), 1),
        round(width, 1),
        is_alone,
        from_until(begins, ends),
    )


def _x(coverage: Coverage, at: datetime) -> float:
    whole = (coverage.ends_at - coverage.begins_at).total_seconds()
    return WIDTH * (at - coverage.begins_at).total_seconds() / whole


def _words(label: Any, marks: list[Mark], unrostered: bool) -> str:
    if not marks:
        text = _("somebody may and can act all the time")
    else:
        text = ngettext(
            "%(n)s gap, the first %(when)s",
            "%(n)s gaps, the first %(when)s",
            len(marks),
        ) % {"n": len(marks), "when": marks[0].words}
    if unrostered:
        text += _("; no roster is laid")
    return f"{label}: {text}"
