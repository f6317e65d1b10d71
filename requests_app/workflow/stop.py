"""Stopping for protective security: nothing is granted after that."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.models import (
    AccessRequest,
    Consultation,
    SecrecyReview,
    SeenRevision,
)
from requests_app.permissions.involvement_of import involvement
from requests_app.workflow import (
    answer,
    ordering,
    request_state,
    seen_revision,
    taking_back,
)
from requests_app.workflow.drafts.keeping import forget_drafts_on
from requests_app.workflow.incident_duty import begin_of_stop
from requests_app.workflow.step import note, save, step
from requests_app.workflow.subsequent_review import end_of_stopped

Status = SecrecyReview.Status
Protection = SecrecyReview.SecurityProtection


@step(starts_from=(*SecrecyReview.OPEN, Status.DECIDED), may="stops")
def stop(review: SecrecyReview, *, by: Any, level: str) -> None:
    """Stop for protective security: approval is impossible from here on (1.3).

    Takes no text on purpose: the case keeps a neutral stub and nothing else.
    """
    if level not in (Protection.SUSPECTED, Protection.YES):
        raise ValidationError(
            {"level": _("Choose whether it can not be ruled out, or occurs.")}
        )
    halt(review, level=level, by=by)


def stop_several(reviews: Iterable[SecrecyReview], *, by: Any, level: str) -> None:
    """Those of one request, or of one support case: all of them, or none."""
    with transaction.atomic():
        for review in reviews:
            stop(review, by=by, level=level)


def _is_received(rights: Any, _review: SecrecyReview) -> str:
    return _("The stop has been taken over already.") if rights.is_stop_received else ""


@step(starts_from=(Status.STOPPED,), may="receives_stop", hindrance=_is_received)
def receive_stop(review: SecrecyReview, *, by: Any) -> None:
    """The protective-security manager has it: the others need not call again. Takes no
    text, as a stop takes none."""
    seen_revision.mark(review, by=by, act=SeenRevision.Act.STOP)
    note("review.stop_received", on=review, by=by)


def refuse_words(review: SecrecyReview, *, by: Any, **texts: str) -> None:
    """Inside a step: of a stopped case nothing more is written. Raises ValidationError
    at each field that says something."""
    if involvement(by, review).is_stopped:
        text = _("A stopped review keeps no protected text: leave the field empty.")
        if wrong := {name: text for name, words in texts.items() if words}:
            raise ValidationError(wrong)


def halt(review: SecrecyReview, *, level: str, by: Any) -> None:
    """Inside a step: stop the review, and hold back any answer not yet given.

    What was asked of others is asked no more, and what somebody had typed is gone.
    """
    request_state.overtake_proposals(review)
    about = Consultation.objects.filter(review__access_request=review.access_request_id)
    request_state.withdraw_open(about)
    forget_drafts_on(review.access_request)
    save(
        review,
        security_protection=level,
        status=Status.STOPPED,
        protected_subject=None,
    )
    access_request = review.access_request
    if taking_back.runs(access_request):
        taking_back.take_back(taking_back.whole_access(access_request), by=by)
    awaits = access_request.status in AccessRequest.AWAITING
    if awaits and ordering.cancel_unless_sent(access_request):
        answer.order_answer(access_request, by=by)
    begin_of_stop(review)
    end_of_stopped(review, by=by)
    note("review.stopped", on=review, by=by)
