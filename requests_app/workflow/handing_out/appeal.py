"""A decision on a hand-out is appealed: in the case that it is about, or on the page of
the request where it is about none."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from requests_app.documents.disclosure_decision import last_day_of
from requests_app.models import DisclosureDecision, DisclosureRequest, IncomingAppeal
from requests_app.permissions.handing_out import (
    can_serve_decision,
    can_try_hand_out_appeal,
)
from requests_app.workflow.appeal import (
    end_in_court,
    enter_appeal,
    known_timeliness,
    send_to_court,
    settle_time,
)
from requests_app.workflow.content import keep_if
from requests_app.workflow.step import note, save, step
from requests_app.workflow.typed_moment import refuse_outside

Status = IncomingAppeal.Status
# From when something can have been decided.
APPEALABLE = (
    DisclosureRequest.Status.READY,
    *DisclosureRequest.LEFT,
)


def _is_not_appealable(_may: Any, row: DisclosureRequest) -> str:
    decisions = list(row.decisions.all())
    if not decisions:
        return _("There is no decision to appeal.")
    if not any(made.goes_against for made in decisions):
        return _("Everything is handed out: there is nothing to appeal.")
    return ""


@step(
    starts_from=APPEALABLE,
    may=can_serve_decision,
    hindrance=_is_not_appealable,
)
def register_hand_out_appeal(
    row: DisclosureRequest,
    *,
    by: Any,
    received_at: datetime,
    appellant: str,
    made: DisclosureDecision,
    text: str = "",
) -> IncomingAppeal:
    """From here it is dealt with as every other of the case that it is about: tried for
    its time, and handed over to the court (FL 45-46 §§)."""
    text_of_error = _("The time lies before the decision, or in the future.")
    refuse_outside("received_at", received_at, made.decided_at, text_of_error)
    last_day = last_day_of(made)
    first = row.documents.order_by("pk").first()
    appeal = enter_appeal(
        first.review if first else None,
        by,
        hand_out=made,
        received_at=received_at,
        appellant=appellant,
        text=keep_if(text),
        last_day=last_day,
        timeliness=known_timeliness(last_day, received_at),
    )
    save(row)
    note("appeal.registered", on=appeal.review or row, by=by)
    return appeal


def _none_to_try(_may: Any, row: DisclosureRequest) -> str:
    return _waits_for(row, Status.TO_TRY)


def _none_to_hand_over(_may: Any, row: DisclosureRequest) -> str:
    return _waits_for(row, Status.TO_HAND_OVER)


def _none_at_court(_may: Any, row: DisclosureRequest) -> str:
    return _waits_for(row, Status.AT_COURT)


def _waits_for(row: DisclosureRequest, status: str) -> str:
    waits = row.appeals.filter(status=status).exists()
    return "" if waits else _("No appeal waits for that.")


@step(
    starts_from=APPEALABLE,
    may=can_try_hand_out_appeal,
    hindrance=_none_to_try,
    keeps_reason=True,
)
def try_hand_out_appeal(
    row: DisclosureRequest,
    *,
    by: Any,
    appeal: IncomingAppeal,
    timeliness: str,
    reason: str = "",
) -> None:
    """Has it come in time (FL 45 §)?"""
    settle_time(row, appeal, timeliness, reason)
    save(row)
    note("appeal.tried", on=row, by=by, timeliness=timeliness)


@step(starts_from=APPEALABLE, may=can_serve_decision, hindrance=_none_to_hand_over)
def hand_over_hand_out_appeal(
    row: DisclosureRequest,
    *,
    by: Any,
    appeal: IncomingAppeal,
    court: str,
    handed_over_at: datetime,
    court_number: str = "",
) -> None:
    """The appeal and the file have gone to the court (FL 46 §)."""
    send_to_court(row, appeal, court, handed_over_at, court_number)
    save(row)
    note("appeal.handed_over", on=row, by=by)


@step(starts_from=APPEALABLE, may=can_serve_decision, hindrance=_none_at_court)
def end_hand_out_appeal(
    row: DisclosureRequest,
    *,
    by: Any,
    appeal: IncomingAppeal,
    outcome: str,
    decided_on: date,
    outcome_note: str = "",
    court_number: str = "",
) -> None:
    """What the court has decided."""
    end_in_court(row, appeal, outcome, decided_on, outcome_note, court_number)
    save(row)
    note("appeal.ended", on=row, by=by, outcome=outcome)
