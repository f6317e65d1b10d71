"""Decisions that a second person is to look at, and lapses without a cause, as lines of
the queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import Lapse, SubsequentReview
from requests_app.permissions.lapse import lapses_to_explain
from requests_app.permissions.roles import roles_of
from requests_app.permissions.subsequent_review import subsequent_reviews_to_conclude
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem
from requests_app.selectors.queue.kind import Kind, of_each
from requests_app.selectors.subsequent_review import (
    clock_of_lapse,
    clock_of_subsequent,
)


def subsequent_reviews_for(user: Any) -> Iterator[Kind]:
    """With everybody who may look, until one has."""
    if not roles_of(user):
        return
    related = ("review__authority", "review__access_request", "decision")
    rows = subsequent_reviews_to_conclude(user).select_related(*related)
    yield of_each(rows.order_by("due_at"), _to_look_at)


def _to_look_at(row: SubsequentReview) -> WorkItem:
    clock = clock_of_subsequent(row)
    is_out = clock is not None and clock.is_out
    return WorkItem(
        clock=clock,
        name=f"{row}: {row.review}",
        url=url("subsequentreview_change", row.pk),
        place=str(row.review.authority),
        wants=row.reasons_in_words,
        details=_("decided by %(name)s") % {"name": row.decision.decided_by_name},
        level=None,
        warning="",
        step=_("Look at the decision"),
        step_url=url("subsequentreview_step", row.pk, "conclude"),
        alarm=_("It should have been looked at by now.") if is_out else "",
        since=row.decision.decided_at,
        number=str(row.review),
    )


def lapses_for(user: Any) -> Iterator[Kind]:
    """With whoever answers for the cause, until it has been given."""
    if not roles_of(user):
        return
    rows = lapses_to_explain(user).filter(cause="")
    related = ("review__authority", "review__access_request")
    yield of_each(rows.select_related(*related).order_by("due_at"), _to_explain)


def _to_explain(row: Lapse) -> WorkItem:
    clock = clock_of_lapse(row)
    is_out = clock is not None and clock.is_out
    return WorkItem(
        clock=clock,
        name=f"{row}: {row.review}",
        url=url("lapse_change", row.pk),
        place=str(row.review.authority),
        wants="",
        details=_("It lapsed without a decision."),
        level=None,
        warning="",
        step=_("Say why it lapsed"),
        step_url=url("lapse_step", row.pk, "cause"),
        alarm=_("The cause should have been given by now.") if is_out else "",
        since=row.lapsed_at,
        number=str(row.review),
    )
