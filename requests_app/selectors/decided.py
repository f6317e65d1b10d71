"""What reviews came to, for lists of them."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    Decision,
    DelegationRule,
    SecrecyReview,
)
from requests_app.models.days import first_instant
from requests_app.permissions.roles import READS, SEES, has_role
from requests_app.permissions.visibility import keys_in_scope, readable_by


def decision_columns(user: Any) -> dict[str, Any]:
    """Annotations of reviews: the decision that stands, and whether the person may know
    what it says."""
    current = Decision.objects.current().filter(review=OuterRef("pk"))
    readable = readable_by(user).filter(pk=OuterRef("pk"))
    return {
        "outcome_now": Subquery(current.values("outcome")[:1]),
        "decided_now": Subquery(current.values("decided_at")[:1]),
        "decider_now": Subquery(current.values("decided_by_name")[:1]),
        "is_readable": Exists(readable),
    }


def with_outcome(
    user: Any, reviews: QuerySet[SecrecyReview], outcome: str
) -> QuerySet[SecrecyReview]:
    """Among these reviews, those that the person reads and whose decision has this
    outcome."""
    current = Decision.objects.current().filter(outcome=outcome, review=OuterRef("pk"))
    readable = readable_by(user)
    sees, reads = (has_role(user, *roles) for roles in (SEES, READS))
    if sees and not reads:
        # Of all they see they read what names open to them, and that is little.
        keys = readable.filter(Exists(current)).order_by().values("pk")
        return reviews.filter(keys_in_scope(user, "pk", keys))
    return reviews.filter(Exists(current), Exists(readable.filter(pk=OuterRef("pk"))))


def decided_by(
    reviews: QuerySet[SecrecyReview], person: Any
) -> QuerySet[SecrecyReview]:
    own = Decision.objects.filter(decided_by=person.pk, review=OuterRef("pk"))
    return reviews.filter(Exists(own))


def decided_within(
    user: Any, reviews: QuerySet[SecrecyReview], days: int
) -> QuerySet[SecrecyReview]:
    """Counted in whole days: 1 is today."""
    today = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0)
    since = today.replace(microsecond=0) - timedelta(days=days - 1)
    current = Decision.objects.current().filter(decided_at__gte=since).order_by()
    return reviews.filter(keys_in_scope(user, "pk", current.values("review")))


def unanswered(
    user: Any, reviews: QuerySet[SecrecyReview], *, late: bool
) -> QuerySet[SecrecyReview]:
    """Among these reviews, those whose provider waits; `late`: whose answer is due
    within four hours."""
    waiting = AccessRequest.objects.filter(status__in=AccessRequest.AWAITING)
    if late:
        waiting = AccessRequest.objects.due_within(clock.now(), timedelta(hours=4))
    keys = waiting.order_by().values("pk")
    return reviews.filter(keys_in_scope(user, "access_request", keys))


def decided_after(rule: DelegationRule, day: date) -> QuerySet[Decision]:
    """Decisions under an item, made after the day on which it ends."""
    moment = first_instant(day + timedelta(days=1))
    return Decision.objects.filter(delegation_rule=rule, decided_at__gte=moment)
