"""Who may decide a proposal: four eyes, under a rule of delegation that covers it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from requests_app.models import (
    AssessmentAnswer,
    DelegationRule,
    HarmTest,
    Proposal,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.delegation import (
    covering,
    matter_at,
    rules_for,
    rules_in,
    rules_of,
)
from requests_app.permissions.holders import holders_of, holders_of_each
from requests_app.permissions.roles import READS


def ruled_at(user: Any) -> Q:
    """In a query of reviews: does a rule in force delegate something to the person?
    Begun by the authorities of their rules, most often none."""
    authorities = rules_of(user).order_by().values("authority")
    here = key_in_array("authority", authorities)
    return Q(here) & Q(Exists(rules_for(user, matter_at())))


def decidable_by(user: Any) -> QuerySet[Proposal]:
    """The open proposal of the outer review, where the person may decide it: another
    than whoever proposed or assessed, under a rule that covers it."""
    rules = rules_for(user, matter_at("review__"))
    return _decidable(rules, user.pk).filter(review=OuterRef("pk"))


def deciders_of(review: SecrecyReview) -> QuerySet[RoleAssignment]:
    """Who may decide the open proposal, of those who read the review by a role: the
    other way of `decidable_by`. Decision-makers come first; last who may only because
    the board can't be awaited (`in_boards_place`, KL 6:39)."""
    others = Case(When(role=Role.DECISION_MAKER, then=0), default=1)
    usual = _decided_by_holder(review.pk, is_urgent=False)
    rows = _deciding(holders_of(review, *READS), review.pk)
    rows = rows.annotate(in_boards_place=~Q(Exists(usual)))
    return rows.order_by("in_boards_place", others, "pk")


def has_no_decider() -> Q:
    """In a query of reviews: is there nobody in `deciders_of` it?"""
    return ~Q(Exists(_deciding(holders_of_each(*READS), OuterRef(OuterRef("pk")))))


def _deciding(holders: QuerySet[RoleAssignment], review: Any) -> QuerySet:
    """Among holders of roles, those who may decide the open proposal of the review."""
    return holders.filter(Exists(_decided_by_holder(review)))


def _decided_by_holder(review: Any, **kind: bool) -> QuerySet[Proposal]:
    """In a query of role rows: the open proposal that the holder may decide, by rules
    of this kind."""
    person, role = OuterRef(OuterRef("person")), OuterRef(OuterRef("role"))
    rules = rules_in(matter_at("review__")).filter(Q(person=person) | Q(role=role))
    return _decidable(rules.filter(**kind), person).filter(review=review)


def _decidable(rules: QuerySet[DelegationRule], person: Any) -> QuerySet[Proposal]:
    """Open proposals that one of these rules covers, and in which the person has had
    no part."""
    minutes = Coalesce(OuterRef("granted_minutes"), 0)
    return Proposal.objects.filter(
        Exists(covering(rules, OuterRef("outcome"), minutes)),
        *(~Exists(rows) for rows in _assessed_by(person)),
        status=Proposal.Status.OPEN,
    )


def _assessed_by(person: Any) -> Iterable[QuerySet[Any]]:
    """Parts of the assessment that the person has written, and what they have
    proposed. History knows it, whoever wrote over it or proposed in the end."""
    wrote = {"review_id": OuterRef("review"), "answered_by_id": person}
    yield AssessmentAnswer.history.filter(**wrote)
    yield HarmTest.history.filter(**wrote)
    yield Proposal.objects.filter(review=OuterRef("review"), proposed_by=person)
