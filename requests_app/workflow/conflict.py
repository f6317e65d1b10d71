"""Conflicts of interest: declared by whoever takes part, before they do."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    ConflictDeclaration,
    Proposal,
    SecrecyReview,
)
from requests_app.models.key_in_array import is_in_matter
from requests_app.words.in_record import in_record
from requests_app.workflow import assignment, request_state, seen_revision
from requests_app.workflow.content import keep_if
from requests_app.workflow.request_state import withdraw_open
from requests_app.workflow.step import note, save, step

Status = SecrecyReview.Status
Stage = ConflictDeclaration.Stage
CONFLICT = gettext_lazy("conflict of interest")
UNDECLARED = gettext_lazy(
    "Tick that you have no conflict of interest. If you have one, declare it with the"
    " button on the page of the case."
)


@step(starts_from=(*SecrecyReview.OPEN, Status.DECIDED), may="declares")
def declare(
    review: SecrecyReview,
    *,
    by: Any,
    stage: str,
    has_conflict: bool,
    ground: str = "",
    text: str = "",
) -> None:
    """Declare a conflict of interest, or that there is none, before taking part.

    A conflict shuts the person out at once; the case goes back to be assigned.
    """
    if has_conflict:
        declare_conflict(review, by=by, stage=stage, ground=ground, text=text)
        return
    _declare(review, by=by, stage=stage, has_conflict=False, text=text)


def declare_conflict(
    review: SecrecyReview,
    *,
    by: Any,
    ground: str,
    text: str = "",
    stage: str = Stage.ASSESSMENT,
) -> None:
    """Inside a step: whoever has a conflict says so, and is shut out of the matter."""
    _declare(review, by=by, stage=stage, has_conflict=True, ground=ground, text=text)
    shut_out(by, review.access_request, read=review)


def _declare(
    review: SecrecyReview,
    *,
    by: Any,
    stage: str,
    has_conflict: bool,
    ground: str = "",
    text: str = "",
) -> None:
    ConflictDeclaration.objects.create(
        review=review,
        person=by,
        stage=stage,
        has_conflict=has_conflict,
        ground=ground,
        text=keep_if(text),
        declared_at=clock.now(),
    )
    note("conflict.declared", on=review, by=by, stage=stage, conflict=has_conflict)


def shut_out(
    person: Any, access_request: AccessRequest, *, read: SecrecyReview | None = None
) -> None:
    """Inside a step: whoever has a conflict works on no review of the matter any more,
    and nothing that they proposed is decided. `read`: the one that the step has."""
    in_matter = is_in_matter("access_request", access_request.pk)
    running = SecrecyReview.objects.live().exclude(status=Status.CLOSED)
    for review in running.filter(in_matter).order_by("pk"):
        _shut_out_of(read if read is not None and read == review else review, person)


def _shut_out_of(review: SecrecyReview, person: Any) -> None:
    withdraw_open(review.consultations.filter(person=person.pk))
    assignment.take_back(review, person, reason=in_record(CONFLICT))
    own = review.proposals.filter(status=Proposal.Status.OPEN, proposed_by=person)
    was_officer = review.case_officer_id == person.pk
    if not was_officer and not own.exists():
        return
    request_state.overtake_proposals(review)
    still_open = review.status in SecrecyReview.OPEN
    if was_officer:
        save(review, case_officer=None)
    if still_open:
        save(review, status=request_state.back_to_work(review))


def take_part(review: SecrecyReview, *, by: Any, stage: str, declared: bool) -> None:
    """Inside a step: nobody takes part without having declared at this stage."""
    seen_revision.mark(review, by=by, act=stage)
    earlier = review.conflict_declarations.filter(
        person=by, stage=stage, has_conflict=False
    )
    if earlier.exists():
        return
    if not declared:
        raise ValidationError({"no_conflict": UNDECLARED})
    ConflictDeclaration.objects.create(
        review=review,
        person=by,
        stage=stage,
        has_conflict=False,
        declared_at=clock.now(),
    )
