"""Reasons that a decision left out, asked for and given afterwards (FL 32 §, last
paragraph)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    Decision,
    RequestForReasons,
    Revocation,
    SecrecyReview,
)
from requests_app.workflow.content import keep
from requests_app.workflow.printed_text import refuse_unprintable
from requests_app.workflow.step import note, save, step
from requests_app.workflow.typed_moment import refuse_outside

Status = RequestForReasons.Status
AFTERWARDS = (SecrecyReview.Status.DECIDED, SecrecyReview.Status.CLOSED)


def leaving_out(review: SecrecyReview) -> list[Decision | Revocation]:
    """Decisions and revocations that left reasons out, the newest first."""
    made = [
        *review.decisions.exclude(left_out_for=""),
        *review.revocations.leaving_out().select_related("decision"),
    ]
    return sorted(made, key=lambda row: row.decided_at, reverse=True)


def _has_left_nothing_out(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.has_left_out else _("The recipient has read all reasons.")


def _is_awaited_by_nobody(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.awaits_reasons else _("Nobody waits for reasons.")


@step(starts_from=AFTERWARDS, may="serves", hindrance=_has_left_nothing_out)
def ask_for_reasons(
    review: SecrecyReview,
    *,
    by: Any,
    made: Decision | Revocation,
    received_at: datetime,
    applicant: str,
) -> RequestForReasons:
    """Record that somebody asks for the reasons that this left out."""
    refuse_unprintable(review, applicant=applicant)
    revocation = made if isinstance(made, Revocation) else None
    decision = made.decision if isinstance(made, Revocation) else made
    text = _("The time lies before the decision, or in the future.")
    refuse_outside("received_at", received_at, made.decided_at, text)
    row = RequestForReasons.objects.create(
        review=review,
        decision=decision,
        revocation=revocation,
        applicant=applicant,
        received_at=received_at,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    save(review)
    note("reasons.requested", on=review, by=by)
    return row


@step(starts_from=AFTERWARDS, may="corrects", hindrance=_is_awaited_by_nobody)
def give_reasons(
    review: SecrecyReview, *, by: Any, gives: bool, text: str
) -> RequestForReasons:
    """Give the reasons to whoever has waited for them longest; or say why that is not
    possible, or not needed for them to look after their rights."""
    refuse_unprintable(review, text=text)
    row = review.requests_for_reasons.filter(status=Status.OPEN).earliest("pk")
    save(
        row,
        status=Status.GIVEN if gives else Status.DECLINED,
        text=keep(text),
        answered_by=by,
        answered_at=clock.now(),
    )
    save(review)
    if gives:
        note("reasons.given", on=review, by=by)
    else:
        note("reasons.declined", on=review, by=by)
    return row
