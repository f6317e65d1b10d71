"""Whether a review waits for a registrar, or is whoever's is on duty to register."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)

from audit_app import clock
from requests_app.catalogue.working_days import is_office_hours
from requests_app.models import (
    Absence,
    AccessRequest,
    ReviewUserPermission,
    Role,
    RoleAssignment,
)
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.conflict import conflict_of_each
from requests_app.permissions.roles import today

# With less left of the time to answer the registrar is not waited for: the review, its
# decision and the answer are still to be made.
SHORT = timedelta(hours=4)


# Of reviews: what `awaits_registrar` asks of each.
TIME_TO_ANSWER = {
    "my_request_status": F("access_request__status"),
    "my_answer_by": F(deadline_path("access_request")),
}


def awaits_registrar(review: Any) -> bool:
    """Is it unregistered, in office hours, and is there time to wait?"""
    now = clock.now()
    if review.diary_number or not is_office_hours(now):
        return False
    ends = review.my_answer_by
    is_awaited = review.my_request_status in AccessRequest.AWAITING
    return not (is_awaited and ends is not None and ends <= now + SHORT)


def registrar_at_work(now: datetime) -> Exists:
    """In a query of reviews: is there a registrar of theirs at work, now and today?"""
    return Exists(_registrars_at_work(now))


def _registrars_at_work(now: datetime) -> QuerySet[RoleAssignment]:
    """The registrars of the outer review's authority who are not away, in no conflict,
    and named on its list."""
    named = ReviewUserPermission.objects.filter(
        content_object=OuterRef(OuterRef("pk")), user=OuterRef("person")
    )
    is_listed = OuterRef("is_named_list")
    return (
        RoleAssignment.objects.in_force(now, today())
        .filter(role=Role.REGISTRAR)
        .alias(is_listed=ExpressionWrapper(is_listed, output_field=BooleanField()))
        .filter(
            Q(branch=None) | Q(branch=OuterRef("branch")),
            Q(is_listed=False) | Exists(named),
            ~Q(conflict_of_each("person", "access_request")),
            authority=OuterRef("authority"),
        )
        .exclude(person__in=Absence.objects.in_force(today()).values("person"))
    )
