"""What is to be reported to a board: the decisions made under its delegation.

A line tells what anybody may read in the register, and nothing that is protected.
"""

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from requests_app.models import Authority, Decision, SecrecyReview


class Line(NamedTuple):
    """A decision as the board reads it; of a hidden case without its subject."""

    number: str
    outcome: Any
    decided_on: date
    subject: str
    decided_by: str
    item: str


def to_report(authority: Authority, meeting_on: date) -> QuerySet[Decision]:
    """Delegated decisions up to the meeting's day that no report has had yet."""
    next_day = datetime.combine(meeting_on + timedelta(days=1), time.min)
    return (
        Decision.objects.filter(
            review__authority=authority.pk,
            delegation_rule__report_to_board=True,
            decided_at__lt=timezone.make_aware(next_day),
            reported=None,
        )
        .select_related("review__authority")
        .order_by("decided_at", "pk")
    )


def line_of(decision: Decision) -> Line:
    review = decision.review
    hidden = review.is_named_list or review.status == SecrecyReview.Status.STOPPED
    return Line(
        str(review),
        decision.get_outcome_display(),
        timezone.localdate(decision.decided_at),
        "" if hidden else review.public_subject,
        decision.decided_by_name,
        decision.delegation_snapshot["item_no"],
    )


def fingerprint(decisions: list[Decision]) -> str:
    """Tells whether the decisions are those that somebody has looked at."""
    keys = ",".join(str(decision.pk) for decision in decisions)
    return hashlib.sha256(keys.encode()).hexdigest()
