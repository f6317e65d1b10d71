"""What is handed out only with a reservation: whom it binds, and what is decided."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.law.terms import names_a_person
from requests_app.models import (
    DisclosedDocument,
    DisclosureDecision,
    DisclosureRequest,
    Provision,
)
from requests_app.permissions.handing_out import can_decide_hand_out, can_hand_out
from requests_app.permissions.involvement_of import can_read
from requests_app.workflow.content import keep, keep_if
from requests_app.workflow.handing_out.decision import sign
from requests_app.workflow.handing_out.request import WITHOUT
from requests_app.workflow.personal_numbers import refuse_numbers
from requests_app.workflow.step import lock, note, require, save, step

Status = DisclosureRequest.Status


def _gives_nothing(_may: Any, row: DisclosureRequest) -> str:
    if row.of_data_subject_id is not None:
        return _("What is kept about somebody is given to them without a reservation.")
    if not row.documents.given().exists():
        return _("Nothing is to be handed out yet.")
    return ""


@step(starts_from=(Status.OPEN,), may=can_hand_out, hindrance=_gives_nothing)
def reserve(
    row: DisclosureRequest,
    *,
    by: Any,
    documents: Sequence[DisclosedDocument],
    provision: Provision | None = None,
    bound: str = "",
) -> None:
    """These are given only with a reservation, the others without. Raises
    ValidationError where nobody is bound, or no reservation helps (OSL 10:14)."""
    if documents:
        _refuse_in_vain(provision, bound)
        refuse_numbers(WITHOUT, bound=bound)
    for document in row.documents.given():
        reserved_by = provision if document in documents else None
        if document.reserved_by != reserved_by:
            require(can_read(by, document.review))
            lock(document)
            save(document, reserved_by=reserved_by)
    save(row, bound=keep_if(bound.strip()) if documents else None)
    note("disclosure_request.reserved", on=row, by=by, documents=len(documents))


def _refuse_in_vain(provision: Provision | None, bound: str) -> None:
    if not bound.strip():
        text = _(
            "A reservation binds somebody who is known. Ask who they are; whoever does"
            " not say gets what can be given without (OSL 10:14)."
        )
        raise ValidationError({"bound": text})
    if not names_a_person(bound.strip()):
        text = _("Write the first name and surname of a person: “%(odd)s” names none.")
        raise ValidationError({"bound": text % {"odd": bound.strip()}})
    if provision is None:
        text = _("Say by which provision it would be kept back otherwise.")
        raise ValidationError({"provision": text})
    if provision.harm_test == Provision.HarmTest.ABSOLUTE:
        text = _("This secrecy is absolute: a reservation takes no risk away.")
        raise ValidationError({"provision": text})


def _is_not_to_be_reserved(_may: Any, row: DisclosureRequest) -> str:
    if not row.documents.reserved().exists():
        return _("Nothing of it is to be handed out with a reservation.")
    if row.decisions.exists():
        return _("The reservation has been decided on.")
    return ""


@step(
    starts_from=(Status.READY,),
    may=can_decide_hand_out,
    hindrance=_is_not_to_be_reserved,
)
def decide_reservation(
    row: DisclosureRequest, *, by: Any, prohibition: str, reasons: str
) -> DisclosureDecision:
    """By whom an item of delegation lets decide on hand-outs; it binds from when it is
    served. Raises WrongState where no paper can be drawn up."""
    refuse_numbers(WITHOUT, prohibition=prohibition, reasons=reasons)
    outcome = DisclosureDecision.Outcome.RESERVED
    made = sign(row, by, outcome, reasons, keep(prohibition))
    save(row)
    note("disclosure_request.reservation_decided", on=row, by=by)
    return made
