"""Registering, assigning, declaring conflicts, stopping and closing a review."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app import permissions
from requests_app.models import (
    AccessRequest,
    Authority,
    ConflictDeclaration,
    Consultation,
    SecrecyReview,
)
from requests_app.workflow import assignment, standing
from requests_app.workflow.content import keep_if
from requests_app.workflow.drafts import forget_drafts_on
from requests_app.workflow.step import WrongState, lock, note, require, save, step

Status = SecrecyReview.Status
Stage = ConflictDeclaration.Stage
Protection = SecrecyReview.SecurityProtection

# A review is registered as long as it has no number, whatever else has happened to it.
REGISTRABLE = (*SecrecyReview.OPEN, Status.LAPSED, Status.STOPPED)

# Statuses of a request that is over, and whose reviews can be closed.
OVER = (
    AccessRequest.Status.ANSWERED,
    AccessRequest.Status.ACCESS_ENDED,
    AccessRequest.Status.LAPSED,
    AccessRequest.Status.WITHDRAWN,
    AccessRequest.Status.ELSEWHERE,
)


@step
def register(
    review: SecrecyReview,
    *,
    by: Any,
    public_subject: str,
    protected_subject: str = "",
    diary_number: str = "",
) -> None:
    """Enter the review in the register (OSL 5:1–2).

    Without a number from the city's diary it gets the next of our own series:
    the authority's code, the year, four digits.
    """
    lock(review, *REGISTRABLE)
    require(permissions.can_register(by, review))
    if review.diary_number:
        raise WrongState(
            _("The review is registered already, with diary number %(number)s.")
            % {"number": review.diary_number}
        )
    if protected_subject and permissions.involvement(by, review).is_stopped:
        raise ValidationError(
            {
                "protected_subject": _(
                    "A stopped review keeps no protected text: leave the field empty."
                )
            }
        )
    # Registrations of one authority wait for each other: the numbers have no gaps.
    Authority.objects.select_for_update().get(pk=review.authority_id)
    number = _typed_number(review, diary_number) or _next_number(review)
    status = Status.REGISTERED if review.status == Status.NEW else review.status
    save(
        review,
        **number,
        public_subject=public_subject,
        protected_subject=keep_if(protected_subject),
        registered_at=clock.now(),
        status=status,
    )
    note("review.registered", on=review, by=by)


def _typed_number(review: SecrecyReview, typed: str) -> dict[str, Any] | None:
    """A number from the city's diary. Ours are given in order, not typed."""
    if not typed:
        return None
    if re.fullmatch(rf"{re.escape(review.authority.code)} \d{{4}}-\d{{4,}}", typed):
        raise ValidationError(
            {"diary_number": _("This is a number of our own series: leave it empty.")}
        )
    taken = SecrecyReview.objects.filter(
        authority=review.authority_id, diary_number=typed
    )
    if taken.exists():
        raise ValidationError(
            {
                "diary_number": _(
                    "The diary number is already taken. Check it in the diary, or leave"
                    " it empty for the next of our own series."
                )
            }
        )
    return {"diary_number": typed}


def _next_number(review: SecrecyReview) -> dict[str, Any]:
    year = timezone.localtime(clock.now()).year
    series = SecrecyReview.objects.filter(
        authority=review.authority_id, diary_year=year
    )
    number = (series.aggregate(last=Max("diary_sequence"))["last"] or 0) + 1
    return {
        "diary_number": f"{review.authority.code} {year}-{number:04d}",
        "diary_year": year,
        "diary_sequence": number,
    }


@step
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
    lock(review, *SecrecyReview.OPEN, Status.DECIDED)
    require(permissions.can_declare(by, review))
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
    """Inside a step: who has a conflict says so, and is shut out of the matter."""
    _declare(review, by=by, stage=stage, has_conflict=True, ground=ground, text=text)
    _shut_out(review, by=by)


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


def _shut_out(review: SecrecyReview, *, by: Any) -> None:
    """Who has a conflict works on no review of the request any more."""
    for other in standing.live_reviews(review.access_request):
        if other.pk == review.pk:
            other = review
        _end_consultations(other.consultations.filter(person=by.pk))
        was_officer = other.case_officer_id == by.pk
        assignment.take_back(other, by, reason=_("conflict of interest"))
        if was_officer:
            standing.overtake_proposals(other)
            still_open = other.status in SecrecyReview.OPEN
            save(other, case_officer=None)
            if still_open:
                save(other, status=standing.back_to_work(other))


def _end_consultations(rows: QuerySet[Consultation]) -> None:
    for row in rows.filter(status=Consultation.Status.OPEN):
        save(row, status=Consultation.Status.WITHDRAWN)


def take_part(review: SecrecyReview, *, by: Any, stage: str, declared: bool) -> None:
    """Inside a step: nobody takes part without having declared at this stage."""
    earlier = review.conflict_declarations.filter(
        person=by, stage=stage, has_conflict=False
    )
    if earlier.exists():
        return
    if not declared:
        raise ValidationError(
            {
                "no_conflict": _(
                    "Tick that you have no conflict of interest. If you have one,"
                    " declare it with the button on the page of the case."
                )
            }
        )
    ConflictDeclaration.objects.create(
        review=review,
        person=by,
        stage=stage,
        has_conflict=False,
        declared_at=clock.now(),
    )


@step
def stop(review: SecrecyReview, *, by: Any, level: str) -> None:
    """Stop for security protection: approval is impossible from here on (1.3).

    Takes no text on purpose: the case keeps a neutral stub and nothing else.
    """
    lock(review, *SecrecyReview.OPEN, Status.DECIDED)
    require(permissions.can_stop(by, review))
    if level not in (Protection.SUSPECTED, Protection.YES):
        raise ValidationError(
            {"level": _("Choose whether it can not be ruled out, or occurs.")}
        )
    halt(review, level=level, by=by)


def halt(review: SecrecyReview, *, level: str, by: Any) -> None:
    """Inside a step: stop the review, and hold back any answer not yet given.

    What was asked of others is asked no more, and what somebody had typed is gone.
    """
    standing.overtake_proposals(review)
    about = Consultation.objects.filter(review__access_request=review.access_request_id)
    _end_consultations(about)
    forget_drafts_on(review.access_request)
    save(
        review,
        security_protection=level,
        status=Status.STOPPED,
        protected_subject=None,
    )
    if review.access_request.status == AccessRequest.Status.ACCESS_OPEN:
        standing.order_revocation(review.access_request, by=by)
    else:
        standing.cancel_waiting(review.access_request)
        standing.order_answer(review.access_request, by=by)
    note("review.stopped", on=review, by=by)


@step
def close(review: SecrecyReview, *, by: Any, reason: str = "") -> None:
    """Close the review once the request is answered and access has ended."""
    lock(review, Status.DECIDED, Status.LAPSED, Status.STOPPED)
    require(permissions.can_close(by, review))
    if not review.diary_number:
        raise WrongState(_("Register the review before it is closed."))
    access_request = review.access_request
    if access_request.status not in OVER:
        raise WrongState(
            _(
                "The request is not over: it is “%(status)s”. Close the case when"
                " the answer is given and access has ended."
            )
            % {"status": access_request.get_status_display()}
        )
    save(review, status=Status.CLOSED, closed_at=clock.now())
    assignment.end_all(review, reason=_("the case is closed"))
    note("review.closed", on=review, by=by)
    left = standing.live_reviews(access_request)
    if all(other.status == Status.CLOSED for other in left):
        standing.set_status(access_request, AccessRequest.Status.CLOSED)
        note("request.closed", on=access_request, by=by)
