"""Drawing up decisions on document: with the decision, or by the sweep once it can be.

A document is made once. That none can be made now never undoes what was decided.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app import clock
from requests_app.documents import seal
from requests_app.documents.decision import document_of, document_of_correction
from requests_app.documents.document import Document
from requests_app.documents.render import hindrance as can_not_draw
from requests_app.documents.render import pdf
from requests_app.models import (
    AccessRequest,
    Content,
    Correction,
    Decision,
    DecisionDocument,
    SecrecyReview,
)
from requests_app.workflow.content import keep
from requests_app.workflow.step import note, step

log = logging.getLogger(__name__)

Version = DecisionDocument.Version
_is_left: ContextVar[bool] = ContextVar("is_left", default=False)


@contextmanager
def left_for_later() -> Iterator[None]:
    """Inside, decisions are made and not drawn up: for whoever makes many at once."""
    token = _is_left.set(True)
    try:
        yield
    finally:
        _is_left.reset(token)


def draw_up(decision: Decision, *, by: Any) -> bool:
    """Inside a step: make what the decision and its corrections lack on document.

    Returns whether all is there. A failure is logged and leaves the step's work whole.
    """
    if _is_left.get():
        return False
    try:
        with transaction.atomic():
            _draw_what_lacks(decision, by=by)
    except Exception:
        log.exception("documents of decision %s", decision.pk)
        return False
    return True


def _draw_what_lacks(decision: Decision, *, by: Any) -> None:
    versions = {(row.version, row.correction_id) for row in decision.documents.all()}
    for version in Version.values:
        if (version, None) not in versions:
            document = document_of(decision, full=version == Version.FULL)
            _keep(document, decision, version, by=by)
    for correction in decision.corrections.all():
        if (Version.FULL, correction.pk) not in versions:
            document = document_of_correction(correction)
            _keep(document, decision, Version.FULL, by=by, correction=correction)


def _keep(
    document: Document,
    decision: Decision,
    version: str,
    *,
    by: Any,
    correction: Correction | None = None,
) -> None:
    now = clock.now()
    body = pdf(document, now)
    if seal.is_configured():
        body = seal.seal(body)
    row = DecisionDocument.objects.create(
        decision=decision,
        correction=correction,
        version=version,
        content=_content(body, document, version),
        sha256=hashlib.sha256(body).hexdigest(),
        is_sealed=seal.is_configured(),
        made_at=now,
    )
    note("decision.drawn_up", on=decision.review, by=by, sha256=row.sha256)


def _content(body: bytes, document: Document, version: str) -> Content:
    words = [document.diary_number, document.heading]
    if version == Version.RECIPIENT:
        words.append("till mottagaren")
    return keep(body, "application/pdf", f"{' '.join(words)}.pdf")


def hindrance() -> str:
    """Why no document can be made by this process; empty where it can."""
    return can_not_draw() or seal.hindrance()


def not_drawn_up() -> QuerySet[Decision]:
    """Decisions that lack a document, the newest first. A case that was stopped for
    security protection gets none: nothing more is written about it."""
    of_decision = DecisionDocument.objects.filter(decision=OuterRef("pk"))
    of_correction = DecisionDocument.objects.filter(correction=OuterRef("pk"))
    corrected = Correction.objects.filter(
        ~Exists(of_correction), decision=OuterRef("pk")
    )
    lacks = Q(Exists(corrected))
    for version in Version.values:
        lacks |= ~Q(Exists(of_decision.filter(version=version, correction=None)))
    stopped = SecrecyReview.Status.STOPPED
    return Decision.objects.filter(lacks).exclude(review__status=stopped)


@step
def draw_up_later(decision: Decision, *, by: Any) -> bool:
    """The same for a decision that was made when nothing could be drawn up. One that
    somebody else is at work on is left to the next round."""
    requests = AccessRequest.objects.select_for_update(skip_locked=True, of=("self",))
    if not requests.filter(pk=decision.review.access_request_id).exists():
        return False
    return draw_up(decision, by=by)
