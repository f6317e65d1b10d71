"""Whose rights hold nowhere: conflicts of interest, and requests that are stopped."""

from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Value

from requests_app.models import ConflictDeclaration, SecrecyReview
from requests_app.models.key_in_array import is_given_by

# What a review says of security-classified information where it has been stopped.
STOPPING = ("suspected", "yes")
STOPPED = Q(security_protection__in=STOPPING)


def conflict_on(user: Any, access_request: str) -> Func:
    """A conflict of interest is in the matter: it holds for every review of the
    request, of what it extends or was merged with, and of what extends it. The database
    knows the rule. `access_request` is the path to the request."""
    return _conflict(access_request, Value(user.pk))


def conflict_of_each(person: str, access_request: str) -> Q:
    """Has the person at this path declared a conflict of interest on the request of the
    outer row? Most have never declared one: of those it is not asked further."""
    declared = ConflictDeclaration.objects.filter(
        person=OuterRef(person), has_conflict=True
    )
    return Q(Exists(declared)) & Q(_conflict(OuterRef(access_request), F(person)))


def _conflict(access_request: Any, person: Any) -> Func:
    return is_given_by(access_request, "lockbox_conflicts_of", person)


def in_conflict(user: Any) -> Func:
    return conflict_on(user, "access_request")


def request_stopped(access_request: str = "access_request") -> Exists:
    """Protective security stops a request, whichever authority found the reason. The
    argument is the path to the request."""
    return Exists(stopped_requests().filter(access_request=OuterRef(access_request)))


def stopped_requests() -> QuerySet[Any]:
    """The keys of the requests that are stopped."""
    return SecrecyReview.objects.filter(STOPPED).order_by().values("access_request")
