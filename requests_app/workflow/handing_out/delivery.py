"""What is handed out leaves, with an answer; a decision is asked for."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.disclosure_answer import answer_to
from requests_app.models import DisclosureRequest
from requests_app.models.disclosure_tariff import fee_of
from requests_app.permissions.handing_out import can_hand_out
from requests_app.workflow.content import keep, keep_if
from requests_app.workflow.handing_out.request import WITHOUT
from requests_app.workflow.personal_numbers import refuse_numbers
from requests_app.workflow.step import note, save, step

Status = DisclosureRequest.Status
Way = DisclosureRequest.Way


def _is_not_ready(_may: Any, row: DisclosureRequest) -> str:
    served = row.decisions.exclude(served_at=None)
    if row.documents.reserved().exists() and not served.exists():
        return _("It waits for the reservation to be decided on and served.")
    if row.of_data_subject and row.of_data_subject.settled_at is None:
        return _("It waits for the answer to the data subject.")
    return ""


@step(starts_from=(Status.READY,), may=can_hand_out, hindrance=_is_not_ready)
def deliver(
    row: DisclosureRequest, *, by: Any, how: str, to: str = "", words: str = ""
) -> None:
    """The file and the answer leave as they are; both are kept. Raises ValidationError
    where it is sent to nowhere."""
    if how in (Way.MAIL, Way.LETTER) and not to.strip():
        raise ValidationError({"to": _("Say to what address it is sent.")})
    refuse_numbers(WITHOUT, to=to, words=words)
    fee = fee_of(row, how)
    save(
        row,
        status=Status.ANSWERED,
        fee=fee,
        answer=keep(answer_to(row, words, fee)),
        delivered_how=how,
        delivered_to=keep_if(to),
        delivered_by=by,
        delivered_at=clock.now(),
    )
    note("disclosure_request.delivered", on=row, by=by, sha256=row.file_sha256)


def _is_not_refused(_may: Any, row: DisclosureRequest) -> str:
    if row.of_data_subject_id is not None:
        return _("It was decided on in the answer to the data subject.")
    documents = row.documents.all()
    if documents.exists() and not documents.exclude(outcome="whole").exists():
        return _("Everything was handed out: there is nothing to decide.")
    return ""


@step(starts_from=(Status.ANSWERED,), may=can_hand_out, hindrance=_is_not_refused)
def ask_for_decision(row: DisclosureRequest, *, by: Any) -> None:
    """Whoever was refused something wants it decided by the authority (OSL 6:3)."""
    save(row, status=Status.ASKED, asked_at=clock.now())
    note("disclosure_request.decision_asked", on=row, by=by)
