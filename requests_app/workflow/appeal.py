"""An appeal that comes in: registered, tried for its time, handed over, ended."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.appealed import (
    is_tried_for_legality,
    last_day_of,
    last_days_of,
)
from requests_app.models import Decision, IncomingAppeal, Revocation, SecrecyReview
from requests_app.workflow.content import keep_if
from requests_app.workflow.step import WrongState, note, save, step
from requests_app.workflow.stop import refuse_words
from requests_app.workflow.typed_moment import is_after, refuse_outside

Status = IncomingAppeal.Status
Timeliness = IncomingAppeal.Timeliness
# Also while the review is open again: what was decided stands until another decision
# takes its place, and its time runs (FL 38-39, 44 §§). A stop for protective security
# keeps no appeal from the court (46 §); of one nothing more is written.
APPEALABLE = (
    *SecrecyReview.OPEN,
    SecrecyReview.Status.DECIDED,
    SecrecyReview.Status.LAPSED,
    SecrecyReview.Status.STOPPED,
    SecrecyReview.Status.CLOSED,
)


def _has_none_to_appeal(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.has_decision else _("There is no decision to appeal.")


def _none_to_try(rights: Any, _review: SecrecyReview) -> str:
    return _waits_for(rights, Status.TO_TRY)


def _none_to_hand_over(rights: Any, _review: SecrecyReview) -> str:
    return _waits_for(rights, Status.TO_HAND_OVER)


def _none_at_court(rights: Any, _review: SecrecyReview) -> str:
    return _waits_for(rights, Status.AT_COURT)


def _waits_for(rights: Any, status: str) -> str:
    return "" if status in rights.appeals else _("No appeal waits for that.")


@step(starts_from=APPEALABLE, may="serves", hindrance=_has_none_to_appeal)
def register_appeal(
    review: SecrecyReview,
    *,
    by: Any,
    received_at: datetime,
    appellant: str,
    text: str = "",
    revocation: Revocation | None = None,
) -> IncomingAppeal:
    """Enter an appeal against the decision that stood when it came in, or against a
    revocation. Where that was served, its time is reckoned at once: what came in too
    late, or late for some whom it was served on, waits for a person (FL 45 §). What is
    tried for its legality goes to the court whenever it came."""
    refuse_words(review, by=by, text=text)
    decision = revocation.decision if revocation else _stood_at(review, received_at)
    appealed = revocation or decision
    text_of_error = _("The time lies before the decision, or in the future.")
    refuse_outside("received_at", received_at, appealed.decided_at, text_of_error)
    last_day = _last_day(appealed, timezone.localdate(received_at))
    timeliness = _timeliness(appealed, last_day, received_at)
    row = enter_appeal(
        review,
        by,
        decision=decision,
        revocation=revocation,
        received_at=received_at,
        appellant=appellant,
        text=keep_if(text),
        last_day=last_day,
        timeliness=timeliness,
    )
    save(review)
    note("appeal.registered", on=review, by=by)
    return row


def enter_appeal(
    review: SecrecyReview | None, by: Any, *, timeliness: str, **values: Any
) -> IncomingAppeal:
    """It waits to be tried for its time, or to be handed over where that is known."""
    is_open = timeliness == Timeliness.NOT_TRIED
    return IncomingAppeal.objects.create(
        review=review,
        timeliness=timeliness,
        status=Status.TO_TRY if is_open else Status.TO_HAND_OVER,
        recorded_by=by,
        recorded_at=clock.now(),
        **values,
    )


def _last_day(appealed: Decision | Revocation, received: date) -> date | None:
    """Where they differ, it depends on who appeals, unless it came before them all."""
    days = [day for _whom, day in last_days_of(appealed)]
    if not days:
        return None
    first, last = days[0], last_day_of(appealed)
    return first if received <= first or first == last else None


def _timeliness(
    appealed: Decision | Revocation, last_day: date | None, received_at: datetime
) -> Timeliness:
    legal = is_tried_for_legality(appealed)
    return Timeliness.COURT if legal else known_timeliness(last_day, received_at)


def known_timeliness(last_day: date | None, received_at: datetime) -> Timeliness:
    """In time, or for a person to try: what is late is never said by itself."""
    in_time = last_day is not None and timezone.localdate(received_at) <= last_day
    return Timeliness.IN_TIME if in_time else Timeliness.NOT_TRIED


def _stood_at(review: SecrecyReview, moment: datetime) -> Decision:
    """Perhaps one that another has superseded since; the first, if none stood yet."""
    decisions = list(review.decisions.order_by("-pk"))
    stood = (row for row in decisions if is_after(row.decided_at, moment))
    return next(stood, decisions[-1])


@step(
    starts_from=APPEALABLE,
    may="tries_appeals",
    hindrance=_none_to_try,
    keeps_reason=True,
)
def try_appeal(
    review: SecrecyReview,
    *,
    by: Any,
    appeal: IncomingAppeal,
    timeliness: str,
    reason: str = "",
) -> None:
    """Has it come in time? Too late is dismissed, unless the delay is the authority's
    own fault or the court had it in time (FL 45 §)."""
    refuse_words(review, by=by, reason=reason)
    settle_time(review, appeal, timeliness, reason)
    save(review)
    note("appeal.tried", on=review, by=by, timeliness=timeliness)


def settle_time(of: Any, appeal: IncomingAppeal, timeliness: str, reason: str) -> None:
    """`of`: the review or the hand-out whose appeal it is, here and below."""
    _require_status(of, appeal, Status.TO_TRY)
    late = timeliness == Timeliness.LATE
    save(
        appeal,
        timeliness=timeliness,
        timeliness_reason=keep_if(reason),
        status=Status.DISMISSED if late else Status.TO_HAND_OVER,
    )


@step(starts_from=APPEALABLE, may="serves", hindrance=_none_to_hand_over)
def hand_over_appeal(
    review: SecrecyReview,
    *,
    by: Any,
    appeal: IncomingAppeal,
    court: str,
    handed_over_at: datetime,
    court_number: str = "",
) -> None:
    """The appeal and the file have gone to the court (FL 46 §)."""
    send_to_court(review, appeal, court, handed_over_at, court_number)
    save(review)
    note("appeal.handed_over", on=review, by=by)


def send_to_court(
    of: Any,
    appeal: IncomingAppeal,
    court: str,
    handed_over_at: datetime,
    court_number: str,
) -> None:
    _require_status(of, appeal, Status.TO_HAND_OVER)
    text = _("The time lies before it came in, or in the future.")
    refuse_outside("handed_over_at", handed_over_at, appeal.received_at, text)
    save(
        appeal,
        court=court,
        handed_over_at=handed_over_at,
        court_number=court_number,
        status=Status.AT_COURT,
    )


@step(starts_from=APPEALABLE, may="serves", hindrance=_none_at_court)
def end_appeal(
    review: SecrecyReview,
    *,
    by: Any,
    appeal: IncomingAppeal,
    outcome: str,
    decided_on: date,
    outcome_note: str = "",
    court_number: str = "",
) -> None:
    """What the court has decided. What follows for the case, another step does."""
    refuse_words(review, by=by, outcome_note=outcome_note)
    end_in_court(review, appeal, outcome, decided_on, outcome_note, court_number)
    save(review)
    note("appeal.ended", on=review, by=by, outcome=outcome)


def end_in_court(
    of: Any,
    appeal: IncomingAppeal,
    outcome: str,
    decided_on: date,
    outcome_note: str,
    court_number: str,
) -> None:
    _require_status(of, appeal, Status.AT_COURT)
    handed_over = timezone.localdate(appeal.handed_over_at)
    if not handed_over <= decided_on <= timezone.localdate(clock.now()):
        text = _("The day lies before it was handed over, or in the future.")
        raise ValidationError({"decided_on": text})
    save(
        appeal,
        outcome=outcome,
        decided_on=decided_on,
        outcome_note=keep_if(outcome_note),
        court_number=court_number or appeal.court_number,
        status=Status.ENDED,
    )


def _require_status(of: Any, appeal: IncomingAppeal, status: str) -> None:
    appeal.refresh_from_db()
    if not of.appeals.filter(pk=appeal.pk, status=status).exists():
        raise WrongState(_("The appeal has been dealt with since you opened the page."))
