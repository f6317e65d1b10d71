"""What one person is to one review, read once; the rules of a review ask only this."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from requests_app.models import (
    Assignment,
    Condition,
    ConflictDeclaration,
    Decision,
    Proposal,
    ReviewUserPermission,
    Role,
    SecrecyReview,
)
from requests_app.models.decision import OF_CURRENT_DECISION
from requests_app.permissions.conflict import in_conflict, request_stopped
from requests_app.permissions.decision import decidable_by
from requests_app.permissions.delegation import matter_at, rules_for
from requests_app.permissions.roles import READS, SEES, WORK, roles_at, roles_of


@dataclass(frozen=True)
class Involvement:
    """What one person is to one review, read in one query; the rules ask only this."""

    roles: frozenset[str]
    is_named: bool
    is_listed: bool
    is_assigned: bool
    has_conflict: bool
    is_stopped: bool
    has_officer: bool
    is_moved: bool
    has_rule: bool
    has_proposal: bool
    # May the person decide the proposal that is open?
    may_decide: bool
    waits_for: bool
    has_co_reviewer: bool
    has_decided: bool
    # Does the decision that stands have conditions to follow up?
    has_conditions: bool
    # Stages at which the person has declared to have no conflict of interest.
    declared: frozenset[str]

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
        if self.is_stopped or self.is_moved or self.has_conflict:
            return False
        return self._holds(*READS) or self.is_named

    @property
    def works(self) -> bool:
        return self.is_assigned and not self.has_conflict and not self.is_moved

    @property
    def assesses(self) -> bool:
        """Assess, propose and ask: whoever works it, while it can be read."""
        return self.works and self.reads

    @property
    def notes(self) -> bool:
        """Put notes and files into the case: whoever works it or keeps the register."""
        return self.reads and (self.works or self._holds(Role.REGISTRAR))

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
    def removes_reviewers(self) -> bool:
        return self.assigns and self.has_co_reviewer

    @property
    def names(self) -> bool:
        """Let others see a review on a named list: whoever is named and has charge."""
        charged = self._holds(Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
        return self.is_named and charged

    @property
    def closes_list(self) -> bool:
        charged = self._holds(Role.REGISTRAR, Role.DECISION_MAKER)
        return charged and self.reads and not self.is_listed

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
    def decides(self) -> bool:
        """Decide the open proposal, or send it back. Where none is open (any more),
        the step tells whoever could."""
        may = self.may_decide if self.has_proposal else self.has_rule
        return may and self.reads

    @property
    def reconsiders(self) -> bool:
        return self.works or self._holds(Role.DECISION_MAKER)

    @property
    def corrects(self) -> bool:
        """Who decided, or another decision-maker of the authority (FL 36 §)."""
        return self.reads and (self.has_rule or self.has_decided)

    @property
    def serves(self) -> bool:
        """Records when a decision reached its recipient: whoever keeps the case."""
        return self.works or self._holds(Role.REGISTRAR)

    @property
    def follows_up(self) -> bool:
        """Say whether conditions were kept: also when the case has been closed."""
        charged = self._holds(Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
        return self.has_conditions and self.reads and (self.works or charged)

    @property
    def closes(self) -> bool:
        return self.works or self._holds(Role.REGISTRAR)


def with_involvement(
    user: Any, reviews: QuerySet[SecrecyReview]
) -> QuerySet[SecrecyReview]:
    """Reviews with what the person is to each, for `involvement_in`."""
    return _without_proposal(user, reviews).annotate(
        my_decidable=Exists(decidable_by(user))
    )


def _without_proposal(
    user: Any, reviews: QuerySet[SecrecyReview]
) -> QuerySet[SecrecyReview]:
    named = ReviewUserPermission.objects.filter(
        user=user.pk, content_object=OuterRef("pk")
    )
    running = Assignment.objects.running().filter(review=OuterRef("pk"))
    declared = ConflictDeclaration.objects.filter(
        review=OuterRef("pk"), person=user.pk, has_conflict=False
    )
    decided = Decision.objects.filter(review=OuterRef("pk"), decided_by=user.pk)
    return reviews.annotate(
        my_named=Exists(named),
        my_assigned=Exists(named.filter(permission__codename=WORK)),
        my_conflict=in_conflict(user),
        my_stopped=request_stopped(),
        my_rule=Exists(rules_for(user, matter_at())),
        my_proposal=Exists(
            Proposal.objects.filter(review=OuterRef("pk"), status=Proposal.Status.OPEN)
        ),
        my_waits=Exists(running.filter(person=user.pk, acknowledged_at=None)),
        my_joined=Exists(running.filter(kind=Assignment.Kind.CO_REVIEWER)),
        my_decided=Exists(decided),
        my_conditions=Exists(_conditions()),
        my_stages=ArraySubquery(declared.values("stage")),
    )


def involvement_in(user: Any, review: Any) -> Involvement:
    """What the person is to an annotated review."""
    # A named right lasts as long as the person has a place in the organisation.
    here = bool(roles_of(user))
    roles = roles_at(user, review)
    if review.is_named_list and not review.my_named:
        # No role opens it; security protection sees the stub of what was stopped.
        roles &= {Role.SECURITY_PROTECTION_MANAGER}
    return Involvement(
        roles=roles,
        is_named=review.my_named and here,
        is_listed=review.is_named_list,
        is_assigned=review.my_assigned and here,
        has_conflict=review.my_conflict,
        is_stopped=review.my_stopped,
        has_officer=review.case_officer_id is not None,
        is_moved=review.status in SecrecyReview.MOVED,
        has_rule=review.my_rule and not user.is_machine,
        has_proposal=review.my_proposal,
        may_decide=review.my_decidable and not user.is_machine,
        waits_for=review.my_waits and here,
        has_co_reviewer=review.my_joined,
        has_decided=review.my_decided and here,
        has_conditions=review.my_conditions,
        declared=frozenset(review.my_stages),
    )


def involvement(user: Any, review: SecrecyReview) -> Involvement:
    """Read what the person is to the review: one query beside the person's roles, and
    one more where a proposal is open that they might decide."""
    row: Any = _without_proposal(user, SecrecyReview.objects.filter(pk=review.pk)).get()
    row.my_decidable = (
        row.my_proposal
        and row.my_rule
        and SecrecyReview.objects.filter(
            Exists(decidable_by(user)), pk=review.pk
        ).exists()
    )
    return involvement_in(user, row)


def _conditions() -> QuerySet[Condition]:
    return Condition.objects.filter(OF_CURRENT_DECISION, review=OuterRef("pk"))


def can_view(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).views


def can_read(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).reads
