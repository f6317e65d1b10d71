"""The authority decides on what an official kept back, and the decision is served."""

import hashlib
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.disclosure_decision import last_day_of, paper_on
from requests_app.documents.render import NotDrawn
from requests_app.models import (
    DisclosureDecision,
    DisclosureRequest,
    IncomingAppeal,
)
from requests_app.permissions.handing_out import (
    can_decide_hand_out,
    can_serve_decision,
    hand_out_rule_for,
)
from requests_app.workflow.appeal import enter_appeal
from requests_app.workflow.content import keep, keep_if
from requests_app.workflow.handing_out.request import WITHOUT
from requests_app.workflow.handing_out.sheets import PDF
from requests_app.workflow.personal_numbers import refuse_numbers
from requests_app.workflow.step import WrongState, note, require, save, step
from requests_app.workflow.typed_moment import refuse_outside

Status = DisclosureRequest.Status
Timeliness = IncomingAppeal.Timeliness


@step(starts_from=(Status.ASKED,), may=can_decide_hand_out)
def decide_hand_out(
    row: DisclosureRequest, *, by: Any, outcome: str, reasons: str
) -> DisclosureDecision:
    """Signed by whom an item of delegation lets decide on hand-outs, who tested and
    masked nothing in it. Raises WrongState where no paper can be drawn up."""
    rule = hand_out_rule_for(by, row.authority_id)
    require(rule is not None)
    assert rule is not None  # noqa: S101 — the line above
    refuse_numbers(WITHOUT, reasons=reasons)
    now = clock.now()
    try:
        paper = paper_on(row, outcome, reasons, rule, by, now)
    except NotDrawn as error:
        text = _("The paper can not be drawn up here: %(why)s") % {"why": error}
        raise WrongState(text) from error
    decision = DisclosureDecision.objects.create(
        request=row,
        outcome=outcome,
        reasons=keep(reasons),
        delegation_rule=rule,
        delegation_snapshot=rule.snapshot(),
        paper=keep(paper, PDF, f"{row.number}-beslut.pdf"),
        sha256=hashlib.sha256(paper).hexdigest(),
        decided_by=by,
        decided_at=now,
    )
    save(row, status=Status.DECIDED)
    note("disclosure_request.decided", on=row, by=by, outcome=outcome)
    return decision


def _is_served(_may: Any, row: DisclosureRequest) -> str:
    is_served = row.decision.served_at is not None
    return _("The decision has been served already.") if is_served else ""


@step(starts_from=(Status.DECIDED,), may=can_serve_decision, hindrance=_is_served)
def serve_hand_out_decision(
    row: DisclosureRequest, *, by: Any, served_at: datetime
) -> None:
    """From then on three weeks run (FL 44 §)."""
    text = _("The time lies before the decision, or in the future.")
    refuse_outside("served_at", served_at, row.decision.decided_at, text)
    decided = row.decision.decided_at
    save(row.decision, served_at=max(served_at, decided), served_by=by)
    save(row)
    note("disclosure_request.decision_served", on=row, by=by)


def _is_not_appealable(_may: Any, row: DisclosureRequest) -> str:
    if not row.decision.goes_against:
        return _("Everything is handed out: there is nothing to appeal.")
    if not row.documents.exists():
        return _("It is of no case: hand the appeal over to the court by hand.")
    return ""


@step(
    starts_from=(Status.DECIDED,),
    may=can_serve_decision,
    hindrance=_is_not_appealable,
)
def register_hand_out_appeal(
    row: DisclosureRequest,
    *,
    by: Any,
    received_at: datetime,
    appellant: str,
    text: str = "",
) -> IncomingAppeal:
    """From here it is dealt with as every other of the case that it is about: tried for
    its time, and handed over to the court (FL 45-46 §§)."""
    decision = row.decision
    text_of_error = _("The time lies before the decision, or in the future.")
    refuse_outside("received_at", received_at, decision.decided_at, text_of_error)
    last_day = last_day_of(decision)
    in_time = last_day is not None and timezone.localdate(received_at) <= last_day
    appeal = enter_appeal(
        row.documents.order_by("pk")[0].review,
        by,
        hand_out=decision,
        received_at=received_at,
        appellant=appellant,
        text=keep_if(text),
        last_day=last_day,
        timeliness=Timeliness.IN_TIME if in_time else Timeliness.NOT_TRIED,
    )
    save(row)
    note("appeal.registered", on=appeal.review, by=by)
    return appeal
