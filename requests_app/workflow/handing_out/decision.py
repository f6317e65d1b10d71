"""The authority decides on a hand-out, and the decision is served."""

import hashlib
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.disclosure_decision import paper_of
from requests_app.documents.render import NotDrawn
from requests_app.models import Content, DisclosureDecision, DisclosureRequest
from requests_app.permissions.handing_out import (
    can_decide_hand_out,
    can_serve_decision,
    hand_out_rule_for,
)
from requests_app.workflow.content import keep
from requests_app.workflow.handing_out.request import WITHOUT
from requests_app.workflow.handing_out.sheets import PDF
from requests_app.workflow.personal_numbers import refuse_numbers
from requests_app.workflow.step import WrongState, note, require, save, step
from requests_app.workflow.typed_moment import refuse_outside

Status = DisclosureRequest.Status


@step(starts_from=(Status.ASKED,), may=can_decide_hand_out)
def decide_hand_out(
    row: DisclosureRequest, *, by: Any, outcome: str, reasons: str
) -> DisclosureDecision:
    """Signed by whom an item of delegation lets decide on hand-outs, who tested and
    masked nothing in it. Raises WrongState where no paper can be drawn up."""
    refuse_numbers(WITHOUT, reasons=reasons)
    made = sign(row, by, outcome, reasons)
    save(row, status=Status.DECIDED)
    note("disclosure_request.decided", on=row, by=by, outcome=outcome)
    return made


def sign(
    row: DisclosureRequest,
    by: Any,
    outcome: str,
    reasons: str,
    prohibition: Content | None = None,
) -> DisclosureDecision:
    rule = hand_out_rule_for(by, row.authority_id)
    require(rule is not None)
    assert rule is not None  # noqa: S101 — the line above
    made = DisclosureDecision(
        request=row,
        outcome=outcome,
        prohibition=prohibition,
        reasons=keep(reasons),
        delegation_rule=rule,
        delegation_snapshot=rule.snapshot(),
        decided_by=by,
        decided_at=clock.now(),
    )
    try:
        paper = paper_of(made)
    except NotDrawn as error:
        text = _("The paper can not be drawn up here: %(why)s") % {"why": error}
        raise WrongState(text) from error
    made.paper = keep(paper, PDF, f"{row.number}-beslut.pdf")
    made.sha256 = hashlib.sha256(paper).hexdigest()
    made.save()
    return made


def _is_served(_may: Any, row: DisclosureRequest) -> str:
    if not row.decisions.exists():
        return _("Nothing has been decided yet.")
    is_served = not row.decisions.filter(served_at=None).exists()
    return _("The decision has been served already.") if is_served else ""


@step(
    starts_from=(Status.READY, Status.DECIDED),
    may=can_serve_decision,
    hindrance=_is_served,
)
def serve_hand_out_decision(
    row: DisclosureRequest, *, by: Any, served_at: datetime
) -> None:
    """From then on three weeks run (FL 44 §), and a reservation binds."""
    made = row.decisions.get(served_at=None)
    text = _("The time lies before the decision, or in the future.")
    refuse_outside("served_at", served_at, made.decided_at, text)
    save(made, served_at=max(served_at, made.decided_at), served_by=by)
    save(row)
    note("disclosure_request.decision_served", on=row, by=by)
