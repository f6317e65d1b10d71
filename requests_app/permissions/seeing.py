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
    Reviewer,
    ReviewUserPermission,
    Role,
    SecrecyReview,
)
from requests_app.permissions.involved import in_conflict
from requests_app.permissions.roles import (
    READS,
    SEES,
    SEES_UNROUTED,
    authorities_of,
    has_role,
    roles_of,
)


def visible_to(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews this person may know of: by role, or by name, never in conflict."""
    rows = roles_of(user)
    by_name = Exists(
        ReviewUserPermission.objects.filter(user=user.pk, content_object=OuterRef("pk"))
    )
    return SecrecyReview.objects.filter(
        _by_role(rows, SEES) | _stubs(rows) | Q(by_name)
    ).exclude(in_conflict(user))


def readable_by(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews whose content this person may read: fewer than they may know of."""
    by_name = Exists(
        ReviewUserPermission.objects.filter(user=user.pk, content_object=OuterRef("pk"))
    )
    return (
        SecrecyReview.objects.filter(_by_role(roles_of(user), READS) | Q(by_name))
        .exclude(in_conflict(user))
        .exclude(_STOPPED)
    )


def _by_role(rows: Iterable[Reviewer], roles: Iterable[str]) -> Q:
    held = [row for row in rows if row.role in roles]
    whole = {row.authority_id for row in held if row.branch_id is None}
    branches = {row.branch_id for row in held if row.branch_id is not None}
    return Q(authority_id__in=whole) | Q(branch_id__in=branches)


def _stubs(rows: Iterable[Reviewer]) -> Q:
    """The security-protection manager sees what was stopped, and nothing else."""
    return _by_role(rows, [Role.SECURITY_PROTECTION_MANAGER]) & _STOPPED


_STOPPED = Q(security_protection__in=["suspected", "yes"])


def requests_visible_to(user: Any) -> QuerySet[AccessRequest]:
    """Requests with a review the person sees, and unrouted ones for who routes them."""
    runs = authorities_of(user, *SEES_UNROUTED)
    reviews = visible_to(user).filter(access_request=OuterRef("pk"))
    return AccessRequest.objects.filter(
        Exists(reviews)
        | (Q(connection__authority_id__in=runs) & unrouted(OuterRef("pk")))
    )


def unrouted(access_request: Any) -> Q:
    """No review yet, or an object that no review has taken."""
    loose = RequestedObject.objects.filter(
        access_request=access_request, review=None, removed_in_revision=None
    )
    live = SecrecyReview.objects.filter(access_request=access_request).exclude(
        status__in=SecrecyReview.MOVED
    )
    waits = ~Q(status__in=["closed", "merged"])
    return waits & (Q(Exists(loose)) | ~Q(Exists(live)))


def is_loose(access_request: AccessRequest) -> bool:
    """Does the request, or an object of it, still wait to be routed?"""
    return AccessRequest.objects.filter(
        unrouted(OuterRef("pk")), pk=access_request.pk
    ).exists()


def can_read_request(user: Any, access_request: AccessRequest) -> bool:
    """The request and its payload whole: who reads every review of it, or routes it."""
    reviews = access_request.reviews.exclude(status__in=SecrecyReview.MOVED)
    total = reviews.count()
    if total == 0:
        return has_role(
            user, *SEES_UNROUTED, authority=access_request.connection.authority_id
        )
    return readable_by(user).filter(pk__in=reviews.values("pk")).count() == total


def arrivals_visible_to(user: Any) -> QuerySet[Arrival]:
    """What could not be taken in: for who routes at the authority that runs it."""
    return Arrival.objects.filter(
        connection__authority_id__in=authorities_of(user, *SEES_UNROUTED),
        result=Arrival.Result.NOT_TAKEN_IN,
    )


def deliveries_visible_to(user: Any) -> QuerySet[Delivery]:
    """Answers for who gives them, and for who sees a review of the request."""
    return Delivery.objects.filter(
        Q(
            access_request__connection__authority_id__in=authorities_of(
                user, Role.EXECUTOR
            )
        )
        | Exists(visible_to(user).filter(access_request=OuterRef("access_request")))
    )


def can_read_delivery(user: Any, delivery: Delivery) -> bool:
    """What goes to the provider: who gives it, or reads a review of the request."""
    authority = delivery.access_request.connection.authority_id
    if has_role(user, Role.EXECUTOR, authority=authority):
        return True
    request = delivery.access_request_id
    return readable_by(user).filter(access_request=request).exists()


def grants_visible_to(user: Any) -> QuerySet[AccessGrant]:
    return AccessGrant.objects.filter(
        Q(
            access_request__connection__authority_id__in=authorities_of(
                user, Role.EXECUTOR
            )
        )
        | Exists(visible_to(user).filter(access_request=OuterRef("access_request")))
    )
