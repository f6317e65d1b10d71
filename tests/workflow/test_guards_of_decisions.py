"""What must always hold of decisions and answers, tried with raw SQL."""

import pytest
from django.db import IntegrityError, connection

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.models.terms import Terms
from requests_app.core.content import keep
from requests_app.core.people.models import RoleAssignment, SecrecyBranch
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from tests.cast import hours
from tests.helpers.cases import forged_decision
from tests.helpers.people import delegate, give, rewrite

pytestmark = pytest.mark.django_db


def test_the_row_that_the_forgeries_vary_is_accepted(cast):
    assert forged_decision(cast).pk


# What the world is made for once; each is tried alone, and leaves nothing behind.
FORGERIES = [
    ("a machine decides", lambda c: {"decided_by": c.sweeper}),
    ("the rapporteur decides", lambda c: {"decided_by": c.karin}),
    ("somebody without the role decides", lambda c: {"decided_by": c.lena}),
    ("another authority decides", lambda c: {"decided_by": c.didrik}),
    ("another outcome than proposed", lambda c: {"outcome": "refused"}),
    ("longer than proposed", lambda c: {"granted_minutes": 240}),
    ("a grant without length", lambda c: {"granted_minutes": None}),
    ("before the rule began", lambda c: {"decided_at": hours(-24 * 365 * 10)}),
    ("another revision", lambda c: {"revision": 2}),
    (
        "another authority's rule",
        lambda c: {
            "delegation_rule": DelegationRule.objects.get(
                item_no="4.7", authority=c.snc
            )
        },
    ),
    ("another copy of the rule", lambda c: {"delegation_snapshot": {}}),
    ("security protection not cleared", lambda c: {"security_protection": "yes"}),
]


def test_the_database_refuses_a_forged_decision(cast):
    subject, accepted = cast.proposed(), []
    for name, changes in FORGERIES:
        try:
            forged_decision(cast, subject=subject, **changes(cast))
        except IntegrityError:
            continue
        accepted.append(name)
    assert accepted == [] and not Decision.objects.exists()


def test_whoever_is_suspended_decides_nothing_by_role_nor_by_name(cast):
    """A freeze of a person is this, and no other thing."""
    subject = cast.proposed()
    named = delegate(cast, person=cast.bo)
    steps.confirm_delegation(named, by=cast.karin)
    # The last one is not stopped at all: another has the role first.
    give(cast, cast.jonas, "decision_maker")
    for row in cast.bo.roles.filter(ended_at=None):
        steps.suspend_role(row, by=cast.per, reason="Looked into")
    for rule in (DelegationRule.objects.get(authority=cast.gsn, item_no="4.7"), named):
        snapshot = {"item_no": rule.item_no, "board_decision": rule.board_decision}
        with pytest.raises(IntegrityError, match="does not hold the delegated role"):
            forged_decision(
                cast,
                subject=subject,
                delegation_rule=rule,
                delegation_snapshot=snapshot,
            )


def _another(field, said):
    """Something else that the field could say."""
    if field.is_relation:
        return keep("Something else")
    if field.choices:
        return next(value for value, _label in field.choices if value != said)
    if field.get_internal_type() == "ArrayField":
        return [] if said else [7]
    return "Something else" if field.get_internal_type() == "CharField" else 7


@pytest.mark.parametrize("field", Terms._meta.fields, ids=lambda field: field.name)
def test_a_decision_says_in_each_of_its_terms_what_was_proposed(cast, field):
    subject = cast.proposed()
    said = getattr(subject.proposals.get(), field.name)
    with acting_as(cast.karin):
        changed = {field.name: _another(field, said)}
    with pytest.raises(IntegrityError, match="not what was proposed"):
        forged_decision(cast, subject=subject, **changed)


def forged_approve(cast, subject, **changes):
    fields = {
        "access_request": subject.access_request,
        "answer": "approve",
        "revision": subject.access_request.revision,
        "minutes": 60,
        "text": keep("Pupils' personal circumstances occur."),
        "created_at": acting.now(),
    }
    with acting_as(cast.eva):
        return Delivery.objects.create(**{**fields, **changes})


def test_nothing_is_approved_that_no_decision_grants(cast):
    for subject in (
        cast.proposed(number="1"),
        cast.decided("refused", number="2"),
        cast.decided("partially_granted", number="3"),
    ):
        for task in subject.access_request.deliveries.all():
            task.status = "cancelled"
            with acting_as(cast.eva):
                task.save()
        with pytest.raises(IntegrityError, match="not every authority"):
            forged_approve(cast, subject)


def test_a_refusal_is_not_turned_into_an_approval(cast):
    task = cast.decided("refused").access_request.deliveries.get()
    task.answer = "approve"
    with pytest.raises(IntegrityError), acting_as(cast.eva):
        task.save()


def test_no_access_without_a_given_approval_nor_longer_than_it(cast):
    subject = cast.decided()
    task = subject.access_request.deliveries.get()
    window = {"opens_at": acting.now(), "ends_at": hours(1)}
    with pytest.raises(IntegrityError), acting_as(cast.eva):
        AccessGrant.objects.create(
            access_request=subject.access_request, delivery=task, **window
        )
    cast.confirm(task)
    grant = AccessGrant.objects.get()
    grant.ends_at = hours(24)
    with pytest.raises(IntegrityError), acting_as(cast.eva):
        grant.save()


def test_a_decision_is_not_edited_even_by_sql(cast):
    cast.decided()
    for statement in (
        "update requests_app_decision set outcome = 'refused'",
        "delete from requests_app_decision",
    ):
        with (
            pytest.raises(Exception, match="permission denied|append-only"),
            acting_as(cast.bo),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert SecrecyReview.objects.get().decisions.get().outcome == "granted"


@pytest.mark.parametrize("limit", ["class", "product", "branch"])
def test_the_database_holds_every_limit_of_a_delegation(cast, limit):
    with acting_as(cast.sam):
        branch = SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")
    limits = {
        "class": {"max_confidentiality": 2},
        "product": {"product": cast.azure.product},
        "branch": {},
    }
    subject = cast.proposed()
    rule = delegate(cast, person=None, role="decision_maker", **limits[limit])
    steps.confirm_delegation(rule, by=cast.karin)
    if limit == "branch":
        row = RoleAssignment.objects.get(person=cast.bo)
        rewrite(row, branch=branch)
    told = {"item_no": "5.1", "board_decision": "§ 9"}
    with pytest.raises(IntegrityError, match="deleg"):
        forged_decision(
            cast, subject=subject, delegation_rule=rule, delegation_snapshot=told
        )
