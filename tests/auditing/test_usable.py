"""Whether a role could be used then: one rule, of rows and of their versions."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from requests_app.models import RoleAssignment
from requests_app.models.role_assignment import was_usable
from tests.helpers.people import engage, rewrite

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
            in_force = RoleAssignment.objects.in_force(moment).filter(pk=row.pk)
            assert was_usable(row, moment) == in_force.exists()
            told.add(was_usable(row, moment))
    rewrite(
        row, valid_to=day - timedelta(days=1), confirmed_at=hours[1], confirmed_by=pia
    )
    assert not was_usable(row, now)
    assert told == {True, False}
