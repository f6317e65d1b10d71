"""What the data protection officer oversees: numbers, people and clocks, no content."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet

from audit_app import clock
from requests_app.models import (
    Authority,
    Breach,
    Consent,
    DataSubjectRequest,
    Deviation,
    IncidentDuty,
    IncomingAppeal,
    InformationSet,
    RecipientNotice,
    ReviewUserPermission,
    Role,
    RoleAssignment,
    SecrecyReview,
    TextMask,
)
from requests_app.permissions.breach import breaches_visible_to
from requests_app.permissions.data_subject_request import (
    data_subject_requests_visible_to,
)
from requests_app.permissions.deviation import deviations_visible_to
from requests_app.permissions.incident_duty import duties_visible_to
from requests_app.permissions.roles import VIEW, authorities_of
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.clocks import Clock
from requests_app.selectors.data_subject_request import clock_of_request
from requests_app.selectors.deviation import clock_of_deviation
from requests_app.selectors.incident_duty import clock_of_duty
from requests_app.words.swedish_order import by_name

OF_PERSONS = (IncidentDuty.Kind.GDPR_AUTHORITY, IncidentDuty.Kind.GDPR_PERSONS)
# Cases, the newest first, and so many at most.
SHOWN = 50


class Processing(NamedTuple):
    """What an authority processes about people here, in numbers."""

    authority: Authority
    staff: int
    open_reviews: int
    ended_reviews: int
    consents: int
    appeals: int
    information_sets: int


class Desk(NamedTuple):
    """Rows with their clocks, the first to run out first."""

    requests: list[tuple[DataSubjectRequest, Clock | None]]
    duties: list[tuple[IncidentDuty, Clock | None]]
    deviations: list[tuple[Deviation, Clock | None]]
    untold: list[TextMask]
    breaches: list[Breach]
    opened: list[SecrecyReview]
    processing: list[Processing]


def desk_of(user: Any) -> Desk:
    overseen = authorities_of(user, Role.DATA_PROTECTION_OFFICER)
    requests = data_subject_requests_visible_to(user).filter(authority__in=overseen)
    waiting = requests.filter(status=DataSubjectRequest.Status.OPEN)
    duties = duties_visible_to(user).filter(
        kind__in=OF_PERSONS, status=IncidentDuty.Status.OPEN
    )
    deviations = deviations_visible_to(user).filter(status=Deviation.Status.OPEN)
    breaches = breaches_visible_to(user).filter(authority__in=overseen)
    authorities = by_name(Authority.objects.filter(pk__in=overseen))
    return Desk(
        _with(clock_of_request, waiting.select_related("authority")),
        _with(
            clock_of_duty,
            duties.select_related("review__authority", "breach__authority"),
        ),
        _with(
            clock_of_deviation,
            deviations.select_related("review__authority").order_by("discovered_at"),
        ),
        list(_untold(user).filter(review__authority__in=overseen)[:SHOWN]),
        list(breaches.select_related("authority")[:SHOWN]),
        list(_opened(user)[:SHOWN]),
        [_processing(row) for row in authorities],
    )


def _with(clock_of: Any, rows: QuerySet[Any]) -> list[tuple[Any, Clock | None]]:
    return [(row, clock_of(row)) for row in rows[:SHOWN]]


def _untold(user: Any) -> QuerySet[TextMask]:
    """Corrections and restrictions of which recipients are still to be told (GDPR 19):
    in which case, how many of them and since when, and not to whom."""
    waiting = RecipientNotice.objects.waiting()
    rows = TextMask.objects.filter(review__in=visible_to(user), notices__in=waiting)
    named = rows.annotate(untold=Count("notices")).select_related("review__authority")
    return named.order_by("made_at")


def _opened(user: Any) -> QuerySet[SecrecyReview]:
    """Cases whose content the person holds open on a basis."""
    named = ReviewUserPermission.objects.filter(
        user=user.pk, permission__codename=VIEW
    ).values("content_object")
    rows = visible_to(user).filter(pk__in=named, is_named_list=False)
    return rows.select_related("authority", "access_request").order_by("-pk")


def _processing(authority: Authority) -> Processing:
    is_open = Q(status__in=SecrecyReview.OPEN)
    reviews = SecrecyReview.objects.filter(authority=authority).aggregate(
        open=Count("pk", filter=is_open), ended=Count("pk", filter=~is_open)
    )
    placed = RoleAssignment.objects.in_force(clock.now()).filter(authority=authority)
    people = get_user_model()._default_manager.filter(pk__in=placed.values("person"))
    of_reviews: Iterable[Any] = (Consent, IncomingAppeal)
    consents, appeals = (
        model.objects.filter(review__authority=authority).count()
        for model in of_reviews
    )
    return Processing(
        authority,
        people.count(),
        reviews["open"],
        reviews["ended"],
        consents,
        appeals,
        InformationSet.objects.filter(authority=authority).count(),
    )
