"""Who can see a review, and why: the rights of `visible_to`, asked the other way."""

from dataclasses import dataclass, field
from typing import Any

from audit_app import clock
from requests_app.models import (
    Assignment,
    ConflictDeclaration,
    ReviewUserPermission,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.permissions.conflict import STOPPED
from requests_app.permissions.holders import answerers_of, at_review, holders_of
from requests_app.permissions.roles import READS, SEES, VIEW, roles_in_force


@dataclass
class Sight:
    """One person's sight of a review: the role rows and named rights that give it."""

    person: Any
    roles: list[RoleAssignment] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    is_named: bool = False
    reads: bool = False
    only_stub: bool = False


def who_can_see(review: SecrecyReview) -> list[Sight]:
    """Everybody for whom the review is in `visible_to`, by name. Four queries."""
    stopped = review.access_request.reviews.filter(STOPPED).exists()
    has_moved = review.status in SecrecyReview.MOVED
    shut_out = _in_conflict(review)
    seen: dict[int, Sight] = {}
    for row in _roles(review, stopped):
        sight = seen.setdefault(row.person_id, Sight(row.person))
        sight.roles.append(row)
        sight.reads |= row.role in READS
    for right in _named(review):
        sight = seen.setdefault(right.user_id, Sight(right.user))
        sight.is_named |= right.permission.codename == VIEW
        sight.reads = True
    for running in review.assignments.running():
        if running.person_id in seen:
            seen[running.person_id].assignments.append(running)
    for sight in seen.values():
        sight.reads &= not (stopped or has_moved)
        sight.only_stub = stopped
    sights = [sight for pk, sight in seen.items() if pk not in shut_out]
    return sorted(sights, key=lambda sight: str(sight.person))


def roles_that_open(is_named_list: bool, is_stopped: bool) -> set[str]:
    """None opens a review on a named list; what was stopped is also its manager's."""
    opening: set[str] = set() if is_named_list else set(SEES)
    if is_stopped:
        opening.add(Role.SECURITY_PROTECTION_MANAGER)
    return opening


def _roles(review: SecrecyReview, stopped: bool) -> Any:
    opening = roles_that_open(review.is_named_list, stopped)
    rows = roles_in_force(*opening).filter(at_review(review))
    return rows.select_related("person")


def _named(review: SecrecyReview) -> Any:
    """Named rights last as long as the person has a role somewhere."""
    placed = RoleAssignment.objects.in_force(clock.now())
    return ReviewUserPermission.objects.filter(
        content_object=review, user__in=placed.values("person")
    ).select_related("user", "permission")


def _in_conflict(review: SecrecyReview) -> set[int]:
    declared = ConflictDeclaration.objects.conflicts_in(review.access_request_id)
    return set(declared.values_list("person", flat=True))


def roles_that_oversee(review: Any) -> list[str]:
    """The roles that see number and clocks of a review on a named list, as it
    stands."""
    if not review.is_named_list or review.status in SecrecyReview.MOVED:
        return []
    is_turn = review.list_waits or review.status == SecrecyReview.Status.PROPOSED
    return [Role.AUDITOR, Role.DECISION_MAKER] if is_turn else [Role.AUDITOR]


def who_oversees(review: SecrecyReview) -> list[RoleAssignment]:
    """Everybody for whom the review is in `overseen_by`: they see number and clocks."""
    roles = roles_that_oversee(review)
    if not roles:
        return []
    named = {right.user_id for right in _named(review)}
    rows = holders_of(review, *roles).exclude(person__in=named)
    return list(rows.select_related("person"))


def who_answers(review: SecrecyReview) -> list[RoleAssignment]:
    """The roles of those who give the provider the answer: they read it, and nothing of
    the case."""
    request = review.access_request
    if not request.deliveries.exists():
        return []
    return list(answerers_of(request).select_related("person"))
