"""Who may decide what: the rule of delegation in force that covers it, if any."""

from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from requests_app.models import (
    DelegationRule,
    InformationSet,
    RequestedObject,
    Reviewer,
    Role,
    SecrecyReview,
    SecurityClassification,
)
from requests_app.models.decision import GRANTS
from requests_app.permissions.roles import READS, has_role, roles_at, roles_of, today

# What nobody has classified may be as sensitive as anything that can be granted.
UNKNOWN = 3


def highest_class(review: SecrecyReview) -> int | None:
    """The highest confidentiality in force among what the review's objects hold."""
    return _classes(review).values_list("confidentiality", flat=True).first()


def _classes(review: SecrecyReview) -> QuerySet[SecurityClassification]:
    """The classifications in force of what the objects hold, the highest first."""
    link = "information_set__object_links__cloud_object__requested"
    held = {f"{link}__review": review, f"{link}__removed_in_revision": None}
    rows = SecurityClassification.objects.in_force(today()).filter(**held)
    return SecurityClassification.objects.filter(pk__in=rows.values("pk")).order_by(
        "-confidentiality"
    )


def _unclassified(review: SecrecyReview) -> QuerySet[RequestedObject]:
    """Objects of the review of which nobody has said how sensitive they are."""
    begun = SecurityClassification.objects.filter(
        information_set=OuterRef("pk"), valid_from__lte=today()
    )
    held = InformationSet.objects.filter(
        object_links__cloud_object=OuterRef("cloud_object")
    )
    bare = held.filter(~Exists(begun))
    return RequestedObject.objects.filter(
        ~Exists(held) | Exists(bare), review=review, removed_in_revision=None
    )


def rules_for(user: Any, review: SecrecyReview) -> QuerySet[DelegationRule]:
    """The rules in force that delegate something on this review to the person."""
    product = review.access_request.connection.product_id
    return DelegationRule.objects.in_force(today()).filter(
        Q(person=user.pk) | Q(role__in=roles_at(user, review)),
        Q(product=None) | Q(product=product),
        authority=review.authority_id,
    )


def delegation_for(
    user: Any, review: SecrecyReview, outcome: str, minutes: int | None = None
) -> DelegationRule | None:
    """The rule that lets this person decide this outcome. Limits are limits of grants:
    `minutes` of access, and the confidentiality of what the review's objects hold."""
    rules = rules_for(user, review).filter(outcomes__contains=[outcome])
    if outcome in GRANTS:
        known = Subquery(
            _classes(review).values("confidentiality")[:1],
            output_field=IntegerField(),
        )
        highest = Case(
            When(Exists(_unclassified(review)), then=Greatest(known, UNKNOWN)),
            default=Coalesce(known, UNKNOWN),
            output_field=IntegerField(),
        )
        rules = rules.filter(
            Q(max_minutes=None) | Q(max_minutes__gte=minutes or 0),
            Q(max_confidentiality=None) | Q(max_confidentiality__gte=highest),
        )
    return rules.order_by("item_no", "pk").first()


def can_confirm_delegation(user: Any, rule: DelegationRule) -> bool:
    """Of the rule's authority, and neither who entered it nor who gains by it."""
    if user.pk in (rule.made_by_id, rule.person_id):
        return False
    if any(
        row.role == rule.role and row.authority_id == rule.authority_id
        for row in roles_of(user)
    ):
        return False
    confirming = (Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
    return has_role(user, *confirming, authority=rule.authority_id)


def someone_decides(
    authority_id: int,
    day: date,
    *,
    without_role: int | None = None,
    without_rule: int | None = None,
    without_person: int | None = None,
) -> bool:
    """Would anybody be able to refuse a provider for the authority on that day?"""
    roles = Reviewer.objects.in_force(day).filter(authority=authority_id, branch=None)
    roles = roles.exclude(pk=without_role or 0).exclude(person=without_person)
    rules = DelegationRule.objects.in_force(day).filter(
        authority=authority_id, outcomes__contains=["refused"], product=None
    )
    # What is delegated on falls with what it comes from.
    rules = rules.exclude(pk=without_rule or 0)
    rules = rules.exclude(parent__isnull=False, parent=without_rule or 0)
    readers = roles.filter(role__in=READS)
    return (
        rules.filter(role__in=roles.values("role")).exists()
        or rules.filter(person__in=readers.values("person")).exists()
    )
