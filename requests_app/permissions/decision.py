"""Who may decide a proposal: four eyes, under a rule of delegation that covers it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from requests_app.models import AssessmentAnswer, HarmTest, Proposal
from requests_app.permissions.delegation import (
    matter_at,
    rules_covering,
    rules_for,
    rules_of,
)


def ruled_at(user: Any) -> Q:
    """Of reviews: where a rule in force delegates something to the person; begun by the
    authorities of their rules, most often none."""
    authorities = rules_of(user).order_by().values("authority")
    return Q(authority__in=authorities) & Q(Exists(rules_for(user, matter_at())))


def decidable_by(user: Any) -> QuerySet[Proposal]:
    """The open proposal of the outer review, where the person may decide it: another
    than whoever proposed or assessed, under a rule that covers it."""
    minutes = Coalesce(OuterRef("granted_minutes"), 0)
    rules = rules_covering(user, matter_at("review__"), OuterRef("outcome"), minutes)
    return Proposal.objects.filter(
        Exists(rules),
        *(~Exists(rows) for rows in _assessed_by(user)),
        review=OuterRef("pk"),
        status=Proposal.Status.OPEN,
    )


def _assessed_by(user: Any) -> Iterable[QuerySet[Any]]:
    """Parts of the assessment that the person has written, and what they have
    proposed. History knows it, whoever wrote over it or proposed in the end."""
    wrote = {"review_id": OuterRef("review"), "answered_by_id": user.pk}
    yield AssessmentAnswer.history.filter(**wrote)
    yield HarmTest.history.filter(**wrote)
    yield Proposal.objects.filter(review=OuterRef("review"), proposed_by=user.pk)
