"""Decisions that a second person is to look at, and lapses without a cause, as lines of
the queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import Lapse, SubsequentReview
from requests_app.permissions.lapse import lapses_waiting_for
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
    """With whoever answers for the cause until it has been given, and with everybody
    who may look at a closing until one has."""
    if not roles_of(user):
        return
    related = ("review__authority", "review__access_request", "closed_by")
    rows = lapses_waiting_for(user).select_related(*related)
    yield of_each(rows.order_by("due_at"), _of_lapse)


def _of_lapse(row: Lapse) -> WorkItem:
    clock = clock_of_lapse(row)
    is_out = clock is not None and clock.is_out
    step, name, details, alarm = _to_explain(row) if not row.cause else _to_confirm(row)
    return WorkItem(
        clock=clock,
        name=f"{row}: {row.review}",
        url=url("lapse_change", row.pk),
        place=str(row.review.authority),
        wants="",
        details=details,
        level=None,
        warning="",
        step=step,
        step_url=url("lapse_step", row.pk, name),
        alarm=alarm if is_out else "",
        since=row.lapsed_at,
        number=str(row.review),
    )


def _to_explain(_row: Lapse) -> tuple[str, str, str, str]:
    return (
        _("Say why it lapsed"),
        "cause",
        _("It lapsed without a decision."),
        _("The cause should have been given by now."),
    )


def _to_confirm(row: Lapse) -> tuple[str, str, str, str]:
    details = _("It lapsed, and was closed without a decision by %(name)s.")
    return (
        _("Look at the closing"),
        "confirm",
        details % {"name": row.closed_by},
        _("It should have been looked at by now."),
    )
