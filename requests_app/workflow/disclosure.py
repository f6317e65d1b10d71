"""What a data subject is given of each case: tested by somebody who reads it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import DataSubjectRequest, Disclosure
from requests_app.permissions.data_subject_request import can_handle_request
from requests_app.permissions.involvement_of import can_read
from requests_app.workflow.content import keep, keep_if
from requests_app.workflow.data_subject_request import WITHOUT
from requests_app.workflow.personal_numbers import refuse_numbers
from requests_app.workflow.step import note, require, save, step


def can_be_tested(_may: Any, row: DataSubjectRequest) -> str:
    if row.kind != DataSubjectRequest.Kind.ACCESS:
        return _("Only who asks for access is given an extract.")
    if not row.identity:
        return _("First say how it is known who asks: nothing is given before.")
    return ""


@step(
    starts_from=(DataSubjectRequest.Status.OPEN,),
    may=can_handle_request,
    hindrance=can_be_tested,
)
def disclose(
    row: DataSubjectRequest,
    *,
    by: Any,
    review: Any = None,
    given: str,
    provision: Any = None,
    why: str,
) -> Disclosure:
    """Once of each case; `review` is None of what belongs to none. Raises
    ValidationError at the field that is wrong."""
    if review is not None:
        require(can_read(by, review) and review.authority_id == row.authority_id)
    if row.disclosures.filter(review=review).exists():
        raise ValidationError({"review": _("This has been tested already.")})
    _refuse_half(given, provision, why)
    disclosure = Disclosure(
        request=row,
        review=review,
        given=keep_if(given),
        provision=provision,
        why=keep(why) if provision else None,
        tested_by=by,
        tested_at=clock.now(),
    )
    save(disclosure)
    save(row)
    note("data_subject_request.tested", on=row, by=by)
    return disclosure


def _refuse_half(given: str, provision: Any, why: str) -> None:
    """Something is given, or it is kept back by a provision, with why; or both."""
    if not given.strip() and provision is None:
        text = _("Write what is given, or by which provision it is kept back.")
        raise ValidationError({"given": text})
    if (provision is None) != (not why.strip()):
        text = _("What is kept back needs both a provision and why.")
        raise ValidationError({"why": text})
    refuse_numbers(WITHOUT, given=given)
