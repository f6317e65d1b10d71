"""Every right is asked here: can_<verb>(user, subject), and visible_to(user) for lists.

Rights come from dated role rows for an authority. Exceptions are named grants on one
review. Person rules (conflict of interest, four eyes) come first.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit_app import clock
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Arrival,
    ConflictDeclaration,
    DelegationRule,
    Delivery,
    RequestedObject,
    Reviewer,
    ReviewUserPermission,
    Role,
    SecrecyReview,
)

WORK = "work_secrecyreview"

# Roles that see the reviews of their authority, and those that read what is in them.
SEES = {
    Role.REGISTRAR,
    Role.IT_MANAGER,
    Role.LEGAL_REVIEWER,
    Role.DECISION_MAKER,
    Role.DATA_PROTECTION_OFFICER,
    Role.AUDITOR,
}
READS = SEES - {Role.IT_MANAGER}
# Roles that see what is not yet routed, for the authority that runs the connection.
SEES_UNROUTED = {Role.REGISTRAR, Role.AUDITOR}


def today() -> date:
    return timezone.localdate(clock.now())


def roles_of(user: Any) -> list[Reviewer]:
    """The role rows in force today."""
    if not user.is_authenticated or not user.is_active or user.is_service:
        return []
    return list(Reviewer.objects.filter(person=user).in_force(today()))


def has_role(user: Any, *roles: str, authority: int | None = None) -> bool:
    """Does the person hold one of these roles, for this authority (or for any)?"""
    return any(
        row.role in roles and authority in (None, row.authority_id)
        for row in roles_of(user)
    )


def holds(user: Any, review: SecrecyReview, *roles: str) -> bool:
    """Does the person hold one of these roles for this review's authority and branch?"""
    return any(
        row.role in roles
        and row.authority_id == review.authority_id
        and row.branch_id in (None, review.branch_id)
        for row in roles_of(user)
    )


def authorities_of(user: Any, *roles: str) -> set[int]:
    return {row.authority_id for row in roles_of(user) if row.role in roles}


# -- What a person may know of -------------------------------------------------------


def visible_to(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews this person may know of: by role, or by name, never in conflict."""
    rows = roles_of(user)
    by_name = Exists(
        ReviewUserPermission.objects.filter(user=user.pk, content_object=OuterRef("pk"))
    )
    return SecrecyReview.objects.filter(
        _by_role(rows, SEES) | _stubs(rows) | Q(by_name)
    ).exclude(_in_conflict(user))


def readable_by(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews whose content this person may read: fewer than they may know of."""
    by_name = Exists(
        ReviewUserPermission.objects.filter(user=user.pk, content_object=OuterRef("pk"))
    )
    return (
        SecrecyReview.objects.filter(_by_role(roles_of(user), READS) | Q(by_name))
        .exclude(_in_conflict(user))
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


def _in_conflict(user: Any) -> Exists:
    return Exists(
        ConflictDeclaration.objects.filter(
            person=user.pk, review=OuterRef("pk"), has_conflict=True
        )
    )


def can_view(user: Any, review: SecrecyReview) -> bool:
    return visible_to(user).filter(pk=review.pk).exists()


def can_read(user: Any, review: SecrecyReview) -> bool:
    """May this person read content: subject, justification, motivations, payload?"""
    return readable_by(user).filter(pk=review.pk).exists()


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


def grants_visible_to(user: Any) -> QuerySet[AccessGrant]:
    return AccessGrant.objects.filter(
        Q(
            access_request__connection__authority_id__in=authorities_of(
                user, Role.EXECUTOR
            )
        )
        | Exists(visible_to(user).filter(access_request=OuterRef("access_request")))
    )


# -- Steps ---------------------------------------------------------------------------


def has_conflict(user: Any, review: SecrecyReview) -> bool:
    return ConflictDeclaration.objects.filter(
        person=user.pk, review=review, has_conflict=True
    ).exists()


def is_assigned(user: Any, review: SecrecyReview) -> bool:
    return ReviewUserPermission.objects.filter(
        user=user.pk, content_object=review, permission__codename=WORK
    ).exists()


def can_record(user: Any, authority: int | None = None) -> bool:
    """Type in a request from a provider's portal, at any hour."""
    return has_role(user, Role.REGISTRAR, Role.EXECUTOR, authority=authority)


def can_route(user: Any, access_request: AccessRequest) -> bool:
    return has_role(
        user, Role.REGISTRAR, authority=access_request.connection.authority_id
    )


def can_merge(user: Any, access_request: AccessRequest) -> bool:
    """Who would see both: every live review, or what is not yet routed."""
    return has_role(user, Role.REGISTRAR) and can_read_request(user, access_request)


def can_reroute(user: Any, review: SecrecyReview) -> bool:
    if has_conflict(user, review):
        return False
    return holds(user, review, Role.REGISTRAR)


def can_register(user: Any, review: SecrecyReview) -> bool:
    # At night the lawyer on duty is alone: the duty to register is the authority's.
    if has_conflict(user, review):
        return False
    return holds(user, review, Role.REGISTRAR, Role.LEGAL_REVIEWER) or is_assigned(
        user, review
    )


def can_assign(user: Any, review: SecrecyReview) -> bool:
    if has_conflict(user, review):
        return False
    return holds(user, review, Role.IT_MANAGER)


def can_take(user: Any, review: SecrecyReview) -> bool:
    """A legal reviewer of the authority may take a case nobody works on."""
    if has_conflict(user, review):
        return False
    if review.case_officer_id is not None:
        return False
    return holds(user, review, Role.LEGAL_REVIEWER)


def can_declare(user: Any, review: SecrecyReview) -> bool:
    return can_view(user, review)


def can_work(user: Any, review: SecrecyReview) -> bool:
    """Assess and propose: the assigned case officer."""
    if has_conflict(user, review):
        return False
    return is_assigned(user, review)


def can_stop(user: Any, review: SecrecyReview) -> bool:
    """Whoever works with the review stops it at the first suspicion."""
    if has_conflict(user, review):
        return False
    return is_assigned(user, review) or holds(
        user,
        review,
        Role.REGISTRAR,
        Role.LEGAL_REVIEWER,
        Role.DECISION_MAKER,
        Role.SECURITY_PROTECTION_MANAGER,
    )


def delegation_for(
    user: Any, review: SecrecyReview, outcome: str
) -> DelegationRule | None:
    """The rule in force that lets this person decide this outcome, if there is one."""
    held = {
        row.role
        for row in roles_of(user)
        if row.authority_id == review.authority_id
        and row.branch_id in (None, review.branch_id)
    }
    return (
        DelegationRule.objects.in_force(today())
        .filter(
            Q(person=user.pk) | Q(role__in=held),
            authority=review.authority_id,
            outcomes__contains=[outcome],
        )
        .order_by("item_no", "pk")
        .first()
    )


def can_decide(user: Any, review: SecrecyReview, proposal: Any = None) -> bool:
    """Another person than the one who proposed, under a rule for the outcome."""
    proposal = proposal or review.proposals.filter(status="open").first()
    if proposal is None or user.pk == proposal.proposed_by_id:
        return False
    if user.is_service or has_conflict(user, review):
        return False
    if not can_view(user, review):
        return False
    return delegation_for(user, review, proposal.outcome) is not None


def can_reconsider(user: Any, review: SecrecyReview) -> bool:
    return can_work(user, review) or (
        not has_conflict(user, review) and holds(user, review, Role.DECISION_MAKER)
    )


def can_correct(user: Any, review: SecrecyReview) -> bool:
    return can_reconsider(user, review)


def can_answer(user: Any, delivery: Delivery) -> bool:
    """Click in the provider's portal and say so."""
    authority = delivery.access_request.connection.authority_id
    if not has_role(user, Role.EXECUTOR, authority=authority):
        return False
    return not ConflictDeclaration.objects.filter(
        person=user.pk,
        review__access_request=delivery.access_request_id,
        has_conflict=True,
    ).exists()


def can_end_access(user: Any, grant: AccessGrant) -> bool:
    """Record that the provider is done: who works a review of it, or gives answers."""
    authority = grant.access_request.connection.authority_id
    if has_role(user, Role.EXECUTOR, authority=authority):
        return True
    return _works_request(user, grant.access_request_id)


def can_revoke(user: Any, grant: AccessGrant) -> bool:
    """Who could have refused: a decision-maker of an authority concerned."""
    reviews = visible_to(user).filter(access_request=grant.access_request_id)
    return any(delegation_for(user, review, "refused") for review in reviews)


def can_withdraw(user: Any, access_request: AccessRequest) -> bool:
    """Record that the provider has withdrawn: who works it, or registers it."""
    if can_route(user, access_request):
        return True
    reviews = visible_to(user).filter(access_request=access_request.pk)
    return _works_request(user, access_request.pk) or any(
        holds(user, review, Role.REGISTRAR) for review in reviews
    )


def _works_request(user: Any, access_request_id: int) -> bool:
    return ReviewUserPermission.objects.filter(
        user=user.pk,
        content_object__in=visible_to(user).filter(access_request=access_request_id),
        permission__codename=WORK,
    ).exists()


def can_close(user: Any, review: SecrecyReview) -> bool:
    if has_conflict(user, review):
        return False
    return is_assigned(user, review) or holds(user, review, Role.REGISTRAR)
