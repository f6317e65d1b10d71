"""Who holds a role for a review: the rights of Involvement, asked the other way."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    ConflictDeclaration,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.conflict import conflict_of_each
from requests_app.permissions.roles import roles_in_force


def at_review(review: SecrecyReview) -> Q:
    """In a query of role rows: does one hold for the review's authority and branch?"""
    here = Q(branch=None) | Q(branch=review.branch_id)
    return here & Q(authority=review.authority_id)


def holders_of(review: SecrecyReview, *roles: str) -> QuerySet[RoleAssignment]:
    """Rows of one of these roles for the review, of people in no conflict of interest.
    On a named list the roles open nothing."""
    return _in_no_conflict(roles_in_force(*roles), review.access_request_id).filter(
        at_review(review)
    )


def holders_of_each(*roles: str) -> QuerySet[RoleAssignment]:
    """The same, of the outer review."""
    return roles_in_force(*roles).filter(
        Q(branch=None) | Q(branch=OuterRef("branch")),
        ~Q(conflict_of_each("person", "access_request")),
        authority=OuterRef("authority"),
    )


def officer_has_left() -> Q:
    """In a query of reviews: has whoever works on it no role any more?"""
    gone = get_user_model().objects.exclude(Exists(_roles_now(OuterRef("pk"))))
    return Q(key_in_array("case_officer", gone.values("pk")))


def has_left(person: int) -> bool:
    """Has the person, by key, no role any more?"""
    return not _roles_now(person).exists()


def _roles_now(person: Any) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.in_force(clock.now()).filter(person=person)


def has_no_answerer() -> Q:
    """In a query of answers: is there nobody in `answerers_of` it?"""
    rows = roles_in_force(Role.EXECUTOR).filter(
        ~Q(conflict_of_each("person", "access_request")),
        authority=OuterRef("access_request__connection__authority"),
        branch=None,
    )
    return ~Q(Exists(rows))


def answerers_of(access_request: AccessRequest) -> QuerySet[RoleAssignment]:
    """Who gives the provider the answer: the other way of `answerable_by`."""
    rows = roles_in_force(Role.EXECUTOR).filter(
        authority=access_request.connection.authority_id, branch=None
    )
    return _in_no_conflict(rows, access_request.pk)


def _in_no_conflict(
    rows: QuerySet[RoleAssignment], access_request: int
) -> QuerySet[RoleAssignment]:
    declared = ConflictDeclaration.objects.conflicts_in(access_request)
    return rows.exclude(person__in=declared.values("person"))
