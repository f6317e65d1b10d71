"""Somebody asks for their own data (GDPR 15): the documents in which they stand, tested
and handed out as all others."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.models import DataSubjectRequest, DisclosureRequest
from requests_app.permissions.handing_out import can_gather_documents
from requests_app.permissions.visibility import readable_by
from requests_app.workflow.content import keep
from requests_app.workflow.disclosure import can_be_tested
from requests_app.workflow.handing_out.document import draw_all
from requests_app.workflow.handing_out.request import WITHOUT, enter_request, take
from requests_app.workflow.personal_numbers import refuse_numbers
from requests_app.workflow.step import note, save, step


def _is_gathered(may: Any, row: DataSubjectRequest) -> str:
    if row.hand_outs.exists():
        return _("Its documents have been gathered: add cases there.")
    return can_be_tested(may, row)


@step(
    starts_from=(DataSubjectRequest.Status.OPEN,),
    may=can_gather_documents,
    hindrance=_is_gathered,
)
def gather_documents(
    row: DataSubjectRequest,
    *,
    by: Any,
    channel: str,
    words: list[str],
    places: Mapping[int, set[str]],
) -> DisclosureRequest:
    """`places`: in which documents of which cases the person was found, of which those
    are taken that `by` reads; who reads others adds them. Raises ValidationError where
    there are none."""
    refuse_numbers(WITHOUT, words="\n".join(words))
    hand_out = enter_request(
        row.authority,
        by,
        channel=channel,
        received_at=row.received_at,
        wording=row.wording,
        reply_to=row.who,
        of_data_subject=row,
        sought=keep("\n".join(words)),
    )
    cases = readable_by(by).filter(pk__in=list(places), authority=row.authority_id)
    number = sum(
        take(hand_out, case, by, places[case.pk]) for case in cases.order_by("pk")
    )
    if not number:
        text = _("No document of a case that you read has any of this.")
        raise ValidationError({"words": text})
    save(row)
    note("data_subject_request.documents_gathered", on=row, by=by, documents=number)
    return hand_out


def draw_gathered(row: DataSubjectRequest, *, by: Any) -> None:
    for hand_out in row.hand_outs.all():
        draw_all(hand_out, by=by)
