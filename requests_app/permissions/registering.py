"""Whether a review waits for a registrar, or is whoever's is on duty to register."""

from datetime import timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
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
from requests_app.permissions.conflict import conflict_of_each
from requests_app.permissions.roles import roles_in_force, today

# With less left of the time to answer the registrar is not waited for: the review, its
# decision and the answer are still to be made.
SHORT = timedelta(hours=4)


def left_to_registrar() -> Any:
    """Of reviews: is it unregistered, and a registrar at work who does that in time?"""
    now = clock.now()
    if not is_office_hours(now):
        return Value(False, output_field=BooleanField())
    is_short = Q(
        access_request__status__in=AccessRequest.AWAITING,
        access_request__answer_deadline__lte=now + SHORT,
    )
    waits = Q(Exists(_registrars_at_work()), ~is_short, diary_number="")
    return ExpressionWrapper(waits, output_field=BooleanField())


def _registrars_at_work() -> QuerySet[RoleAssignment]:
    """Of the review's authority: not away, in no conflict, and named on its list."""
    named = ReviewUserPermission.objects.filter(
        content_object=OuterRef(OuterRef("pk")), user=OuterRef("person")
    )
    is_listed = OuterRef("is_named_list")
    return (
        roles_in_force(Role.REGISTRAR)
        .alias(is_listed=ExpressionWrapper(is_listed, output_field=BooleanField()))
        .filter(
            Q(branch=None) | Q(branch=OuterRef("branch")),
            Q(is_listed=False) | Exists(named),
            ~Q(conflict_of_each("person", "access_request")),
            authority=OuterRef("authority"),
        )
        .exclude(person__in=Absence.objects.in_force(today()).values("person"))
    )
