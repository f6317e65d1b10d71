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
from requests_app.documents.render import hindrance as can_not_draw
from requests_app.documents.revocation import document_of_revocation
from requests_app.models import (
    AccessRequest,
    AlteredContent,
    Content,
    Correction,
    Decision,
    DecisionDocument,
    Revocation,
    SecrecyReview,
)
from requests_app.models.alteration import altered_rows
from requests_app.workflow.content import keep
from requests_app.workflow.step import note, step

Version = DecisionDocument.Version


class Sheet(NamedTuple):
    """A document that a decision lacks."""

    document: Document
    version: str
    correction: Correction | None = None
    revocation: Revocation | None = None


def sheets_lacking(decision: Decision) -> list[Sheet]:
    """What the decision and its corrections lack as documents. Raises AlteredContent
    where what would stand in them is no longer what was decided."""
    review = decision.review
    if altered_rows(review.access_request_id, [review.pk]):
        raise AlteredContent(str(review))
    versions = {
        (row.version, row.correction_id, row.revocation_id)
        for row in decision.documents.all()
    }
    return [
        sheet
        for sheet in _sheets_of(decision)
        if (sheet.version, _key(sheet.correction), _key(sheet.revocation))
        not in versions
    ]


def _sheets_of(decision: Decision) -> Iterator[Sheet]:
    for copy in reversed(copies_of(decision)):
        yield Sheet(copy, Version.FULL if copy.is_full else Version.RECIPIENT)
    for correction in decision.corrections.all():
        yield Sheet(document_of_correction(correction), Version.FULL, correction)
    for revocation in Revocation.objects.filter(decision=decision):
        for version in Version.values:
            is_full = version == Version.FULL
            document = document_of_revocation(revocation, full=is_full)
            yield Sheet(document, version, revocation=revocation)


def _key(row: Any) -> int | None:
    return row.pk if row else None


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
        rows = DecisionDocument.objects.filter(
            decision=decision,
            version=sheet.version,
            correction=sheet.correction,
            revocation=sheet.revocation,
        )
        if not rows.exists():
            _keep(decision, sheet, body, by=by)
    return True


def _keep(decision: Decision, sheet: Sheet, body: bytes, *, by: Any) -> None:
    row = DecisionDocument.objects.create(
        decision=decision,
        correction=sheet.correction,
        revocation=sheet.revocation,
        version=sheet.version,
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
    of_correction = DecisionDocument.objects.filter(correction=OuterRef("pk"))
    corrected = Correction.objects.filter(
        ~Exists(of_correction), decision=OuterRef("pk")
    )
    lacks = Q(Exists(corrected))
    own = of_decision.filter(correction=None, revocation=None)
    of_revocation = of_decision.filter(revocation__isnull=False)
    revoked = Exists(Revocation.objects.filter(decision=OuterRef("pk")))
    for version in Version.values:
        lacks |= ~Q(Exists(own.filter(version=version)))
        lacks |= Q(revoked) & ~Q(Exists(of_revocation.filter(version=version)))
    stopped = SecrecyReview.Status.STOPPED
    return Decision.objects.filter(lacks).exclude(review__status=stopped)
