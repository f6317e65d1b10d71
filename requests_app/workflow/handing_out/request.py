"""Requests for documents: recorded with the next number, and with cases."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.documents.case_documents import CaseDocument, documents_of
from requests_app.models import (
    Authority,
    DisclosedDocument,
    DisclosureRequest,
    SecrecyReview,
)
from requests_app.permissions.handing_out import can_hand_out, can_record_hand_out
from requests_app.permissions.involvement_of import can_read
from requests_app.workflow.content import keep, keep_if
from requests_app.workflow.personal_numbers import refuse_numbers
from requests_app.workflow.series import lock_series, next_in_series
from requests_app.workflow.step import note, require, save, step
from requests_app.workflow.typed_moment import refuse_future

Status = DisclosureRequest.Status
# Nobody has to say who they are.
WITHOUT = gettext_lazy("A personal number stands here. Write it without.")


@step
def record_disclosure_request(
    authority: Authority,
    *,
    by: Any,
    channel: str,
    received_at: datetime,
    wording: str,
    reply_to: str = "",
    is_party: bool = False,
    case: SecrecyReview | None = None,
) -> DisclosureRequest:
    """Nobody says who asks or why (TF 2:18). Raises ValidationError for a time to come,
    and for a personal number."""
    require(can_record_hand_out(by, authority.pk))
    refuse_future("received_at", received_at)
    refuse_numbers(WITHOUT, wording=wording, reply_to=reply_to)
    row = enter_request(
        authority,
        by,
        channel=channel,
        received_at=received_at,
        wording=keep(wording),
        reply_to=keep_if(reply_to),
        is_party=is_party,
    )
    if case is not None:
        take(row, case, by)
    return row


def enter_request(authority: Authority, by: Any, **values: Any) -> DisclosureRequest:
    lock_series(authority.pk)
    at = clock.now()
    number = next_in_series(DisclosureRequest.objects.all(), authority.pk, at, "U")
    row = DisclosureRequest(
        authority=authority,
        number=number.text,
        year=number.year,
        sequence=number.sequence,
        recorded_by=by,
        recorded_at=at,
        **values,
    )
    save(row)
    note("disclosure_request.recorded", on=row, by=by)
    return row


@step(starts_from=(Status.OPEN,), may=can_hand_out)
def take_in(
    row: DisclosureRequest,
    *,
    by: Any,
    case: SecrecyReview,
    places: set[str] | None = None,
) -> None:
    """The documents of one more case, or those that have come since. Raises
    ValidationError where there are none."""
    if not take(row, case, by, places):
        text = _("All documents of that case are here already.")
        raise ValidationError({"case": text})
    save(row)


def take(
    row: DisclosureRequest, case: SecrecyReview, by: Any, places: set[str] | None = None
) -> int:
    """`places`: keys or kinds of the documents that are taken; None for all."""
    require(case.authority_id == row.authority_id and can_read(by, case))
    here = set(row.documents.filter(review=case).values_list("key", flat=True))
    new = [
        one
        for one in documents_of(case)
        if one.key not in here and (places is None or {one.key, one.kind} & places)
    ]
    for one in new:
        save(_document(row, case, one))
    note("disclosure_request.case_taken_in", on=row, by=by, documents=len(new))
    return len(new)


def _document(
    row: DisclosureRequest, case: SecrecyReview, one: CaseDocument
) -> DisclosedDocument:
    why_not = "" if one.is_official else one.why_not or _("not drawn up yet (TF 2:10)")
    return DisclosedDocument(
        request=row,
        review=case,
        key=one.key,
        name=keep(one.name),
        outcome=DisclosedDocument.Outcome.NONE if why_not else "",
        reasons=keep_if(why_not),
    )
