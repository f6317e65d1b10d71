"""Who may decide what: the rule of delegation in force that covers it, if any."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils import timezone

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    Authority,
    DelegationRule,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.models.outcome import GRANTS
from requests_app.permissions.roles import READS, authorities_of, roles_of, today

# Who confirms what another has entered.
CONFIRMERS = (Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER)


class Matter(NamedTuple):
    """What a rule is held against. Values, or references to the columns of an outer
    query: the same rules answer for one review and for a whole list."""

    review: Any
    access_request: Any
    authority: Any
    branch: Any
    product: Any


def matter_of(review: SecrecyReview) -> Matter:
    product = review.access_request.connection.product_id
    return Matter(
        Value(review.pk),
        Value(review.access_request_id),
        Value(review.authority_id),
        Value(review.branch_id, BigIntegerField()),
        Value(product),
    )


def matter_at(path: str = "") -> Matter:
    """The review at the end of this path of an outer query."""
    return Matter(
        OuterRef(f"{path}pk"),
        OuterRef(f"{path}access_request"),
        OuterRef(f"{path}authority"),
        OuterRef(f"{path}branch"),
        OuterRef(f"{path}access_request__connection__product"),
    )


def rules_for(user: Any, matter: Matter) -> QuerySet[DelegationRule]:
    """The rules in force that delegate something in this matter to the person."""
    return rules_in(matter).filter(Q(person=user.pk) | _by_role(user))


def rules_in(matter: Matter) -> QuerySet[DelegationRule]:
    """The rules in force that delegate something in this matter to anybody."""
    rules = DelegationRule.objects.in_force(today()).alias(
        of_review=_number(matter.review),
        in_branch=_number(matter.branch),
        of_request=_number(matter.access_request),
        of_product=_number(matter.product),
    )
    return rules.filter(
        Q(product=None) | Q(product=F("of_product")),
        authority=matter.authority,
        decision_type=DelegationRule.DecisionType.ANSWER,
    )


def rules_of(user: Any) -> QuerySet[DelegationRule]:
    """The rules in force that name the person, or a role that they hold somewhere."""
    named = Q(person=user.pk) | of_roles(roles_of(user))
    return DelegationRule.objects.in_force(today()).filter(named)


def of_roles(rows: Iterable[RoleAssignment]) -> Q:
    """Rules for these roles: said once for each role, whatever the authorities."""
    places: dict[str, set[int]] = {}
    for row in rows:
        places.setdefault(row.role, set()).add(row.authority_id)
    named = Q(pk__in=[])
    for role, authorities in places.items():
        named |= Q(role=role, authority__in=authorities)
    return named


def _number(expression: Any) -> ExpressionWrapper:
    # A reference to an outer query can be compared only once its type is said.
    return ExpressionWrapper(expression, BigIntegerField())


def _by_role(user: Any) -> Q:
    """A role for one branch is none for the others."""
    rows = roles_of(user)
    roles = of_roles(row for row in rows if row.branch_id is None)
    for row in rows:
        if row.branch_id is not None:
            here = Q(role=row.role, authority=row.authority_id)
            roles |= here & Q(in_branch=row.branch_id)
    return roles


def covering(
    rules: QuerySet[DelegationRule], outcome: Any, minutes: Any
) -> QuerySet[DelegationRule]:
    """Among a matter's rules, those by which this outcome can be decided. Limits are
    limits of grants: minutes of access, with those that the rest of the matter has got
    (extensions), and the confidentiality of what the review's objects hold, where the
    database counts what nobody has classified as it does itself."""
    rules = rules.alias(
        outcome=ExpressionWrapper(outcome, CharField()),
        minutes=_number(minutes) + minutes_beside(F("of_request")),
        highest=Func(
            F("of_review"),
            Value(today()),
            function="lockbox_class",
            output_field=IntegerField(),
        ),
    )
    no_grant = ~Q(outcome__in=GRANTS)
    return rules.filter(
        no_grant | Q(max_minutes=None) | Q(max_minutes__gte=F("minutes")),
        no_grant
        | Q(max_confidentiality=None)
        | Q(max_confidentiality__gte=F("highest")),
        outcomes__contains=[F("outcome")],
    )


def minutes_beside(access_request: Any) -> Func:
    """What is granted already of the same access: to what the request extends, and to
    what extends it. The database counts, as its guard of decisions does."""
    return Func(
        access_request,
        function="lockbox_minutes_beside",
        output_field=BigIntegerField(),
    )


def minutes_granted_beside(access_request: AccessRequest) -> int:
    """Only a matter of several requests has any."""
    rows = AccessRequest.objects.filter(pk=access_request.pk)
    beside = minutes_beside(F("pk"))
    return rows.annotate(beside=beside).values_list("beside", flat=True).get()


def delegation_for(
    user: Any, review: SecrecyReview, outcome: str, minutes: int | None = None
) -> DelegationRule | None:
    """The rule by which the person decides this outcome of the review, if any; in the
    board's place (KL 6:39) only where no other lets them."""
    amount = Value(minutes or 0, IntegerField())
    rules = covering(rules_for(user, matter_of(review)), Value(outcome), amount)
    return (
        rules.select_related("authority").order_by("is_urgent", "item_no", "pk").first()
    )


def delegations_to_confirm(user: Any) -> QuerySet[DelegationRule]:
    """Rules of the person's authority that they neither entered nor gain by."""
    gains = Q(person=user.pk) | of_roles(roles_of(user))
    rules = DelegationRule.objects.filter(
        authority__in=authorities_of(user, *CONFIRMERS)
    )
    return rules.exclude(made_by=user.pk).exclude(
        pk__in=DelegationRule.objects.filter(gains).values("pk")
    )


def can_confirm_delegation(user: Any, rule: DelegationRule) -> bool:
    return delegations_to_confirm(user).filter(pk=rule.pk).exists()


def confirmers_of(rule: DelegationRule) -> QuerySet[RoleAssignment]:
    """Who may, by their roles: the other way of `delegations_to_confirm`."""
    rows = RoleAssignment.objects.in_force(clock.now()).filter(
        authority=rule.authority_id, branch=None, role__in=CONFIRMERS
    )
    gaining = RoleAssignment.objects.in_force(clock.now()).filter(
        authority=rule.authority_id, role=rule.role
    )
    barred = Q(person__in=[rule.made_by_id, rule.person_id])
    return rows.exclude(barred | Q(person__in=gaining.values("person")))


def _moment_on(day: date) -> datetime:
    """Now, or the end of a later day."""
    evening = datetime.combine(day, time.max, timezone.get_default_timezone())
    return clock.now() if day == today() else evening


def someone_decides(authority_id: int, day: date, **without: int) -> bool:
    """Would anybody be able to refuse a provider for the authority on that day?"""
    here = Authority.objects.filter(pk=authority_id)
    return here.filter(has_decider(day, **without)).exists()


def has_decider(
    day: date,
    *,
    without_role: int | None = None,
    without_rule: int | None = None,
    without_person: int | None = None,
) -> Q:
    """The same, of authorities."""
    roles = RoleAssignment.objects.in_force(_moment_on(day)).filter(
        authority=OuterRef("authority"), branch=None
    )
    roles = roles.exclude(pk=without_role or 0).exclude(person=without_person)
    rules = DelegationRule.objects.in_force(day).filter(
        decision_type=DelegationRule.DecisionType.ANSWER,
        authority=OuterRef("pk"),
        outcomes__contains=["refused"],
        product=None,
    )
    # What is delegated on falls with what it comes from.
    rules = rules.exclude(pk=without_rule or 0)
    rules = rules.exclude(parent__isnull=False, parent=without_rule or 0)
    of_role = roles.filter(role=OuterRef("role"))
    of_reader = roles.filter(role__in=READS, person=OuterRef("person"))
    return Q(Exists(rules.filter(Exists(of_role) | Exists(of_reader))))
