"""Standing assessments: made by one, confirmed by another, revoked with a reason."""

from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.law.reliance import reviews_relying_on
from requests_app.models import StandingAssessment
from requests_app.permissions.standing_assessment import (
    can_confirm_standing_assessment,
    can_revoke_standing_assessment,
    standing_rule_for,
)
from requests_app.workflow import answer
from requests_app.workflow.step import note, require, save, step


def _is_confirmed_or_revoked(_may: Any, row: StandingAssessment) -> str:
    if row.confirmed_at or row.revoked_at:
        return _("It has been confirmed or revoked already.")
    if row.is_suitable and not row.recipients.exists():
        return _("It names no recipient: add those that it is made for.")
    return ""


def _is_revoked(_may: Any, row: StandingAssessment) -> str:
    return _("It has been revoked already.") if row.revoked_at else ""


@step(
    may=can_confirm_standing_assessment,
    hindrance=_is_confirmed_or_revoked,
)
def confirm(row: StandingAssessment, *, by: Any) -> None:
    """Someone other than its maker decides it, under the scheme of delegation: reviews
    rely on it from here."""
    rule = standing_rule_for(by, row.authority_id)
    require(rule is not None)
    assert rule is not None  # noqa: S101 — require() has asked
    save(
        row,
        confirmed_by=by,
        confirmed_at=clock.now(),
        delegation_rule=rule,
        delegation_snapshot=rule.snapshot(),
    )
    note("standing_assessment.confirmed", on=row, by=by)


@step(may=can_revoke_standing_assessment, hindrance=_is_revoked)
def revoke(row: StandingAssessment, *, by: Any, reason: str) -> None:
    """From now on nothing is granted on it, and no answer is given; every case that
    relied on it is told. Access that runs is for people to take back."""
    relying = list(reviews_relying_on(row).order_by("access_request"))
    save(row, revoked_by=by, revoked_at=clock.now(), revoked_reason=reason)
    note("standing_assessment.revoked", on=row, by=by)
    for review in relying:
        note(
            "review.standing_assessment_revoked",
            on=review,
            by=by,
            standing_assessment=row.pk,
        )
    for request in dict.fromkeys(review.access_request_id for review in relying):
        answer.order_answer_of(request, by=by)
