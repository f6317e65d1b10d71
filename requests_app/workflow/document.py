"""Keeping a decision's documents, once each. They are drawn after the decision, never
in its transaction: that none can be made now undoes nothing that was decided.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app import clock
from requests_app.documents import seal
from requests_app.documents.decision import copies_of, document_of_correction
from requests_app.documents.document import Document
from requests_app.documents.english import document_of_translation
from requests_app.documents.reasons_afterwards import document_of_reasons
from requests_app.documents.render import hindrance as can_not_draw
from requests_app.documents.revocation import document_of_revocation
from requests_app.models import (
    AccessRequest,
    AlteredContent,
    Content,
    Correction,
    Decision,
    DecisionDocument,
    RequestForReasons,
    Revocation,
    SecrecyReview,
    Translation,
)
from requests_app.models.alteration import altered_rows
from requests_app.workflow.content import keep
from requests_app.workflow.step import note, step

Version = DecisionDocument.Version
WAITS = RequestForReasons.Status.OPEN


# What a paper can be of beside the decision itself, by the column that names it.
BESIDE: dict[Any, str] = {
    Correction: "correction",
    Revocation: "revocation",
    RequestForReasons: "reasons",
    Translation: "translation",
}


class Sheet(NamedTuple):
    """A document that a decision lacks; `of` is what it is of beside the decision."""

    document: Document
    version: str
    of: Any = None

    @property
    def place(self) -> dict[str, Any]:
        """The columns that tell it from the decision's other documents."""
        columns = {
            name: self.of if isinstance(self.of, model) else None
            for model, name in BESIDE.items()
        }
        return {"version": self.version, **columns}


def sheets_lacking(decision: Decision) -> list[Sheet]:
    """What the decision and what stands beside it lack as documents. Raises
    AlteredContent where what would stand in them is no longer what was decided."""
    review = decision.review
    if altered_rows(review.access_request_id, [review.pk]):
        raise AlteredContent(str(review))
    there = decision.documents.all()
    return [sheet for sheet in sheets_of(decision) if not there.filter(**sheet.place)]


def sheets_of(decision: Decision) -> Iterator[Sheet]:
    """Every paper of the decision, and of what stands beside it."""
    for copy in reversed(copies_of(decision)):
        yield Sheet(copy, Version.FULL if copy.is_full else Version.RECIPIENT)
    for correction in decision.corrections.all():
        yield Sheet(document_of_correction(correction), Version.FULL, correction)
    for revocation in Revocation.objects.filter(decision=decision):
        for version in (Version.FULL, Version.RECIPIENT):
            is_full = version == Version.FULL
            document = document_of_revocation(revocation, full=is_full)
            yield Sheet(document, version, revocation)
    for row in decision.requests_for_reasons.exclude(status=WAITS):
        yield Sheet(document_of_reasons(row), Version.RECIPIENT, row)
    for english in decision.translations.all():
        yield Sheet(document_of_translation(english), Version.RECIPIENT, english)


@step
def keep_drawn(
    decision: Decision, *, by: Any, drawn: list[tuple[Sheet, bytes]]
) -> bool:
    """Keep what was drawn of a decision. False where that is done, or the case has been
    stopped, or somebody else is at work on it: then the next round draws it again."""
    requests = AccessRequest.objects.select_for_update(skip_locked=True, of=("self",))
    if not requests.filter(pk=decision.review.access_request_id).exists():
        return False
    if not not_drawn_up().filter(pk=decision.pk).exists():
        return False
    for sheet, body in drawn:
        if not decision.documents.filter(**sheet.place).exists():
            _keep(decision, sheet, body, by=by)
    return True


def _keep(decision: Decision, sheet: Sheet, body: bytes, *, by: Any) -> None:
    row = DecisionDocument.objects.create(
        decision=decision,
        **sheet.place,
        content=_content(body, sheet),
        sha256=hashlib.sha256(body).hexdigest(),
        is_sealed=seal.is_configured(),
        made_at=clock.now(),
    )
    note("decision.drawn_up", on=decision.review, by=by, sha256=row.sha256)


def _content(body: bytes, sheet: Sheet) -> Content:
    words = [sheet.document.diary_number, sheet.document.heading]
    if sheet.version == Version.RECIPIENT:
        words.append("till mottagaren")
    return keep(body, "application/pdf", f"{' '.join(words)}.pdf")


def hindrance() -> str:
    """Why no document can be made by this process; empty where it can."""
    return can_not_draw() or seal.hindrance()


def not_drawn_up() -> QuerySet[Decision]:
    """Decisions that lack a document, the newest first. A case that was stopped for
    protective security gets none: nothing more is written about it."""
    of_decision = DecisionDocument.objects.filter(decision=OuterRef("pk"))
    own = of_decision.filter(**dict.fromkeys(BESIDE.values()))
    of_revocation = of_decision.filter(revocation__isnull=False)
    revoked = Exists(Revocation.objects.filter(decision=OuterRef("pk")))
    answered = RequestForReasons.objects.exclude(status=WAITS)
    lacks = _undrawn(Correction.objects.all()) | _undrawn(answered)
    lacks |= _undrawn(Translation.objects.all())
    for version in (Version.FULL, Version.RECIPIENT):
        lacks |= ~Q(Exists(own.filter(version=version)))
        lacks |= Q(revoked) & ~Q(Exists(of_revocation.filter(version=version)))
    stopped = SecrecyReview.Status.STOPPED
    return Decision.objects.filter(lacks).exclude(review__status=stopped)


def _undrawn(rows: QuerySet[Any]) -> Q:
    """Is one of these, of the decision, on no paper?"""
    drawn = DecisionDocument.objects.filter(**{BESIDE[rows.model]: OuterRef("pk")})
    return Q(Exists(rows.filter(~Exists(drawn), decision=OuterRef("pk"))))
