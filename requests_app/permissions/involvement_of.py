"""Reading what one person is to a review: one query, for one review or for a list."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from audit_app import clock
from audit_app.cached_query import cached_query, cached_row
from requests_app.models import (
    Assignment,
    Condition,
    ConflictDeclaration,
    Consent,
    Decision,
    Deviation,
    IncomingAppeal,
    Proposal,
    RequestForReasons,
    ReviewUserPermission,
    Revocation,
    Role,
    SecrecyMark,
    SecrecyReview,
    SeenRevision,
)
from requests_app.models.decision import OF_CURRENT_DECISION
from requests_app.models.incoming_appeal import AT_COURT
from requests_app.models.service_of_decision import is_unserved
from requests_app.permissions.changes import has_change_to_see
from requests_app.permissions.conflict import in_conflict, request_stopped
from requests_app.permissions.decision import decidable_by
from requests_app.permissions.delegation import matter_at, rules_for
from requests_app.permissions.involvement import Involvement
from requests_app.permissions.registering import (
    TIME_TO_ANSWER,
    awaits_registrar,
    registrar_at_work,
)
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import (
    WORK,
    roles_at,
    roles_of,
    roles_read_once,
)


def with_involvement(
    user: Any, reviews: QuerySet[SecrecyReview], now: datetime
) -> QuerySet[SecrecyReview]:
    """Reviews with what the person is to each, for `involvement_in`."""
    return _without_proposal(user, reviews).annotate(
        my_decidable=Exists(decidable_by(user)),
        registrar_at_work=registrar_at_work(now),
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
    rule = Exists(rules_for(user, matter_at()))
    current = Decision.objects.current().filter(review=OuterRef("pk"))
    unserved = current.filter(is_unserved()).order_by("-pk")
    return reviews.annotate(
        **TIME_TO_ANSWER,
        my_named=Exists(named),
        my_assigned=Exists(named.filter(permission__codename=WORK)),
        my_conflict=in_conflict(user),
        my_stopped=request_stopped(),
        my_rule=rule,
        my_change=ExpressionWrapper(has_change_to_see(user, rule), BooleanField()),
        my_proposal=Exists(
            Proposal.objects.filter(review=OuterRef("pk"), status=Proposal.Status.OPEN)
        ),
        my_waits=Exists(running.filter(person=user.pk, acknowledged_at=None)),
        my_joined=Exists(running.filter(kind=Assignment.Kind.CO_REVIEWER)),
        my_decided=Exists(decided),
        my_decision=Exists(current),
        my_conditions=Exists(_conditions()),
        my_unserved=Subquery(unserved.values("outcome")[:1]),
        my_revoked=Exists(
            Revocation.objects.filter(review=OuterRef("pk"), served_at=None)
        ),
        my_deviations=Exists(Deviation.objects.filter(review=OuterRef("pk"))),
        my_consent=Exists(Consent.objects.standing().filter(review=OuterRef("pk"))),
        my_received=Exists(
            SeenRevision.objects.filter(
                review=OuterRef("pk"), act=SeenRevision.Act.STOP
            )
        ),
        my_appeals=ArraySubquery(_appeals().values("status")),
        my_at_court=Exists(_appeals().filter(AT_COURT)),
        my_marks=Exists(
            SecrecyMark.objects.filter(review=OuterRef("pk"), lifted_at=None)
        ),
        my_left_out=ExpressionWrapper(_leaves_out(), BooleanField()),
        my_reasons=Exists(_requests_for_reasons()),
        my_stages=ArraySubquery(declared.values("stage")),
    )


@cached_row(role_holder)
def _involved(user: Any) -> QuerySet[SecrecyReview]:
    return _without_proposal(user, SecrecyReview.objects.all())


@cached_query(role_holder)
def _decidable(user: Any) -> QuerySet[SecrecyReview]:
    return SecrecyReview.objects.filter(Exists(decidable_by(user)))


def involvement_in(user: Any, review: Any) -> Involvement:
    """What the person is to an annotated review."""
    # A named right lasts as long as the person has a place in the organisation.
    here = bool(roles_of(user))
    roles = roles_at(user, review)
    shut_out: frozenset[str] = frozenset()
    if review.is_named_list and not review.my_named:
        # No role opens it; protective security sees the stub of what was stopped.
        shut_out = roles
        roles &= {Role.SECURITY_PROTECTION_MANAGER}
    return Involvement(
        roles=roles,
        is_named=review.my_named and here,
        is_listed=review.is_named_list,
        is_assigned=review.my_assigned and here,
        has_conflict=review.my_conflict,
        is_stopped=review.my_stopped,
        has_officer=review.case_officer_id is not None,
        is_left_to_registrar=awaits_registrar(review) and review.registrar_at_work,
        is_moved=review.status in SecrecyReview.MOVED,
        has_rule=review.my_rule and not user.is_machine,
        has_proposal=review.my_proposal,
        may_decide=review.my_decidable and not user.is_machine,
        waits_for=review.my_waits and here,
        has_co_reviewer=review.my_joined,
        has_decided=review.my_decided and here,
        has_decision=review.my_decision,
        has_conditions=review.my_conditions,
        unserved=review.my_unserved or "",
        is_revocation_unserved=review.my_revoked,
        has_deviations=review.my_deviations,
        has_consent=review.my_consent,
        has_change_to_see=review.my_change and not user.is_machine,
        appeals=frozenset(review.my_appeals),
        is_at_court=review.my_at_court,
        has_left_out=review.my_left_out,
        has_marks=review.my_marks,
        awaits_reasons=review.my_reasons,
        is_stop_received=review.my_received,
        shut_out=shut_out,
        list_waits=review.list_waits,
        listed_it=review.listed_by_id == user.pk,
        declared=frozenset(review.my_stages),
    )


def involvement(user: Any, review: SecrecyReview) -> Involvement:
    """Read what the person is to the review: one query beside the person's roles, and
    one more where a proposal is open that they might decide, or where a lawyer asks of
    what is not registered."""
    with roles_read_once(user):
        row: Any = _involved(user, review.pk)
        row.my_decidable = (
            row.my_proposal
            and row.my_rule
            and _decidable(user).filter(pk=review.pk).exists()
        )
        row.registrar_at_work = (
            awaits_registrar(row)
            and Role.LEGAL_REVIEWER in roles_at(user, row)
            and SecrecyReview.objects.filter(
                registrar_at_work(clock.now()), pk=row.pk
            ).exists()
        )
        return involvement_in(user, row)


def _appeals() -> QuerySet[IncomingAppeal]:
    return IncomingAppeal.objects.filter(review=OuterRef("pk"))


def _leaves_out() -> Q:
    decisions = Decision.objects.filter(review=OuterRef("pk")).exclude(left_out_for="")
    revocations = Revocation.objects.leaving_out().filter(review=OuterRef("pk"))
    return Q(Exists(decisions)) | Q(Exists(revocations))


def _requests_for_reasons() -> QuerySet[RequestForReasons]:
    rows = RequestForReasons.objects.filter(review=OuterRef("pk"))
    return rows.filter(status=RequestForReasons.Status.OPEN)


def _conditions() -> QuerySet[Condition]:
    return Condition.objects.filter(OF_CURRENT_DECISION, review=OuterRef("pk"))


def can_view(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).views


def can_read(user: Any, review: SecrecyReview) -> bool:
    return involvement(user, review).reads
