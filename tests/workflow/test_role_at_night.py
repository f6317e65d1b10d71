"""A duty at night can not wait for a second manager; it lapses by noon without one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.core.calendar import is_office_hours, night_ends
from requests_app.core.people.models import RoleAssignment
from requests_app.organisation import steps
from requests_app.organisation.rights import NEVER_AT_NIGHT
from tests.helpers.people import DAY, NIGHT, engage, enter, has
from tests.helpers.web import upkeep_of

pytestmark = pytest.mark.django_db


def test_a_duty_at_night_waits_for_nobody_and_lapses_unless_confirmed(cast):
    row = enter(cast, cast.jonas, "registrar", by=cast.per, at=NIGHT)
    noon = datetime(2026, 3, 5, 11, tzinfo=UTC)
    assert row.usable_until == noon
    assert LedgerEntry.objects.filter(event="role.given_at_night").exists()
    with acting.at(NIGHT):
        assert has(cast.jonas, "registrar", cast.gsn)
        for guard in (cast.pia, cast.ivar, cast.sixten):
            assert any("Jonas" in item.name for item in upkeep_of(guard)), guard
            assert [item for item in upkeep_of(guard) if item.alarm], guard
        assert not upkeep_of(cast.per)
    with acting.at(noon):
        assert not has(cast.jonas, "registrar", cast.gsn)
        steps.confirm_role(row, by=cast.pia)
        assert has(cast.jonas, "registrar", cast.gsn)


def test_what_was_given_at_night_is_refused_at_once(cast):
    row = enter(cast, cast.jonas, "registrar", by=cast.per, at=NIGHT)
    with acting.at(NIGHT):
        steps.refuse_role(row, by=cast.pia, reason="Not him")
        assert not has(cast.jonas, "registrar", cast.gsn)


@pytest.mark.parametrize("name", NEVER_AT_NIGHT)
def test_roles_by_which_others_are_given_wait_at_night_too(cast, name):
    board = {"basis": "KS § 9", "decided_on": date(2025, 12, 1)}
    more = board if name == "confirmer" else {}
    row = enter(cast, cast.jonas, name, by=cast.per, at=NIGHT, **more)
    assert row.usable_until is None


def test_what_nobody_could_confirm_waits_at_night_too(cast):
    """Of two managers, one gives the other a role."""
    row = enter(cast, cast.pia, "registrar", by=cast.per, at=NIGHT)
    assert row.usable_until is None
    engage(cast, "petra", "it_manager", cast.gsn)
    row = enter(cast, cast.pia, "dpo", by=cast.per, at=NIGHT)
    assert row.usable_until is not None


def test_nobody_new_and_nobody_stopped_gets_a_role_at_night(cast):
    assert enter(cast, cast.rut, "dpo", by=cast.per, at=NIGHT).usable_until is None
    steps.end_role(
        RoleAssignment.objects.get(person=cast.dora), by=cast.per, reason="x"
    )
    row = enter(cast, cast.dora, "auditor", by=cast.per, at=NIGHT)
    assert row.usable_until is None


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"usable_until": DAY + timedelta(days=1)}, DAY),
        ({"usable_until": NIGHT + timedelta(days=30)}, NIGHT),
        ({"role": "it_manager"}, NIGHT),
        ({"person": "rut"}, NIGHT),
        ({"person": "pia"}, NIGHT),
        ({"given_at": datetime(2099, 1, 1, 23, tzinfo=UTC)}, NIGHT),
        ({"confirmed_by": "per", "confirmed_at": NIGHT}, NIGHT),
        ({"given_by": "pia"}, NIGHT),
    ],
)
def test_the_database_knows_what_night_is(cast, changes, at):
    values = {
        "person": cast.jonas,
        "role": "registrar",
        "authority": cast.gsn,
        "valid_from": date(2026, 1, 1),
        "reason": "x",
        "given_by": cast.per,
        "given_at": at,
        "usable_until": night_ends(at),
    }
    named = {
        key: getattr(cast, value)
        if key in ("person", "given_by", "confirmed_by")
        else value
        for key, value in changes.items()
    }
    with pytest.raises(IntegrityError), acting_as(cast.per):
        RoleAssignment.objects.create(**{**values, **named})


def test_python_and_the_database_have_one_calendar():
    """Each hour when something may change, through fifteen years."""
    first = datetime(2025, 1, 1, tzinfo=UTC)
    hours = [
        first + timedelta(days=day, hours=hour)
        for day in range(15 * 366)
        for hour in (4, 5, 6, 11, 15, 16, 17, 23)
    ]
    with connection.cursor() as cursor:
        cursor.execute("select lockbox_night_ends(unnest(%s::timestamptz[]))", [hours])
        by_database = [row[0] for row in cursor.fetchall()]
    for at, ends in zip(hours, by_database, strict=True):
        assert ends == (None if is_office_hours(at) else night_ends(at)), at
