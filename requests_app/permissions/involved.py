"""What one person is to one review, read once; the rules of a review ask only this."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from requests_app.models import (
    ConflictDeclaration,
    ReviewUserPermission,
    Role,
    SecrecyReview,
)
from requests_app.permissions.roles import READS, SEES, WORK, roles_at


def in_conflict(user: Any) -> Exists:
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
            conflict=in_conflict(user),
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
