"""Who may be asked for an opinion, and what of it they and others see.

The person asked may have no right to the review: they see the question, nothing else.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app.cached_query import cached_query
from requests_app.models import (
    Consultation,
    ReviewUserPermission,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.permissions.conflict import conflict_on, stopped_requests
from requests_app.permissions.holders import holders_of
from requests_app.permissions.involvement_of import involvement
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import roles_of, scope_q
from requests_app.permissions.visibility import readable_by

CONSULTED_ROLES = (Role.INFORMATION_OWNER, Role.DATA_PROTECTION_OFFICER)


def consultable(review: SecrecyReview, asked_by: Any) -> QuerySet[RoleAssignment]:
    """Role rows of the people who may be asked, one for each; nobody in conflict.

    On a named list only those named are asked: a question tells that there is a case.
    """
    rows = holders_of(review, *CONSULTED_ROLES).exclude(person=asked_by.pk)
    if review.is_named_list:
        rows = rows.filter(person__in=_named(review.pk).values("user"))
    one = rows.order_by("person_id", "role").distinct("person_id").values("pk")
    one_each = RoleAssignment.objects.filter(pk__in=one)
    return one_each.select_related("person").order_by("person")


@cached_query(role_holder)
def consultations_visible_to(user: Any) -> QuerySet[Consultation]:
    """What the person is asked, and what is asked in reviews they read."""
    return Consultation.objects.filter(
        _own_questions(user) | Exists(readable_by(user).filter(pk=OuterRef("review")))
    )


def _own_questions(user: Any) -> Q:
    hidden = Q(review__is_named_list=True) & ~Q(
        Exists(_named(OuterRef("review")).filter(user=user.pk))
    )
    request = OuterRef("review__access_request")
    stopped = stopped_requests().filter(access_request=request)
    return (
        Q(person=user.pk)
        & _has_a_place(user)
        & ~hidden
        & ~Q(Exists(stopped))
        & ~Q(review__status__in=SecrecyReview.MOVED)
        & ~Q(conflict_on(user, "review__access_request"))
    )


def _has_a_place(user: Any) -> Q:
    """Whoever has gone to another authority or branch has nothing to do with it."""
    return scope_q(roles_of(user), "review__")


def _named(review: Any) -> QuerySet[ReviewUserPermission]:
    return ReviewUserPermission.objects.filter(content_object=review)


def can_read_consultation(user: Any, consultation: Consultation) -> bool:
    return consultations_visible_to(user).filter(pk=consultation.pk).exists()


def can_answer_consultation(user: Any, consultation: Consultation) -> bool:
    """The one who is asked, and nobody in their place."""
    return user.pk == consultation.person_id and can_read_consultation(
        user, consultation
    )


def can_withdraw_consultation(user: Any, consultation: Consultation) -> bool:
    """May the person withdraw it: as who works the review, whether they asked or have
    taken the case over?"""
    return involvement(user, consultation.review).assesses
