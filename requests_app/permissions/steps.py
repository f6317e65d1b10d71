"""Who may take which step. A button that is shown is courtesy; this is the guard."""

from typing import Any

from django.db.models import Q, QuerySet

from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Connection,
    DelegationRule,
    Delivery,
    ReviewUserPermission,
    Role,
    SecrecyReview,
)
from requests_app.permissions.involved import can_view, involvement
from requests_app.permissions.roles import (
    WORK,
    has_role,
    roles_at,
    today,
)
from requests_app.permissions.seeing import (
    can_read_request,
    has_conflict,
    visible_to,
)


def can_record(user: Any, authority: int | None = None) -> bool:
    """Type in a request from a provider's portal, at any hour."""
    return has_role(user, Role.REGISTRAR, Role.EXECUTOR, authority=authority)


def can_route(user: Any, access_request: AccessRequest) -> bool:
    if has_conflict(user, access_request.pk):
        return False
    return has_role(
        user, Role.REGISTRAR, authority=access_request.connection.authority_id
    )


def can_merge(user: Any, access_request: AccessRequest) -> bool:
    """Who would see both: every live review, or what is not yet routed."""
    return has_role(user, Role.REGISTRAR) and can_read_request(user, access_request)


def can_reroute(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).reroutes


def can_register(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).registers


def can_assign(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).assigns


def can_take(user: Any, review: SecrecyReview) -> bool:
    """A legal reviewer of the authority may take a case nobody works on."""
    return involvement(user, review).takes


def can_declare(user: Any, review: SecrecyReview) -> bool:
    return can_view(user, review)


def can_work(user: Any, review: SecrecyReview) -> bool:
    """Assess and propose: the assigned case officer."""
    return involvement(user, review).works


def can_stop(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).stops


def can_reconsider(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).reconsiders


def can_correct(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).corrects


def can_keep_clients(user: Any, connection: Connection) -> bool:
    """Make, rotate and end the contract clients of a connection."""
    keepers = (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
    return has_role(user, *keepers, authority=connection.authority_id)


def can_close(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).closes


def delegation_for(
    user: Any, review: SecrecyReview, outcome: str
) -> DelegationRule | None:
    """The rule in force that lets this person decide this outcome, if there is one."""
    return (
        DelegationRule.objects.in_force(today())
        .filter(
            Q(person=user.pk) | Q(role__in=roles_at(user, review)),
            authority=review.authority_id,
            outcomes__contains=[outcome],
        )
        .order_by("item_no", "pk")
        .first()
    )


def can_decide(user: Any, review: SecrecyReview, proposal: Any = None) -> bool:
    """Another person than who proposed or assessed, under a rule for the outcome."""
    proposal = proposal or review.proposals.filter(status="open").first()
    if proposal is None or user.pk == proposal.proposed_by_id:
        return False
    if user.is_service or not can_view(user, review):
        return False
    if has_assessed(user, review):
        return False
    return delegation_for(user, review, proposal.outcome) is not None


def has_assessed(user: Any, review: SecrecyReview) -> bool:
    """Has the person written a part of the assessment, whoever proposed in the end?"""
    return (
        review.answers.filter(answered_by=user.pk).exists()
        or review.harm_tests.filter(answered_by=user.pk).exists()
    )


def can_answer(user: Any, delivery: Delivery) -> bool:
    """Click in the provider's portal and say so."""
    request = delivery.access_request
    if has_conflict(user, request.pk):
        return False
    return has_role(user, Role.EXECUTOR, authority=request.connection.authority_id)


def can_end_access(user: Any, grant: AccessGrant) -> bool:
    """Record that the provider is done: who works a review of it, or gives answers."""
    request = grant.access_request
    if has_conflict(user, request.pk):
        return False
    if has_role(user, Role.EXECUTOR, authority=request.connection.authority_id):
        return True
    return _works_request(user, request.pk)


def can_revoke(user: Any, grant: AccessGrant) -> bool:
    """Who could have refused: a decision-maker of an authority concerned."""
    reviews = _concerned(user, grant.access_request_id)
    return any(delegation_for(user, review, "refused") for review in reviews)


def can_withdraw(user: Any, access_request: AccessRequest) -> bool:
    """Record that the provider has withdrawn: who works it, or registers it."""
    if has_conflict(user, access_request.pk):
        return False
    if can_route(user, access_request):
        return True
    reviews = _concerned(user, access_request.pk)
    return _works_request(user, access_request.pk) or any(
        Role.REGISTRAR in roles_at(user, review) for review in reviews
    )


def _concerned(user: Any, access_request_id: int) -> QuerySet[SecrecyReview]:
    """Reviews of the request that the person sees and that still have a say."""
    return (
        visible_to(user)
        .filter(access_request=access_request_id)
        .exclude(status__in=SecrecyReview.MOVED)
    )


def _works_request(user: Any, access_request_id: int) -> bool:
    return ReviewUserPermission.objects.filter(
        user=user.pk,
        content_object__in=_concerned(user, access_request_id),
        permission__codename=WORK,
    ).exists()
