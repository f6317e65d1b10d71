"""One document for one who asks: its pages drawn, its places judged, what is given."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    Content,
    DisclosedDocument,
    DisclosureRequest,
    Provision,
    Redaction,
)
from requests_app.permissions.handing_out import can_hand_out, can_test
from requests_app.redaction import NotTurned
from requests_app.workflow.content import keep, keep_if
from requests_app.workflow.handing_out.drawing import Drawing, drawing_of
from requests_app.workflow.handing_out.sheets import PDF, Place
from requests_app.workflow.step import WrongState, lock, note, require, save, step

Outcome = DisclosedDocument.Outcome
Status = Redaction.Status


def _is_open(_may: Any, document: DisclosedDocument) -> str:
    if document.request.status != DisclosureRequest.Status.OPEN:
        return _("The hand-out is no longer being tested.")
    if document.outcome == Outcome.NONE:
        return _("It is no official document: there is nothing to hand out.")
    return ""


def _is_to_be_drawn(may: Any, document: DisclosedDocument) -> str:
    if document.pages is not None:
        return _("Its pages have been drawn already.")
    return _is_open(may, document)


@step(may=can_test, hindrance=_is_to_be_drawn)
def draw(document: DisclosedDocument, *, by: Any, drawing: Drawing) -> None:
    """Its texts and files as pages, which stay as they are now; with places that are
    proposed to be masked."""
    paper = keep(drawing.paper, PDF) if drawing.paper else None
    save(document, paper=paper, pages=drawing.pages)
    for place in drawing.places:
        provision = place.term.provision
        _put(document, by, place, status=Status.PROPOSED, provision_id=provision)
    note("disclosed_document.drawn", on=document, by=by, pages=drawing.pages)


def draw_all(row: DisclosureRequest, *, by: Any) -> None:
    """What can be drawn: each on its own, so that one that can't hinders no other."""
    for document in row.documents.untested().filter(pages=None):
        try:
            draw(document, by=by, drawing=drawing_of(document))
        except (NotTurned, WrongState):
            continue


@step(may=can_test, hindrance=_is_open)
def hand_out_whole(document: DisclosedDocument, *, by: Any) -> None:
    """Nothing of it is secret for whoever asks."""
    _give(document, by)


@step(starts_from=(DisclosureRequest.Status.OPEN,), may=can_hand_out)
def hand_out_as_proposed(
    row: DisclosureRequest,
    *,
    by: Any,
    documents: Sequence[DisclosedDocument],
    provision: Provision | None = None,
    why: str = "",
) -> None:
    """What is proposed in them is masked, by the provision where no earlier hand-out
    says another; where nothing is, they are handed out whole. Raises ValidationError
    where a provision is needed."""
    for document in documents:
        require(document.request_id == row.pk and can_test(by, document))
        lock(document)
        proposed = list(document.redactions.filter(status=Status.PROPOSED))
        if not proposed:
            _give(document, by)
            continue
        _judge(document, by, Judged(masked=proposed, provision=provision, why=why))
    save(row)


@step(may=can_test, hindrance=_is_open)
def keep_back(
    document: DisclosedDocument, *, by: Any, provision: Provision, reasons: str
) -> None:
    """All of it, by a provision (TF 2:2)."""
    _tested(document, by, Outcome.REFUSED, provision, keep(reasons))


@step(may=can_test, hindrance=_is_open)
def judge(
    document: DisclosedDocument,
    *,
    by: Any,
    masked: Sequence[Redaction] = (),
    given: Sequence[Redaction] = (),
    chosen: Sequence[Place] = (),
    is_masked: bool = True,
    provision: Provision | None = None,
    why: str = "",
) -> None:
    """Places are masked by a provision, or handed out. `chosen`: new ones, of which
    `is_masked` tells. Raises ValidationError where nothing is chosen, or no
    provision."""
    if not (masked or given or chosen):
        raise ValidationError(_("Choose a place on the page."))
    _judge(document, by, Judged(masked, given, chosen, is_masked, provision, why))


class Judged(NamedTuple):
    """What somebody made of places of a document."""

    masked: Sequence[Redaction] = ()
    given: Sequence[Redaction] = ()
    chosen: Sequence[Place] = ()
    is_masked: bool = True
    provision: Provision | None = None
    why: str = ""

    @property
    def lacks_provision(self) -> bool:
        """What was masked before has one of its own."""
        new = any(row.provision is None for row in self.masked)
        return self.provision is None and (new or bool(self.chosen) and self.is_masked)


def _judge(document: DisclosedDocument, by: Any, judged: Judged) -> None:
    if text := _is_open(None, document):
        raise WrongState(text)
    if judged.lacks_provision:
        text = _("Say by which provision it is masked.")
        raise ValidationError({"provision": text})
    reason = keep_if(judged.why)
    for row in judged.masked:
        _mark(row, by, Status.MASKED, row.provision or judged.provision, reason)
    for row in judged.given:
        _mark(row, by, Status.GIVEN, None, reason)
    status = Status.MASKED if judged.is_masked else Status.GIVEN
    by_which = judged.provision if judged.is_masked else None
    values = {"status": status, "provision": by_which, "why": reason}
    for place in judged.chosen:
        _put(document, by, place, **values)
    if document.redactions.filter(status=Status.MASKED).exists():
        _tested(document, by, Outcome.PARTLY)
    elif document.outcome == Outcome.PARTLY:
        # Nothing is masked any more: somebody has to say what becomes of it.
        untested = {"tested_by": None, "tested_at": None, "reserved_by": None}
        save(document, outcome="", **untested)
    else:
        save(document)
    note("disclosed_document.places_judged", on=document, by=by)


def _give(document: DisclosedDocument, by: Any) -> None:
    if text := _is_open(None, document):
        raise WrongState(text)
    for row in document.redactions.exclude(status=Status.GIVEN):
        _mark(row, by, Status.GIVEN, None, None)
    _tested(document, by, Outcome.WHOLE)


def _tested(
    document: DisclosedDocument,
    by: Any,
    outcome: str,
    provision: Provision | None = None,
    reasons: Content | None = None,
) -> None:
    is_given = outcome in DisclosedDocument.GIVEN
    save(
        document,
        outcome=outcome,
        provision=provision,
        reasons=reasons,
        reserved_by=document.reserved_by if is_given else None,
        tested_by=by,
        tested_at=clock.now(),
    )
    note("disclosed_document.tested", on=document, by=by, outcome=outcome)


def _mark(
    row: Redaction,
    by: Any,
    status: str,
    provision: Provision | None,
    why: Content | None,
) -> None:
    save(
        row,
        status=status,
        provision=provision,
        why=why,
        made_by=by,
        made_at=clock.now(),
    )


def _put(document: DisclosedDocument, by: Any, place: Place, **values: Any) -> None:
    left, top, right, bottom = place.box
    save(
        Redaction(
            of_document=document,
            page=place.page,
            left=left,
            top=top,
            right=right,
            bottom=bottom,
            words=keep(place.words),
            source=place.term.source,
            before_id=place.term.before,
            made_by=by,
            made_at=clock.now(),
            **values,
        )
    )
