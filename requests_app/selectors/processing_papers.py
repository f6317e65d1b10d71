"""How an authority's papers on processing stand: each kind, and what it waits for."""

from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from requests_app.documents.processing.papers import (
    PAPERS,
    ChangedLine,
    changed_lines,
    is_of_today,
)
from requests_app.models import Authority, ProcessingPaper, RegisterChange
from requests_app.words.times import short_day


class Standing(NamedTuple):
    """`why`: what is lacking, or empty where it holds. `waiting`: the proposal that
    waits for a second person, if there is one. `changed`: the lines that are others
    than those that were signed."""

    kind: str
    label: Any
    paper: ProcessingPaper | None
    why: str
    waiting: RegisterChange | None
    changed: list[ChangedLine]


def standings(authority: Authority) -> list[Standing]:
    """One of each kind, in their order. Two queries."""
    papers = {row.kind: row for row in authority.processing_papers.all()}
    waiting = {
        change.new_values.get("kind") or _kind_of(change, papers): change
        for change in changes_of(authority).filter(confirmed_at=None, refused_at=None)
    }
    return [_standing(kind, papers.get(kind), waiting.get(kind)) for kind in PAPERS]


def _kind_of(change: RegisterChange, papers: dict[str, ProcessingPaper]) -> str:
    rows = [paper.kind for paper in papers.values() if paper.pk == change.row_id]
    return rows[0] if rows else ""


def _standing(
    kind: str, paper: ProcessingPaper | None, waiting: RegisterChange | None
) -> Standing:
    why = _why(paper)
    if why and waiting is not None:
        why = _("waits for a second person")
    changed = [] if paper is None or is_of_today(paper) else changed_lines(paper)
    return Standing(
        kind, ProcessingPaper.Kind(kind).label, paper, why, waiting, changed
    )


def _why(paper: ProcessingPaper | None) -> str:
    if paper is None:
        return _("not signed by two persons yet")
    if is_of_today(paper):
        return ""
    return _(
        "what the product stores, for how long, or what it says of that has changed"
        " since the paper was signed on %(day)s"
    ) % {"day": short_day(paper.drawn_on)}


def lacking(authority: Authority) -> list[str]:
    """Which papers do not hold, and why. One query."""
    papers = {row.kind: row for row in authority.processing_papers.defer("wording")}
    reasons = {kind: _why(papers.get(kind)) for kind in PAPERS}
    return [
        f"{ProcessingPaper.Kind(kind).label}: {why}"
        for kind, why in reasons.items()
        if why
    ]


def changes_of(authority: Authority) -> QuerySet[RegisterChange]:
    table = ProcessingPaper._meta.db_table
    return RegisterChange.objects.filter(row_table=table, authority=authority)


def signers_of(paper: ProcessingPaper) -> list[tuple[Any, Any]]:
    """Who proposed and who confirmed what it says now, each with when."""
    confirmed = changes_of(paper.authority).exclude(confirmed_at=None)
    rows = confirmed.select_related("proposed_by", "confirmed_by").order_by("-pk")
    for row in rows:
        if row.row_id == paper.pk or row.new_values.get("kind") == paper.kind:
            return [
                (row.proposed_by, row.proposed_at),
                (row.confirmed_by, row.confirmed_at),
            ]
    return []
