"""Every right is asked here: can_<verb>(user, subject), and visible_to(user) for lists.

Rights come from dated role rows for an authority. Exceptions are named grants on one
review. Person rules (conflict of interest, four eyes) come first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
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
    # Read once for a web request (lockbox_site.middleware); a step reads anew.
    remembered = getattr(user, "role_rows", None)
    if remembered is not None:
        return remembered
    return list(Reviewer.objects.in_force(today()).filter(person=user.pk))


def has_role(user: Any, *roles: str, authority: int | None = None) -> bool:
    """Does the person hold one of these roles, for this authority (or for any)?"""
    return any(
        row.role in roles and authority in (None, row.authority_id)
        for row in roles_of(user)
    )


def reviewers_in_force(role: str) -> QuerySet[Reviewer]:
    """Role rows in force today, of everybody."""
    return Reviewer.objects.in_force(today()).filter(role=role)


def roles_at(user: Any, review: SecrecyReview) -> frozenset[str]:
    """The roles the person holds for this review's authority and branch."""
    return frozenset(
        row.role
        for row in roles_of(user)
        if row.authority_id == review.authority_id
        and row.branch_id in (None, review.branch_id)
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


@dataclass(frozen=True)
class Involvement:
    """What one person is to one review, read in one query; the rules ask only this."""

    roles: frozenset[str]
    is_named: bool
    is_assigned: bool
    has_conflict: bool
    is_stopped: bool
    has_officer: bool

    def _holds(self, *roles: str) -> bool:
        return not self.has_conflict and bool(self.roles.intersection(roles))

    @property
    def views(self) -> bool:
        if self._holds(Role.SECURITY_PROTECTION_MANAGER) and self.is_stopped:
            return True
        return self._holds(*SEES) or (self.is_named and not self.has_conflict)

    @property
    def reads(self) -> bool:
        """Content: subject, justification, motivations, payload."""
        if self.is_stopped or self.has_conflict:
            return False
        return self._holds(*READS) or self.is_named

    @property
    def works(self) -> bool:
        return self.is_assigned and not self.has_conflict

    @property
    def registers(self) -> bool:
        # At night the lawyer on duty is alone: the duty to register is the authority's.
        return self.works or self._holds(Role.REGISTRAR, Role.LEGAL_REVIEWER)

    @property
    def takes(self) -> bool:
        return not self.has_officer and self._holds(Role.LEGAL_REVIEWER)

    @property
    def assigns(self) -> bool:
        return self._holds(Role.IT_MANAGER)

    @property
    def reroutes(self) -> bool:
        return self._holds(Role.REGISTRAR)

    @property
    def stops(self) -> bool:
        """Whoever works with the review stops it at the first suspicion."""
        return self.registers or self._holds(
            Role.DECISION_MAKER, Role.SECURITY_PROTECTION_MANAGER
        )

    @property
    def reconsiders(self) -> bool:
        return self.works or self._holds(Role.DECISION_MAKER)

    @property
    def closes(self) -> bool:
        return self.works or self._holds(Role.REGISTRAR)


@dataclass(frozen=True)
class Deciding:
    """Involvement in a review on which a proposal waits."""

    may: Involvement
    decides: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.may, name)


def involvement(user: Any, review: SecrecyReview) -> Involvement:
    """Read what the person is to the review: one query beside the person's roles."""
    named = ReviewUserPermission.objects.filter(user=user.pk, content_object=review.pk)
    found = (
        SecrecyReview.objects.filter(pk=review.pk)
        .annotate(
            named=Exists(named),
            assigned=Exists(named.filter(permission__codename=WORK)),
            conflict=_in_conflict(user),
        )
        .values("named", "assigned", "conflict")
        .get()
    )
    return Involvement(
        roles=roles_at(user, review),
        is_named=found["named"],
        is_assigned=found["assigned"],
        has_conflict=found["conflict"],
        is_stopped=review.security_protection in ("suspected", "yes"),
        has_officer=review.case_officer_id is not None,
    )


def can_view(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).views


def can_read(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).reads


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


# -- Steps ---------------------------------------------------------------------------


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
    """Another person than the one who proposed, under a rule for the outcome."""
    proposal = proposal or review.proposals.filter(status="open").first()
    if proposal is None or user.pk == proposal.proposed_by_id:
        return False
    if user.is_service or not can_view(user, review):
        return False
    return delegation_for(user, review, proposal.outcome) is not None


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
        Role.REGISTRAR in roles_at(user, review) for review in reviews
    )


def _works_request(user: Any, access_request_id: int) -> bool:
    return ReviewUserPermission.objects.filter(
        user=user.pk,
        content_object__in=visible_to(user).filter(access_request=access_request_id),
        permission__codename=WORK,
    ).exists()
