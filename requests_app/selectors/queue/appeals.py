"""Appeals that wait for the authority, as lines of the queue."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from requests_app import permissions
from requests_app.models import IncomingAppeal, Role
from requests_app.permissions import Involvement
from requests_app.selectors.clocks import clock_between
from requests_app.selectors.queue.item import LONGEST, WorkItem, url

Status = IncomingAppeal.Status
# Whoever works a case has one of these too.
CHARGED = (Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
# "Without delay" (FL 46 §): within a week, as the Parliamentary Ombudsmen read it.
WITHOUT_DELAY = timedelta(days=7)


def appeals_for(user: Any) -> Iterator[WorkItem]:
    """One line a review: closed or not, an appeal has its own clock."""
    if not permissions.has_role(user, *CHARGED):
        return
    waiting = _waiting()
    rows = (
        permissions.with_involvement(user, permissions.visible_to(user))
        .annotate(
            appeal_status=Subquery(waiting.values("status")[:1]),
            appeal_at=Subquery(waiting.values("received_at")[:1]),
        )
        .filter(appeal_status__isnull=False)
        .select_related("authority", "access_request__connection__product")
        .order_by(F("appeal_at"))[:LONGEST]
    )
    for review in rows:
        may = permissions.involvement_in(user, review)
        if step := _step(review, may):
            yield _item(review, step)


def _waiting() -> QuerySet[IncomingAppeal]:
    rows = IncomingAppeal.objects.filter(
        review=OuterRef("pk"), status__in=IncomingAppeal.WAITING
    )
    return rows.order_by("received_at", "pk")


def _step(review: Any, may: Involvement) -> tuple[Any, str] | None:
    if review.appeal_status == Status.TO_TRY and may.tries_appeals:
        return _("Is the appeal in time?"), "try-appeal"
    if review.appeal_status == Status.TO_HAND_OVER and may.serves:
        return _("Hand the appeal over to the court"), "hand-over-appeal"
    return None


def _item(review: Any, step: tuple[Any, str]) -> WorkItem:
    label, name = step
    product = review.access_request.connection.product
    return WorkItem(
        clock=clock_between(
            "appeal", review.appeal_at, review.appeal_at + WITHOUT_DELAY
        ),
        name=str(review),
        url=url("secrecyreview_change", review.pk),
        place=f"{review.authority} · {product}",
        wants=_("The decision has been appealed."),
        details="",
        level=None,
        warning="",
        step=label,
        step_url=url("secrecyreview_step", review.pk, name),
        since=review.appeal_at,
    )
