"""Whether a role could be used then: one rule, of rows and of their versions."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from requests_app.core.people.models import RoleAssignment, was_usable
from tests.helpers.people import engage, rewrite
from tests.helpers.tampering import behind_our_back

pytestmark = pytest.mark.django_db


def test_a_version_is_usable_when_its_row_is_in_force(cast):
    now = timezone.now()
    rose = engage(cast, "rose", "dpo", cast.gsn)
    row = RoleAssignment.objects.get(person=rose)
    hours = (None, now - timedelta(hours=1), now + timedelta(hours=1))
    per, pia, day = cast.per, cast.pia, timezone.localdate()
    told = set()
    for confirmed, ended, suspended, until in product(
        hours, hours[:2], hours[:2], hours
    ):
        rewrite(
            row,
            confirmed_at=confirmed,
            confirmed_by=confirmed and pia,
            ended_at=ended,
            ended_by=ended and per,
            suspended_at=suspended,
            suspended_by=suspended and per,
            usable_until=until,
            valid_to=None,
        )
        for moment in (now, now - timedelta(hours=2), now + timedelta(hours=2)):
            told.add(agreed(row, rose, moment))
    rewrite(
        row, valid_to=day - timedelta(days=1), confirmed_at=hours[1], confirmed_by=pia
    )
    assert not agreed(row, rose, now)
    assert told == {True, False}


def test_so_it_is_of_whoever_holds_it(cast):
    rose = engage(cast, "rose", "dpo", cast.gsn)
    row = RoleAssignment.objects.get(person=rose)
    told = {}
    for is_active, roles in product((True, False), (None, [], ["dpo"], ["auditor"])):
        rewrite(rose, is_active=is_active, directory_roles=roles)
        told[is_active, str(roles)] = agreed(row, rose, timezone.now())
    assert {key for key, is_usable in told.items() if is_usable} == {
        (True, "None"),
        (True, "['dpo']"),
    }
    # Nobody makes a machine of a person; nor does a machine use a role.
    behind_our_back(
        "lockbox_site_user",
        "update lockbox_site_user set is_machine = true, is_active = true,"
        " municipality_id = null,"
        " directory_roles = null where id = %s",
        rose.pk,
    )
    rose.refresh_from_db()
    assert not agreed(row, rose, timezone.now())
    assert not was_usable(row, None, timezone.now())


def agreed(row, person, moment):
    """By both, which say the same."""
    in_force = RoleAssignment.objects.in_force(moment).filter(pk=row.pk).exists()
    assert was_usable(row, person, moment) == in_force
    return in_force
