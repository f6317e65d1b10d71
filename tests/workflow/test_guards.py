"""What must always hold, tried with raw SQL by the application's own role."""

import pytest
from django.db import IntegrityError, connection

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import (
    AccessGrant,
    ConflictDeclaration,
    Decision,
    DelegationRule,
    Delivery,
    SecrecyReview,
)
from tests.cast import hours

pytestmark = pytest.mark.django_db


def forged_decision(cast, **changes):
    """A decision row made without the workflow, as near to a true one as possible."""
    subject = changes.pop("subject", None) or cast.proposed()
    proposal = subject.proposals.get(status="open")
    fields = {
        "proposal": proposal,
        "review": subject,
        "outcome": proposal.outcome,
        "revision": proposal.revision,
        "object_ids": proposal.object_ids,
        "granted_minutes": proposal.granted_minutes,
        "granted_scope": proposal.granted_scope,
        "ground": proposal.ground,
        "motivation_internal": proposal.motivation_internal,
        "motivation_for_recipient": proposal.motivation_for_recipient,
        "decided_by": cast.bo,
        "decided_by_name": "Bo",
        "rapporteur": proposal.proposed_by,
        "rapporteur_name": "Karin",
        "decided_at": clock.now(),
        "delegation_rule": DelegationRule.objects.get(
            authority=subject.authority, item_no="4.7"
        ),
        "delegation_snapshot": {
            "item_no": "4.7",
            "board_decision": "2020-01-15 § 7",
        },
        "security_protection": subject.security_protection,
        "regime": subject.authority.regime,
    }
    fields.update(changes)
    with acting(cast.bo):
        ConflictDeclaration.objects.create(
            review=subject,
            person=fields["decided_by"],
            stage="decision",
            has_conflict=False,
            declared_at=clock.now(),
        )
        return Decision.objects.create(**fields)


def test_the_row_that_the_forgeries_vary_is_accepted(cast):
    assert forged_decision(cast).pk


@pytest.mark.parametrize(
    "name, changes",
    [
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
            lambda c: {"delegation_rule": DelegationRule.objects.get(authority=c.snc)},
        ),
        ("another copy of the rule", lambda c: {"delegation_snapshot": {}}),
        ("security protection not cleared", lambda c: {"security_protection": "yes"}),
    ],
)
def test_the_database_refuses_a_forged_decision(cast, name, changes):
    with pytest.raises(IntegrityError):
        forged_decision(cast, **changes(cast))
    assert not Decision.objects.exists()


def forged_approve(cast, subject, **changes):
    fields = {
        "access_request": subject.access_request,
        "answer": "approve",
        "revision": subject.access_request.revision,
        "minutes": 60,
        "created_at": clock.now(),
    }
    with acting(cast.eva):
        return Delivery.objects.create(**{**fields, **changes})


def test_nothing_is_approved_that_no_decision_grants(cast):
    for subject in (
        cast.proposed(number="1"),
        cast.decided("refused", number="2"),
        cast.decided("partially_granted", number="3"),
    ):
        for task in subject.access_request.deliveries.all():
            task.status = "cancelled"
            with acting(cast.eva):
                task.save()
        with pytest.raises(IntegrityError, match="not every authority"):
            forged_approve(cast, subject)


def test_a_refusal_is_not_turned_into_an_approval(cast):
    task = cast.decided("refused").access_request.deliveries.get()
    task.answer = "approve"
    with pytest.raises(IntegrityError), acting(cast.eva):
        task.save()


def test_no_access_without_a_given_approval_nor_longer_than_it(cast):
    subject = cast.decided()
    task = subject.access_request.deliveries.get()
    window = {"opens_at": clock.now(), "ends_at": hours(1)}
    with pytest.raises(IntegrityError), acting(cast.eva):
        AccessGrant.objects.create(
            access_request=subject.access_request, delivery=task, **window
        )
    cast.confirm(task)
    grant = AccessGrant.objects.get()
    grant.ends_at = hours(24)
    with pytest.raises(IntegrityError), acting(cast.eva):
        grant.save()


def test_a_suspicion_can_not_stand_beside_work(cast):
    subject = cast.assessed()
    subject.security_protection = "suspected"
    with pytest.raises(IntegrityError), acting(cast.karin):
        subject.save()


def test_there_are_no_superusers(cast):
    person = cast.sam
    person.is_superuser = True
    with pytest.raises(IntegrityError), acting(cast.sam):
        person.save()


def test_a_decision_is_not_edited_even_by_sql(cast):
    cast.decided()
    for statement in (
        "update requests_app_decision set outcome = 'refused'",
        "delete from requests_app_decision",
    ):
        with (
            pytest.raises(Exception, match="permission denied|append-only"),
            acting(cast.bo),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert SecrecyReview.objects.get().decisions.get().outcome == "granted"
