"""What a person may know of, and what of it they may read.

Ordinary access is a column and a role; exceptions are named grants on one review.
Person rules (conflict of interest) come first.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Arrival,
    Delivery,
    RequestedObject,
    ReviewUserPermission,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.models.delivery import DeliveryQuerySet
from requests_app.models.grant import AccessGrantQuerySet
from requests_app.models.review import ReviewQuerySet
from requests_app.permissions.conflict import (
    STOPPED,
    conflict_on,
    in_conflict,
    request_stopped,
)
from requests_app.permissions.is_among import is_among
from requests_app.permissions.role_holder import written_once
from requests_app.permissions.roles import (
    READS,
    SEES,
    SEES_UNROUTED,
    authorities_of,
    has_role,
    in_places,
    roles_of,
)

# Whoever sees the reviews of so many authorities sees too many to have at hand.
MUCH = 5


@written_once
def visible_to(user: Any) -> ReviewQuerySet:
    """Reviews this person may know of: by role, or by name, never in conflict."""
    rows = roles_of(user)
    seen = _opened_by_role(rows, SEES) | _stubs(rows) | _by_name(user, rows)
    return SecrecyReview.objects.filter(seen).exclude(in_conflict(user))


@written_once
def overseen_by(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews on named lists of which the person sees number and clocks, until access
    with a basis is recorded: Involvement.oversees, for lists."""
    rows = roles_of(user)
    turn = Q(status=SecrecyReview.Status.PROPOSED) | Q(
        listed_by__isnull=False, list_confirmed_by=None
    )
    audited = _by_role(rows, [Role.AUDITOR])
    decided = _by_role(rows, [Role.DECISION_MAKER]) & turn
    return (
        SecrecyReview.objects.filter(audited | decided, is_named_list=True)
        .exclude(_by_name(user, rows))
        .exclude(in_conflict(user))
        .exclude(status__in=SecrecyReview.MOVED)
    )


def held_at(user: Any, *roles: str) -> Q:
    """Of reviews: where the person holds one of these roles. It opens none of them."""
    return _by_role(roles_of(user), roles)


def managed_by(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews of the authorities that the person manages, as far as they may know."""
    runs = authorities_of(user, Role.IT_MANAGER)
    return visible_to(user).filter(authority__in=runs)


@written_once
def readable_by(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews whose content this person may read: fewer than they may know of."""
    rows = roles_of(user)
    return (
        SecrecyReview.objects.filter(
            _opened_by_role(rows, READS) | _by_name(user, rows)
        )
        .exclude(in_conflict(user))
        .exclude(request_stopped())
        .live()
    )


def _opened_by_role(rows: Iterable[RoleAssignment], roles: Iterable[str]) -> Q:
    """No role opens a review on a named list (whistle-blowing, staff matters)."""
    return _by_role(rows, roles) & Q(is_named_list=False)


def _by_role(rows: Iterable[RoleAssignment], roles: Iterable[str]) -> Q:
    return in_places([row for row in rows if row.role in roles])


def _by_name(user: Any, rows: list[RoleAssignment]) -> Q:
    """Named rights, of somebody who has a place in the organisation at all."""
    named = ReviewUserPermission.objects.filter(user=user.pk)
    return Q(is_among("pk", named.values("content_object"))) if rows else Q(pk__in=[])


def _stubs(rows: Iterable[RoleAssignment]) -> Q:
    """The protective-security manager sees what was stopped, and nothing else."""
    return _by_role(rows, [Role.SECURITY_PROTECTION_MANAGER]) & Q(request_stopped())


@written_once
def requests_visible_to(user: Any) -> QuerySet[AccessRequest]:
    """Requests with a review the person sees; for whoever routes, those without one."""
    runs = authorities_of(user, *SEES_UNROUTED)
    return AccessRequest.objects.filter(
        Exists(_seen_of(user, "pk"))
        | (Q(connection__authority_id__in=runs) & _belongs_to_nobody(OuterRef("pk")))
    ).exclude(conflict_on(user, "pk"))


def _seen_of(user: Any, access_request: str) -> ReviewQuerySet:
    """Reviews of the outer request that the person sees, for an Exists beside an `or`.

    Of somebody who sees much, one request after another is asked: a page needs few. Of
    others the database has all they see at hand.
    """
    request = OuterRef(access_request)
    if len(authorities_of(user, *SEES)) < MUCH:
        return visible_to(user).filter(access_request=request)
    return visible_to(user).filter(**_just(request))


def _just(access_request: Any) -> dict[str, Any]:
    """An equality that is asked of each row: of one written as such, the database would
    read all there are, to have the answer for every request."""
    return {
        "access_request__gte": access_request,
        "access_request__lte": access_request,
    }


def unrouted(access_request: Any) -> Q:
    """No review yet, or an object that no review has taken: somebody must route it."""
    waits = ~Q(status__in=["closed", "merged"])
    return waits & _belongs_to_nobody(access_request)


def _belongs_to_nobody(access_request: Any) -> Q:
    return Q(Exists(_loose(access_request))) | ~Q(
        Exists(_answerable_reviews(access_request))
    )


def _answerable_reviews(access_request: Any) -> QuerySet[SecrecyReview]:
    """Reviews whose authority still answers for it: a double's belongs to it too."""
    return SecrecyReview.objects.filter(**_just(access_request)).exclude(
        status__in=[SecrecyReview.Status.REROUTED, SecrecyReview.Status.DROPPED]
    )


def is_loose(access_request: AccessRequest) -> bool:
    """Does the request, or an object of it, still wait to be routed?"""
    return AccessRequest.objects.filter(
        unrouted(OuterRef("pk")), pk=access_request.pk
    ).exists()


@written_once
def requests_readable_by(user: Any) -> QuerySet[AccessRequest]:
    """Requests with their payload whole: for whoever reads every review of them, and
    routes what no review has taken."""
    reviews = _answerable_reviews(OuterRef("pk"))
    readable = readable_by(user).filter(access_request=OuterRef("access_request"))
    unread = reviews.exclude(pk__in=readable.values("pk"))
    routed = Q(Exists(reviews)) & ~Q(Exists(_loose(OuterRef("pk"))))
    runs = authorities_of(user, *SEES_UNROUTED)
    return (
        AccessRequest.objects.filter(routed | Q(connection__authority_id__in=runs))
        .exclude(conflict_on(user, "pk"))
        .exclude(Exists(unread))
    )


def can_read_request(user: Any, access_request: AccessRequest) -> bool:
    return requests_readable_by(user).filter(pk=access_request.pk).exists()


def _loose(access_request: Any) -> QuerySet[RequestedObject]:
    return RequestedObject.objects.unrouted().filter(access_request=access_request)


def has_conflict(user: Any, access_request_id: int) -> bool:
    """Has the person declared a conflict of interest in the matter, at any stage?"""
    return AccessRequest.objects.filter(
        conflict_on(user, "pk"), pk=access_request_id
    ).exists()


def arrivals_visible_to(user: Any) -> QuerySet[Arrival]:
    """What could not be taken in: for whoever routes at the authority that runs it."""
    return Arrival.objects.filter(
        connection__authority_id__in=authorities_of(user, *SEES_UNROUTED),
        result=Arrival.Result.NOT_TAKEN_IN,
    )


@written_once
def deliveries_visible_to(user: Any) -> DeliveryQuerySet:
    """Answers, for whoever gives them or sees a review of the request."""
    return Delivery.objects.filter(_executed_or_seen(user)).exclude(in_conflict(user))


@written_once
def grants_visible_to(user: Any) -> AccessGrantQuerySet:
    return AccessGrant.objects.filter(_executed_or_seen(user)).exclude(
        in_conflict(user)
    )


def _executed_or_seen(user: Any) -> Q:
    runs = authorities_of(user, Role.EXECUTOR)
    seen = _seen_of(user, "access_request").live()
    return Q(access_request__connection__authority_id__in=runs) | Q(Exists(seen))


def can_read_delivery(user: Any, delivery: Delivery) -> bool:
    """What goes to the provider: for whoever gives it, or reads the request whole.

    It joins what every authority concerned says, so one review is not enough.
    """
    request = delivery.access_request
    stopped = SecrecyReview.objects.filter(STOPPED, access_request=request.pk)
    if stopped.exists() or has_conflict(user, request.pk):
        return False
    if has_role(user, Role.EXECUTOR, authority=request.connection.authority_id):
        return True
    return can_read_request(user, request)
