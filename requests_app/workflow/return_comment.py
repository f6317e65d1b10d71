"""Ticking off the comments on a proposal that was returned."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import ReturnComment, SecrecyReview
from requests_app.workflow.step import note, save, step

WORKING = (SecrecyReview.Status.ASSIGNED, SecrecyReview.Status.IN_ASSESSMENT)


def settle(comments: Iterable[ReturnComment], *, by: Any) -> None:
    """Inside a step of whoever assesses: these have been seen to."""
    for comment in comments:
        save(comment, settled_by=by, settled_at=clock.now())


def _has_none(_relation: Any, review: SecrecyReview) -> str:
    if review.return_comments.unsettled().exists():
        return ""
    return _("No comment is left to tick off.")


@step(starts_from=WORKING, may="assesses", hindrance=_has_none)
def tick_off(
    review: SecrecyReview, *, by: Any, settled: Iterable[ReturnComment] = ()
) -> None:
    """Tick comments off without assessing or proposing anew."""
    settle(settled, by=by)
    save(review)
    note("review.comments_ticked_off", on=review, by=by)
