"""Typed by hand: corrected, changed at the provider later, answered past us."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import AccessRequest, Arrival, OutsideAnswer, SecrecyReview
from requests_app.permissions.steps import can_correct_entry, can_withdraw
from requests_app.providers.application import Application
from requests_app.workflow import outbox, request_state
from requests_app.workflow.content import keep, keep_file
from requests_app.workflow.intake import revise
from requests_app.workflow.step import note, save, step
from requests_app.workflow.typed_moment import refuse_outside

Status = AccessRequest.Status
# When the portal has taken the answer, or nobody knows of one, whoever gave it is told.
ANSWERABLE = (*AccessRequest.AWAITING, Status.LAPSED, Status.ELSEWHERE)


def _was_not_typed(_may: Any, access_request: AccessRequest) -> str:
    if access_request.received_by in AccessRequest.TYPED:
        return ""
    return _("Nobody typed it in: the provider's own system changes it.")


def _is_not_corrected(rights: Any, access_request: AccessRequest) -> str:
    if access_request.received_by == AccessRequest.ReceivedBy.MANUAL:
        return _is_decided(access_request)
    return _("Nobody typed it in: the provider's own system changes it.")


def _is_not_completed(rights: Any, access_request: AccessRequest) -> str:
    if access_request.comes_incomplete:
        return _is_decided(access_request)
    return _("It came whole: nothing has been left out.")


def _is_decided(access_request: AccessRequest) -> str:
    if SecrecyReview.objects.filter(
        access_request=access_request, decisions__isnull=False
    ).exists():
        return _("It has been decided: record what differs as a change.")
    return ""


@step(
    starts_from=AccessRequest.AWAITING,
    may=can_correct_entry,
    hindrance=_is_not_corrected,
    keeps_reason=True,
)
def correct_entry(
    access_request: AccessRequest,
    *,
    by: Any,
    application: Application,
    payload: bytes,
    reason: str,
) -> None:
    """What was typed wrong. What it was stays as a revision, with who and why.

    Until it is decided: what was proposed goes back to the assessment.
    """
    if application.requested_at == access_request.requested_at:
        _refuse_same(access_request, application)
    revise(
        access_request,
        application,
        by=by,
        payload=payload,
        result=Arrival.Result.CORRECTION,
        reason=reason,
        external_id=application.external_id,
        requested_at=application.requested_at,
        received_at=application.requested_at,
    )


@step(
    starts_from=AccessRequest.AWAITING,
    may=can_correct_entry,
    hindrance=_is_not_completed,
)
def complete_notice(
    access_request: AccessRequest,
    *,
    by: Any,
    application: Application,
    payload: bytes,
    picture: UploadedFile | None = None,
) -> None:
    """What a provider's notice lacks, as its portal shows it; until it is decided."""
    revise(
        access_request,
        application,
        by=by,
        payload=payload,
        result=Arrival.Result.COMPLETION,
        source=keep_file(picture),
    )


def _is_joined(_may: Any, access_request: AccessRequest) -> str:
    if not access_request.audit_id:
        return ""
    return _("It has been joined with %(id)s already.") % {
        "id": access_request.audit_id
    }


@step(may=can_correct_entry, hindrance=_is_joined)
def join_audit_id(
    access_request: AccessRequest, *, by: Any, audit_id: str, reason: str
) -> None:
    """The id by which the provider's audit log calls it, and how somebody knows. Raises
    ValidationError where another request has it."""
    others = AccessRequest.objects.filter(
        connection=access_request.connection_id, audit_id__iexact=audit_id
    )
    if others.exists():
        text = _("Another request of the connection is joined with it.")
        raise ValidationError({"audit_id": text})
    save(access_request, audit_id=audit_id)
    note("request.audit_id_joined", on=access_request, by=by, audit_id=audit_id)


@step(
    starts_from=AccessRequest.AWAITING,
    may=can_correct_entry,
    hindrance=_was_not_typed,
    keeps_reason=True,
)
def record_change(
    access_request: AccessRequest,
    *,
    by: Any,
    application: Application,
    payload: bytes,
    reason: str,
) -> None:
    """The provider has changed in its portal what was typed from there."""
    _refuse_same(access_request, application)
    revise(access_request, application, by=by, payload=payload, reason=reason)


def _refuse_same(access_request: AccessRequest, application: Application) -> None:
    last = access_request.arrivals.exclude(terms_digest="").first()
    if last is not None and last.terms_digest == application.terms_digest:
        raise ValidationError(_("Nothing differs from what stands there already."))


def _is_known(_may: Any, access_request: AccessRequest) -> str:
    if OutsideAnswer.objects.filter(access_request=access_request).exists():
        return _("What was answered has been recorded already.")
    return ""


@step(starts_from=ANSWERABLE, may=can_withdraw, hindrance=_is_known)
def record_outside_answer(
    access_request: AccessRequest,
    *,
    by: Any,
    answer: str,
    given_at: datetime,
    way: str,
    given_by: str,
    account: str,
    reference: str = "",
    proof: UploadedFile | None = None,
) -> OutsideAnswer:
    """Somebody answered past Lockbox: it does not lapse as unanswered. Raises
    WrongState while our own answer is being sent."""
    sent = access_request.requested_at or access_request.received_at
    since = min(sent, access_request.received_at)
    text = _("The time lies before the request was sent, or in the future.")
    refuse_outside("given_at", given_at, since, text)
    outbox.settle(access_request)
    row = OutsideAnswer.objects.create(
        access_request=access_request,
        answer=answer,
        given_at=given_at,
        way=way,
        given_by=given_by,
        account=keep(account),
        reference=reference,
        proof=keep_file(proof),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    if access_request.status != Status.ELSEWHERE:
        request_state.answered_elsewhere(access_request, by=by)
    note("request.outside_answer_recorded", on=access_request, by=by, answer=answer)
    return row
