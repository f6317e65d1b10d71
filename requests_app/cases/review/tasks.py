"""The lines of the work queue for secrecy review: appeals and subsequent reviews."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.cases.access.selectors import clock_of_lapse, clock_of_subsequent
from requests_app.cases.intake.models.review import NextStep, SecrecyReview
from requests_app.cases.review.models.afterwards import (
    IncomingAppeal,
    Lapse,
    SubsequentReview,
)
from requests_app.cases.review.rights.decision import (
    lapses_waiting_for,
    subsequent_reviews_to_conclude,
)
from requests_app.cases.review.rights.involvement import Involvement
from requests_app.core.people.rights import roles_of
from requests_app.core.queue import (
    Clock,
    Kind,
    NoticeKind,
    WorkItem,
    clock_between,
    of_each,
    url,
)

# Appeals that wait for the authority: whose turn they are, and their clock.

Status = IncomingAppeal.Status
# "Without delay" (FL 46 §): within a week, as the Parliamentary Ombudsmen read it.
WITHOUT_DELAY = timedelta(days=7)
TRY = NextStep("try-appeal", gettext_lazy("Is the appeal in time?"), "tries_appeals")
HAND_OVER = NextStep(
    "hand-over-appeal", gettext_lazy("Hand the appeal over to the court"), "serves"
)


def annotations() -> dict[str, Any]:
    """Annotations of reviews: the appeal that has waited longest."""
    return {
        "appeal_status": Subquery(waiting().values("status")[:1]),
        "appeal_at": Subquery(waiting().values("received_at")[:1]),
    }


def waiting() -> QuerySet[IncomingAppeal]:
    rows = IncomingAppeal.objects.filter(
        review=OuterRef("pk"), status__in=IncomingAppeal.WAITING
    )
    return rows.order_by("received_at", "pk")


def goes_on() -> Q:
    """In a query of reviews: is one not closed, or appealed since?"""
    return ~Q(status=SecrecyReview.Status.CLOSED) | Q(Exists(waiting()))


def next_step(review: Any, rights: Involvement) -> NextStep | None:
    """The step that it waits for, if that is this person's."""
    if review.appeal_status == Status.TO_TRY and rights.tries_appeals:
        return TRY
    # Of whoever decides it anew because of it, that comes first (FL 38-39 §§); the week
    # of handing it over goes on for the others (FL 46 §).
    is_anew = review.status in SecrecyReview.OPEN and (
        rights.assesses or rights.decides
    )
    if review.appeal_status == Status.TO_HAND_OVER and rights.serves and not is_anew:
        return HAND_OVER
    return None


def appeal_clock(review: Any) -> Clock:
    begins = review.appeal_at
    return clock_between(NoticeKind.APPEAL, begins, begins + WITHOUT_DELAY)


# Decisions that a second person is to look at, and lapses without a cause, as lines of
# the queue.


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
