"""What must always hold of people, roles and delegations, tried with raw SQL."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.step import machine_account
from requests_app.organisation import steps
from tests.helpers.people import DAY, delegate, enter, give

pytestmark = pytest.mark.django_db


def test_there_are_no_superusers(cast):
    person = cast.sam
    person.is_superuser = True
    with pytest.raises(IntegrityError), acting_as(cast.sam):
        person.save()


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "decision_maker"},
        {"valid_to": date(2099, 1, 1)},
        {"reason": "another"},
        {"given_by": "pia"},
        {"confirmed_by": "karin"},
        {"usable_until": datetime(2026, 3, 5, 11, tzinfo=UTC)},
        {"ended_by": "pia", "ended_at": DAY},
        {"suspended_by": "pia", "suspended_at": DAY},
        {"refused_by": "per", "refused_at": DAY},
    ],
)
def test_a_confirmed_role_is_not_rewritten_by_sql(cast, changes):
    row = enter(cast, cast.jonas, "dpo", by=cast.per, valid_to=date(2027, 1, 1))
    steps.confirm_role(row, by=cast.pia)
    for name, value in changes.items():
        setattr(row, name, getattr(cast, value) if name.endswith("_by") else value)
    with pytest.raises(IntegrityError), acting_as(cast.per):
        row.save()


def confirm_by_sql(row, person):
    row.confirmed_by, row.confirmed_at = person, acting.now()
    with acting_as(person):
        row.save()


@pytest.mark.parametrize("name", ["per", "jonas", "sam", "lena", "system"])
def test_only_a_second_manager_confirms_by_sql(cast, name):
    row = enter(cast, cast.jonas, "dpo", by=cast.per)
    person = machine_account(name) if name == "system" else getattr(cast, name)
    with pytest.raises(IntegrityError), transaction.atomic():
        confirm_by_sql(row, person)
    row.refresh_from_db()
    confirm_by_sql(row, cast.pia)


def test_who_made_the_account_neither_gives_nor_confirms_its_roles_by_sql(cast):
    with acting_as(cast.per):
        person = get_user_model().objects.create(username="new")
    assert person.made_by == cast.per
    with pytest.raises(ValidationError):
        enter(cast, person, "dpo", by=cast.per)
    row = enter(cast, person, "dpo", by=cast.pia)
    with pytest.raises(IntegrityError, match="second manager"):
        confirm_by_sql(row, cast.per)


def test_an_account_is_made_in_ones_own_name_by_sql(cast):
    for by, maker in ((cast.sam, cast.per), (machine_account("system"), None)):
        with pytest.raises(IntegrityError, match="own name"), acting_as(by):
            get_user_model().objects.create(username="new", made_by=maker)
    person = cast.jonas
    person.made_by = cast.pia
    with pytest.raises(IntegrityError, match="not rewritten"), acting_as(cast.pia):
        person.save()


@pytest.mark.parametrize("authority", ["gsn", "snc"])
@pytest.mark.parametrize(
    ("name", "other"),
    [("sam", "it_manager"), ("per", "system_administrator")],
)
def test_nobody_makes_accounts_and_gives_roles(cast, name, other, authority):
    with pytest.raises(IntegrityError, match="accounts_apart_from_roles"):
        give(cast, getattr(cast, name), other, getattr(cast, authority))


def test_a_password_is_not_chosen_by_another_by_sql(cast):
    person = cast.karin
    person.set_password("known to the administrator")
    with (
        pytest.raises(IntegrityError, match="by the person alone"),
        acting_as(cast.sam),
    ):
        person.save()


def test_the_roles_of_whoever_comes_back_are_confirmed_anew_by_sql(cast):
    person = cast.karin
    with acting_as(cast.sam):
        person.is_active = False
        person.save()
    person.is_active = True
    with pytest.raises(IntegrityError, match="confirmed anew"), acting_as(cast.sam):
        person.save()


def test_a_role_is_not_deleted(cast):
    row = enter(cast, cast.jonas, "dpo", by=cast.per)
    with pytest.raises(IntegrityError, match="is kept"), acting_as(cast.per):
        row.delete()


def test_a_confirmed_item_is_not_rewritten_by_sql(cast):
    rule = delegate(cast, max_minutes=60, valid_to=date(2027, 1, 1))
    steps.confirm_delegation(rule, by=cast.bo)
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
        with pytest.raises(IntegrityError), acting_as(cast.lena):
            rule.save()


def test_nobody_confirms_in_anothers_name_by_sql(cast):
    rule = delegate(cast)
    rule.confirmed_by, rule.confirmed_at = cast.bo, acting.now()
    with pytest.raises(IntegrityError), acting_as(cast.lena):
        rule.save()
    rule.confirmed_by = cast.jonas
    with pytest.raises(IntegrityError, match="gains"), acting_as(cast.jonas):
        rule.save()


def test_an_item_is_confirmed_by_somebody_by_sql(cast):
    rule = delegate(cast)
    for person in (cast.lena, cast.bo):
        rule.confirmed_at = acting.now()
        with (
            pytest.raises(IntegrityError, match="confirmed_by_another"),
            transaction.atomic(),
            acting_as(person),
        ):
            rule.save()
