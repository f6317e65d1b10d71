"""Appeals that wait for the authority: whose turn they are, and their clock."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from requests_app.models import IncomingAppeal, NoticeKind, SecrecyReview
from requests_app.models.ladder import NextStep
from requests_app.permissions.involvement import Involvement
from requests_app.selectors.clocks import Clock, clock_between

Status = IncomingAppeal.Status
# "Without delay" (FL 46 §): within a week, as the Parliamentary Ombudsmen read it.
WITHOUT_DELAY = timedelta(days=7)
TRY = NextStep("try-appeal", _("Is the appeal in time?"), "tries_appeals")
HAND_OVER = NextStep(
    "hand-over-appeal", _("Hand the appeal over to the court"), "serves"
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
