"""An audit that is kept, as a page and a report show it: its cases with what may be
seen of each, what was answered, and where in the ledger it stands."""

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from audit_app.models import LedgerEntry
from requests_app.models import AuditFinding, SampledCase, SavedAudit, SecrecyReview
from requests_app.permissions.saved_audit import saved_audits_of
from requests_app.permissions.visibility import readable_by
from requests_app.selectors.audit.decisions import Decided, decisions_of, lines_of
from requests_app.words.events import event_label

Question = AuditFinding.Question
STEPS = ("audit.drawn", "audit.ended")


class SampledCaseShown(NamedTuple):
    """A case of a sample. `findings` and `decisions` are empty of what the auditor may
    not read; the number and the clocks of a named list are not hidden."""

    position: int
    review: SecrecyReview
    number: str
    arrived: datetime
    answer_by: datetime
    reads: bool
    answered: int
    decisions: list[Decided]
    findings: list[AuditFinding]

    @property
    def is_done(self) -> bool:
        return self.answered == len(Question)


class Line(NamedTuple):
    """A line of the ledger, and which leaf it is; None while it is not sealed."""

    entry: int
    leaf: int | None


class Cited(NamedTuple):
    """Lines: by what the step of the audit is called, and by decision."""

    steps: list[tuple[Any, Line]]
    decisions: dict[int, Line]


def saved_audits(user: Any) -> QuerySet[Any]:
    """The newest first, with how much of each has been answered."""
    rows = saved_audits_of(user).select_related("authority")
    findings = AuditFinding.objects.filter(audit=OuterRef("pk")).order_by()
    counted = findings.values("audit").annotate(n=Count("pk")).values("n")
    return rows.annotate(answered=counted, of=F("size") * len(Question))


def sampled_cases(
    user: Any, audit: SavedAudit, position: int | None = None
) -> list[SampledCaseShown]:
    """Three queries."""
    cases = SampledCase.objects.filter(audit=audit).select_related(
        "review__access_request"
    )
    if position is not None:
        cases = cases.filter(position=position)
    readable = readable_by(user).filter(pk=OuterRef("review"))
    rows: list[Any] = list(cases.annotate(reads=Exists(readable)))
    keys = [row.review_id for row in rows]
    decisions = _decisions(user, keys)
    findings = _findings(audit, keys)
    return [
        SampledCaseShown(
            row.position,
            row.review,
            row.review.diary_number,
            row.review.access_request.received_at,
            row.review.access_request.clock.answer_by,
            row.reads,
            len(findings[row.review_id]),
            decisions[row.review_id],
            findings[row.review_id] if row.reads else [],
        )
        for row in rows
    ]


def _decisions(user: Any, keys: list[int]) -> dict[int, list[Decided]]:
    decisions = defaultdict(list)
    for row in decisions_of(user, keys):
        decisions[row.review].append(row)
    return decisions


def _findings(audit: SavedAudit, keys: list[int]) -> dict[int, list[AuditFinding]]:
    """In the order of the questions."""
    findings = defaultdict(list)
    rows = AuditFinding.objects.filter(audit=audit, review__in=keys)
    for row in sorted(rows.select_related("text"), key=_place):
        findings[row.review_id].append(row)
    return findings


def _place(row: AuditFinding) -> int:
    return Question.values.index(row.question)


def cited(audit: SavedAudit, cases: list[SampledCaseShown]) -> Cited:
    """One query."""
    made = [row for case in cases for row in case.decisions]
    own = SavedAudit._meta.db_table
    rows = LedgerEntry.objects.filter(
        lines_of(made) | Q(object_type=own, object_id=str(audit.pk), event__in=STEPS)
    ).order_by("pk")
    columns = ("object_type", "object_id", "event", "pk", "leaf__leaf_index")
    citations = Cited([], {})
    for table, key, event, *line in rows.values_list(*columns):
        if table == own:
            citations.steps.append((event_label(event), Line(*line)))
        else:
            citations.decisions[int(key)] = Line(*line)
    return citations
