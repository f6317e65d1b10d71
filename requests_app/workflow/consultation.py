"""Asking colleagues for their opinion (remiss, FL 26 §), each for themselves."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Consultation, RoleAssignment, SecrecyReview
from requests_app.permissions.consultation import (
    can_answer_consultation,
    can_withdraw_consultation,
    consultable,
)
from requests_app.words.times import moment_in_words
from requests_app.workflow import conflict
from requests_app.workflow.content import keep
from requests_app.workflow.step import (
    note,
    save,
    step,
)

Status = Consultation.Status
# While these last an opinion is of use; a question is put by whoever works on it.
WORKING = (SecrecyReview.Status.ASSIGNED, SecrecyReview.Status.IN_ASSESSMENT)


def _is_not_needed(_may: Any, consultation: Consultation) -> str:
    review = consultation.review
    if review.status in SecrecyReview.OPEN:
        return ""
    return _("The case is “%(status)s”: no opinion is needed any more.") % {
        "status": review.get_status_display()
    }


def _refuse_too_late(review: SecrecyReview, due_at: datetime) -> None:
    """An opinion that comes when the request has lapsed is of no use."""
    deadline = review.access_request.clock.answer_by
    if deadline is None or review.asks_for_documents:
        return
    if due_at > deadline:
        text = _("The request lapses %(at)s: ask for the answer before that.")
        raise ValidationError({"due_at": text % {"at": moment_in_words(deadline)}})


@step(starts_from=WORKING, may="assesses")
def consult(
    review: SecrecyReview,
    *,
    by: Any,
    people: Iterable[RoleAssignment],
    question: str,
    due_at: datetime,
    shows_objects: bool = False,
) -> list[Consultation]:
    """Ask one or several people at once: a consultation each, all with the same time.

    Raises ValidationError for a person who may not be asked, and for a past time.
    """
    now = clock.now()
    if due_at <= now:
        raise ValidationError({"due_at": _("The time to answer has passed already.")})
    _refuse_too_late(review, due_at)
    roles = {row.pk: row for row in people}
    if len(roles) != consultable(review, by).filter(pk__in=roles).count():
        raise ValidationError({"people": _("One of them can not be asked any more.")})
    consultations = [
        Consultation.objects.create(
            review=review,
            person=row.person,
            asked_as=row.role,
            question=keep(question),
            shows_objects=shows_objects,
            due_at=due_at,
            asked_by=by,
            asked_at=now,
        )
        for row in roles.values()
    ]
    save(review)
    for row in consultations:
        note("consultation.asked", on=review, by=by, person=row.person_id)
    return consultations


@step(
    starts_from=(Status.OPEN,),
    may=can_answer_consultation,
    hindrance=_is_not_needed,
)
def answer(
    consultation: Consultation, *, by: Any, opinion: str, no_conflict: bool = False
) -> None:
    """The opinion of the one who is asked. The review's open forms hear of it."""
    review = consultation.review
    stage = conflict.Stage.ASSESSMENT
    conflict.take_part(review, by=by, stage=stage, declared=no_conflict)
    save(
        consultation,
        opinion=keep(opinion),
        answered_at=clock.now(),
        status=Status.ANSWERED,
    )
    save(review)
    note("consultation.answered", on=review, by=by)


@step(starts_from=(Status.OPEN,), may=can_withdraw_consultation)
def withdraw(consultation: Consultation, *, by: Any, reason: str = "") -> None:
    """The opinion is no longer needed."""
    review = consultation.review
    save(consultation, status=Status.WITHDRAWN)
    note("consultation.withdrawn", on=review, by=by)


@step(
    starts_from=(Status.OPEN,),
    may=can_answer_consultation,
    hindrance=_is_not_needed,
)
def declare(
    consultation: Consultation, *, by: Any, ground: str, text: str = ""
) -> None:
    """The person asked has a conflict of interest, and is shut out of the matter."""
    review = consultation.review
    conflict.declare_conflict(review, by=by, ground=ground, text=text)
