"""Standing assessments: made by one, confirmed by another, revoked with a reason."""

from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app import permissions
from requests_app.law.reliance import reviews_relying_on
from requests_app.models import StandingAssessment
from requests_app.workflow.step import WrongState, lock_row, note, require, save, step


@step
def confirm(row: StandingAssessment, *, by: Any) -> None:
    """Another person than who made it stands for it: reviews rely on it from here."""
    lock_row(row)
    require(permissions.can_confirm_standing(by, row))
    if row.confirmed_at is not None or row.revoked_at is not None:
        raise WrongState(_("It has been confirmed or revoked already."))
    save(row, confirmed_by=by, confirmed_at=clock.now())
    note("standing.confirmed", on=row, by=by)


@step
def revoke(row: StandingAssessment, *, by: Any, reason: str) -> None:
    """From now on nothing is granted on it; every case that relied on it is told."""
    lock_row(row)
    require(permissions.can_revoke_standing(by, row))
    if row.revoked_at is not None:
        raise WrongState(_("It has been revoked already."))
    relying = list(reviews_relying_on(row))
    save(row, revoked_by=by, revoked_at=clock.now(), revoked_reason=reason)
    note("standing.revoked", on=row, by=by)
    for review in relying:
        note("review.standing_revoked", on=review, by=by, standing=row.pk)
