"""What must always hold of people, roles and delegations, tried with raw SQL."""

from datetime import date

import pytest
from django.db import IntegrityError

from audit_app import clock
from audit_app.acting import acting
from requests_app.workflow import role
from tests.helpers.people import delegate, give

pytestmark = pytest.mark.django_db


def test_there_are_no_superusers(cast):
    person = cast.sam
    person.is_superuser = True
    with pytest.raises(IntegrityError), acting(cast.sam):
        person.save()


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "decision_maker"},
        {"valid_to": date(2099, 1, 1)},
        {"seen_by": "jonas"},
    ],
)
def test_a_role_looked_at_is_not_changed_unseen_by_sql(cast, changes):
    row = give(cast, cast.jonas, "dpo", by=cast.per)
    role.look_at_role(row, by=cast.pia)
    for name, value in changes.items():
        setattr(row, name, cast.karin if name == "seen_by" else value)
    with pytest.raises(IntegrityError), acting(cast.per):
        row.save()


def test_a_confirmed_item_is_not_rewritten_by_sql(cast):
    rule = delegate(cast, max_minutes=60, valid_to=date(2027, 1, 1))
    role.confirm_delegation(rule, by=cast.bo)
    for name, value in (
        ("max_minutes", None),
        ("outcomes", ["granted", "struck_off"]),
        ("person", cast.cilla),
        ("valid_to", None),
        ("valid_to", date(2030, 1, 1)),
        ("confirmed_at", None),
    ):
        rule.refresh_from_db()
        setattr(rule, name, value)
        with pytest.raises(IntegrityError), acting(cast.lena):
            rule.save()


def test_nobody_confirms_in_anothers_name_by_sql(cast):
    rule = delegate(cast)
    rule.confirmed_by, rule.confirmed_at = cast.bo, clock.now()
    with pytest.raises(IntegrityError), acting(cast.lena):
        rule.save()
    rule.confirmed_by = cast.jonas
    with pytest.raises(IntegrityError, match="gains"), acting(cast.jonas):
        rule.save()
