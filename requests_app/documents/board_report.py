"""What is to be reported to a board: the decisions made under its delegation.

A line tells what anybody may read in the register, and nothing that is protected.
"""

import hashlib
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Authority, Decision, Revocation
from requests_app.models.days import first_instant
from requests_app.permissions.public_register import left_out


class Line(NamedTuple):
    """A decision as the board reads it; of a hidden case without its subject."""

    number: str
    outcome: Any
    decided_on: date
    subject: str
    decided_by: str
    item: str


def to_report(authority: Authority, meeting_on: date) -> list[Decision | Revocation]:
    """Delegated decisions up to the meeting's day that no report has had yet, with
    `is_left_out` as the public register has it."""
    kinds: tuple[QuerySet[Any], ...] = (
        Decision.objects.all(),
        Revocation.objects.all(),
    )
    next_day = first_instant(meeting_on + timedelta(days=1))
    decisions = [
        row
        for rows in kinds
        for row in rows.filter(
            review__authority=authority.pk,
            delegation_rule__report_to_board=True,
            decided_at__lt=next_day,
            reported=None,
        )
        .annotate(is_left_out=left_out("review__"))
        .select_related("review__authority")
    ]
    return sorted(decisions, key=lambda row: (row.decided_at, row.pk))


def line_of(decision: Any) -> Line:
    """A decision that `to_report` has read, as a line of the report."""
    review = decision.review
    return Line(
        str(review),
        _outcome(decision),
        timezone.localdate(decision.decided_at),
        "" if decision.is_left_out else review.open_subject,
        decision.decided_by_name,
        _item(decision),
    )


def _item(decision: Any) -> str:
    rule = decision.delegation_snapshot
    if rule.get("is_urgent") != "True":
        return str(rule["item_no"])
    return _("%(item)s, in the board's place (KL 6:39)") % {"item": rule["item_no"]}


def _outcome(decision: Decision | Revocation) -> Any:
    if isinstance(decision, Revocation):
        return _("The grant revoked")
    return decision.get_outcome_display()


def fingerprint(decisions: list[Decision | Revocation]) -> str:
    """Tells whether the decisions are those that somebody has looked at."""
    keys = ",".join(f"{row._meta.model_name} {row.pk}" for row in decisions)
    return hashlib.sha256(keys.encode()).hexdigest()
