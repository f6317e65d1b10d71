"""Consents of those whom a secrecy protects: recorded, and taken back (OSL 12:2–3)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Consent, Provision, SecrecyReview
from requests_app.models.assessment import Ground
from requests_app.workflow import answer
from requests_app.workflow.case_file import TAKES_MORE
from requests_app.workflow.content import keep, keep_if
from requests_app.workflow.step import WrongState, note, save, step
from requests_app.workflow.typed_moment import refuse_future, refuse_outside

Status = SecrecyReview.Status
WORKING = (Status.ASSIGNED, Status.IN_ASSESSMENT)


def _is_none_left(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.has_consent else _("There is no consent that stands.")


@step(starts_from=WORKING, may="assesses")
def record(
    review: SecrecyReview,
    *,
    by: Any,
    provision: Provision,
    whom: str,
    what: str,
    given_by: str,
    given_at: datetime,
    way: str,
    reservation: str = "",
) -> Consent:
    """Record what one person has consented to. It stays as it is written."""
    if Ground.CONSENT not in provision.lifted_by:
        text = _("Nobody's consent lifts this secrecy (OSL 12:2).")
        raise ValidationError({"provision": text})
    refuse_future("given_at", given_at)
    consent = Consent.objects.create(
        review=review,
        provision=provision,
        whom=keep(whom),
        what=keep(what),
        given_by=given_by,
        given_at=given_at,
        way=way,
        reservation=keep_if(reservation),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    save(review)
    note("consent.recorded", on=review, by=by, consent=consent.pk)
    return consent


@step(starts_from=TAKES_MORE, may="notes", hindrance=_is_none_left)
def withdraw(
    review: SecrecyReview,
    *,
    by: Any,
    consent: Consent,
    withdrawn_at: datetime,
    withdrawal: str,
) -> None:
    """Record that it is taken back: from here on nothing is granted or given on it."""
    consent = Consent.objects.select_for_update().get(pk=consent.pk, review=review)
    if consent.withdrawn_at is not None:
        raise WrongState(_("It has been withdrawn already."))
    text = _("The time lies before it was given, or in the future.")
    refuse_outside("withdrawn_at", withdrawn_at, consent.given_at, text)
    save(
        consent,
        withdrawn_at=withdrawn_at,
        withdrawal=keep(withdrawal),
        withdrawal_recorded_by=by,
        withdrawal_recorded_at=clock.now(),
    )
    answer.order_answer(review.access_request, by=by)
    note("consent.withdrawn", on=review, by=by, consent=consent.pk)
