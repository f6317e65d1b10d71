"""Which cases rely on a standing assessment, and what no longer stands. Reads only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from audit_app import clock
from requests_app.law.proposed_answers import best
from requests_app.models import (
    Decision,
    InformationSet,
    Proposal,
    SecrecyReview,
    StandingAssessment,
    StandingReliance,
)
from requests_app.models.decision import OF_CURRENT_DECISION
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.visibility import keys_in_scope, visible_to

Status = SecrecyReview.Status
MOST = 200


def reviews_relying_on(row: StandingAssessment) -> QuerySet[SecrecyReview]:
    """Open reviews whose proposal relied on it or whose next would, and those granted
    on it."""
    return SecrecyReview.objects.filter(key_in_array("pk", _relying_on(row)))


def _relying_on(row: StandingAssessment) -> QuerySet[Any]:
    """Their keys. Each part is found by its own index: beside an `or`, every review
    would be asked."""
    relied = StandingReliance.objects.filter(standing_assessment=row.pk).order_by()
    granted = relied.filter(
        OF_CURRENT_DECISION, review__status__in=(Status.DECIDED, Status.CLOSED)
    )
    still_open = relied.filter(review__status__in=SecrecyReview.OPEN)
    would = SecrecyReview.objects.filter(
        _would_rely(row), status__in=SecrecyReview.OPEN
    ).order_by()
    return still_open.values("review").union(
        granted.values("review"), would.values("pk")
    )


def _would_rely(row: StandingAssessment) -> Q:
    """Reviews for which it is the one that counts now, confirmed as it is."""
    assessments = StandingAssessment.objects.filter(
        authority=row.authority_id,
        provider=row.provider_id,
        confirmed_at__isnull=False,
    )
    rows = list(assessments.order_by("-valid_from", "-pk"))
    if best(rows, row.information_set_id) != row:
        return Q(pk__in=[])
    sets = InformationSet.objects.filter(
        object_links__cloud_object__requested__review=OuterRef("pk"),
        object_links__cloud_object__requested__removed_in_revision=None,
    )
    if row.information_set_id:
        covers = Q(Exists(sets.filter(pk=row.information_set_id)))
    else:
        own = [other.information_set_id for other in rows if other.information_set_id]
        covers = Q(Exists(sets.exclude(pk__in=own))) | ~Q(Exists(sets))
    return covers & Q(
        authority=row.authority_id,
        access_request__connection__product__provider=row.provider_id,
    )


def seen_relying_on(row: StandingAssessment, user: Any) -> QuerySet[SecrecyReview]:
    """The reviews that rely on a standing assessment, as far as the person may know of
    them."""
    return (
        visible_to(user)
        .filter(keys_in_scope(user, "pk", _relying_on(row)))
        .select_related("authority", "case_officer", "access_request")
        .order_by("-pk")[:MOST]
    )


def lost_ground(at: datetime | None = None) -> Func:
    """In a query of proposals: has something that one relied on fallen, by now or by
    then? The database holds approvals to the same rule."""
    return Func(
        F("pk"),
        Value(at or clock.now()),
        function="lockbox_has_fallen",
        output_field=BooleanField(),
    )


def has_lost_ground(decisions: Iterable[Decision], at: datetime | None = None) -> bool:
    """Does any of the decisions rest on something that has fallen?"""
    return without_ground(decisions, at).exists()


def without_ground(
    decisions: Iterable[Decision], at: datetime | None = None
) -> QuerySet[Proposal]:
    """What was proposed in the decisions that rest on something that has fallen."""
    proposals = [decision.proposal_id for decision in decisions]
    return Proposal.objects.filter(lost_ground(at), pk__in=proposals)
