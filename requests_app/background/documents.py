"""Drawing up decisions on document: right after a step, or by the sweep."""

import logging
import time
from typing import Any

from audit_app import clock
from requests_app.documents import seal
from requests_app.documents.render import Draw, pen
from requests_app.models import Decision, SecrecyReview
from requests_app.workflow import document
from requests_app.workflow.machine_accounts import SWEEP, machine_account

log = logging.getLogger(__name__)

# Seconds that a person waits for each; the sweep takes longer over what remains.
LONGEST_AT_ONCE = 8.0
BUDGET = 120.0  # seconds of one round
MOST_DOCUMENTS = 20


def draw_up(decision: Decision, *, by: Any, draw: Draw) -> bool:
    """Outside any transaction: draw what the decision lacks, then keep it in one.

    Returns whether all is there. What fails is logged and waits for the next round.
    """
    try:
        drawn = [
            (sheet, _sealed(draw(sheet.document, clock.now())))
            for sheet in document.sheets_lacking(decision)
        ]
        return document.keep_drawn(decision, by=by, drawn=drawn)
    except Exception:
        log.exception("documents of decision %s", decision.pk)
        return False


def _sealed(body: bytes) -> bytes:
    return seal.seal(body) if seal.is_configured() else body


def draw_up_at_once(review: SecrecyReview, *, by: Any) -> None:
    """What a step has just made necessary, so that it is normally there at once."""
    if document.hindrance():
        return
    with pen(LONGEST_AT_ONCE) as draw:
        for decision in document.not_drawn_up().filter(review=review):
            if not draw_up(decision, by=by, draw=draw):
                return  # the rest is the sweep's: somebody waits for the page


def draw_up_documents() -> list[str]:
    """Documents of decisions that have none yet, as many as there is time for."""
    # In any order: one that can't be drawn must not keep the others from it for ever.
    rows = document.not_drawn_up().select_related("review").order_by("?")
    waiting = list(rows[:MOST_DOCUMENTS])
    if not waiting or document.hindrance():
        return []
    by, end = machine_account(SWEEP), time.monotonic() + BUDGET
    with pen() as draw:
        return [
            f"{decision.review}: drawn up"
            for decision in waiting
            if time.monotonic() < end and draw_up(decision, by=by, draw=draw)
        ]
