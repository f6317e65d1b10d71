"""Requests of data subjects: recorded, made sure whose they are, extended, answered."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.documents.data_subject_answer import answer_to
from requests_app.law.time_to_answer import MONTHS_EXTENDED, answer_by
from requests_app.models import Authority, DataSubjectRequest, DisclosureRequest
from requests_app.permissions.data_subject_request import (
    can_handle_request,
    can_record_request,
    can_settle_request,
)
from requests_app.workflow.content import keep
from requests_app.workflow.personal_numbers import refuse_numbers
from requests_app.workflow.step import note, require, save, step
from requests_app.workflow.typed_moment import refuse_future

Status = DataSubjectRequest.Status
WITHOUT = gettext_lazy("A personal number stands here. Write who it is without it.")


@step
def record_data_subject_request(
    authority: Authority,
    *,
    by: Any,
    kind: str,
    received_at: datetime,
    account: Any = None,
    who: str,
    wording: str,
) -> DataSubjectRequest:
    """The month runs from when it came, whoever records it and when (GDPR 12.3).
    Raises ValidationError for a time to come, and for a personal number."""
    require(can_record_request(by, authority.pk))
    refuse_future("received_at", received_at)
    refuse_numbers(WITHOUT, who=who, wording=wording)
    row = DataSubjectRequest(
        authority=authority,
        kind=kind,
        received_at=received_at,
        due_at=answer_by(received_at),
        account=account,
        who=keep(who),
        wording=keep(wording),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    save(row)
    note("data_subject_request.recorded", on=row, by=by, right=kind)
    return row


@step(starts_from=(Status.OPEN,), may=can_handle_request)
def identify(row: DataSubjectRequest, *, by: Any, identity: str) -> None:
    """It is known who asks, and how (GDPR 12.6)."""
    save(row, identity=identity)
    note("data_subject_request.identified", on=row, by=by, identity=identity)


def _is_extensible(_may: Any, row: DataSubjectRequest) -> str:
    if row.extended_at is not None:
        return _("It has been extended already, and that can be done once.")
    if clock.now() > row.due_at:
        return _("The month is over: only within it can more time be taken.")
    return ""


@step(
    starts_from=(Status.OPEN,),
    may=can_handle_request,
    hindrance=_is_extensible,
    keeps_reason=True,
)
def extend(row: DataSubjectRequest, *, by: Any, reason: str) -> None:
    """Two months more, for many or difficult requests; the person is told why within
    the first (GDPR 12.3)."""
    refuse_numbers(WITHOUT, reason=reason)
    save(
        row,
        due_at=answer_by(row.received_at, MONTHS_EXTENDED),
        extended_at=clock.now(),
        extension_reason=keep(reason),
    )
    note("data_subject_request.extended", on=row, by=by)


def _is_being_tested(_may: Any, row: DataSubjectRequest) -> str:
    ready = DisclosureRequest.Status.READY
    if tested := row.hand_outs.exclude(status=ready).first():
        text = _("Its documents are being tested: %(number)s.")
        return text % {"number": tested}
    return ""


@step(starts_from=(Status.OPEN,), may=can_settle_request, hindrance=_is_being_tested)
def settle(row: DataSubjectRequest, *, by: Any, status: str, reasons: str) -> None:
    """Answered, in words that are kept as they are sent. Raises ValidationError where
    something is given and it is not known to whom."""
    refuse_numbers(WITHOUT, reasons=reasons)
    if status != Status.REFUSED and not row.identity:
        text = _("First say how it is known who asks: nothing is given before.")
        raise ValidationError({"status": text})
    if status == Status.REFUSED and row.hand_outs.exclude(file=None).exists():
        text = _("Documents are given: grant it in part, or send them back first.")
        raise ValidationError({"status": text})
    save(
        row,
        status=status,
        reasons=keep(reasons),
        answer=keep(answer_to(row, status, reasons)),
        settled_by=by,
        settled_at=clock.now(),
    )
    note("data_subject_request.settled", on=row, by=by, status=status)
