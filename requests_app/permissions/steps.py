"""Who may take which step. A button that is shown is courtesy; this is the guard."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import (
    AccessGrant,
    AccessRequest,
    AssessmentAnswer,
    Connection,
    Delivery,
    HarmTest,
    ReviewUserPermission,
    Role,
    SecrecyReview,
)
from requests_app.permissions.delegation import delegation_for
from requests_app.permissions.freeze import can_revoke_frozen, freezes_over
from requests_app.permissions.involvement import can_view, involvement
from requests_app.permissions.roles import (
    WORK,
    has_role,
    roles_at,
)
from requests_app.permissions.visibility import (
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


def can_name(user: Any, review: SecrecyReview) -> bool:
    return review.is_named_list and involvement(user, review).names


def can_close_list(user: Any, review: SecrecyReview) -> bool:
    return not review.is_named_list and involvement(user, review).closes_list


def can_take(user: Any, review: SecrecyReview) -> bool:
    """A legal reviewer of the authority may take a case nobody works on."""
    return involvement(user, review).takes


def can_declare(user: Any, review: SecrecyReview) -> bool:
    return can_view(user, review)


def can_work(user: Any, review: SecrecyReview) -> bool:
    """Take the case on, or a proposal back: the assigned case officer."""
    return involvement(user, review).works


def can_assess(user: Any, review: SecrecyReview) -> bool:
    """Assess, propose and ask the provider. A stop, at whichever authority, ends it."""
    return involvement(user, review).assesses


def can_consult(user: Any, review: SecrecyReview) -> bool:
    """Ask colleagues for their opinion (remiss)."""
    return involvement(user, review).assesses


def can_note(user: Any, review: SecrecyReview) -> bool:
    """Put file notes and attachments into the case."""
    return involvement(user, review).notes


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


def can_serve(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).serves


def can_follow_up(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).follows_up


def can_close(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).closes


def can_decide(user: Any, review: SecrecyReview, proposal: Any = None) -> bool:
    """Another person than who proposed or assessed, under a rule for the outcome."""
    proposal = proposal or review.proposals.filter(status="open").first()
    if proposal is None or user.pk == proposal.proposed_by_id:
        return False
    if user.is_service or not can_view(user, review):
        return False
    if has_assessed(user, review):
        return False
    minutes = proposal.granted_minutes
    return delegation_for(user, review, proposal.outcome, minutes) is not None


def has_assessed(user: Any, review: SecrecyReview) -> bool:
    """Has the person written a part of the assessment, or proposed? History knows it,
    whoever wrote over it or proposed in the end."""
    wrote = {"review_id": review.pk, "answered_by_id": user.pk}
    return (
        AssessmentAnswer.history.filter(**wrote).exists()
        or HarmTest.history.filter(**wrote).exists()
        or review.proposals.filter(proposed_by=user.pk).exists()
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
    """Who could have refused: a decision-maker of an authority concerned; and who
    set or could have set a freeze that covers the request."""
    request = grant.access_request
    if has_role(user, Role.INFORMATION_SECURITY_MANAGER):
        frozen = freezes_over(request)
        if any(can_revoke_frozen(user, freeze) for freeze in frozen):
            return not has_conflict(user, request.pk)
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
