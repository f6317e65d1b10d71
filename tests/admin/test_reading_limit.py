"""Limits of unusual reading: one proposes, another confirms; everybody sees them."""

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit_app.acting import acting_as
from requests_app.core import two_persons
from requests_app.core.two_persons import RegisterChange
from requests_app.registers.models.changes import ReadingLimit, limit_of
from tests.helpers.reading_limits import limit_by_two
from tests.helpers.refusals import refused, refuses
from tests.helpers.two_persons import proposed
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db

ADD = reverse("admin:requests_app_readinglimit_add")


def test_a_new_limit_waits_for_a_second_person(cast):
    typed = {
        "authority": cast.gsn.pk,
        "opens": "06:00",
        "closes": "22:00",
        "many": "25",
        "days": "14",
        "_reason": "Kvällsarbete",
    }
    assert signed_in(cast.per).post(ADD, typed).status_code == 302
    assert not ReadingLimit.objects.exists()
    change = RegisterChange.objects.get()
    refused(PermissionDenied, two_persons.confirm, change, by=cast.per)
    refused(PermissionDenied, two_persons.confirm, change, by=cast.agnes)
    two_persons.confirm(change, by=cast.ivar)
    limit = limit_of(cast.gsn.pk)
    assert (limit.opens, limit.closes) == (time(6), time(22))
    assert (limit.many, limit.days) == (25, 14)
    shown = signed_in(cast.karin).get(
        reverse("admin:requests_app_readinglimit_changelist")
    )
    assert "22.00" in words(shown) and "14" in words(shown)


def test_nobody_changes_one_alone_by_any_door(cast):
    limit = limit_by_two(cast)
    for name, value in (("opens", time(0)), ("closes", time(23)), ("many", 2)):
        setattr(limit, name, value)
        refuses("two persons", limit.save, cast.per)
        limit.refresh_from_db()
    other = ReadingLimit(authority=cast.snc)
    refuses("two persons", other.save, cast.per)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("days", "91", "90"),
        ("days", "0", "1"),
        ("many", "1", "2"),
        ("closes", "05:00", "Tiden slutar innan den börjar"),
    ],
)
def test_a_limit_beyond_reason_is_refused_beside_its_field(cast, field, value, said):
    typed = {"authority": cast.gsn.pk, "opens": "06:00", "closes": "22:00"}
    typed |= {"many": "25", "days": "14", "_reason": "x", field: value}
    response = signed_in(cast.per).post(ADD, typed)
    assert response.status_code == 200 and said in words(response)
    assert f'value="{value}' in response.content.decode()
    assert not RegisterChange.objects.exists()


def test_the_database_keeps_no_window_of_more_than_ninety_days(cast):
    change = proposed(ReadingLimit(authority=cast.gsn, days=91), cast.per)
    with pytest.raises(DatabaseError), transaction.atomic(), acting_as(cast.pia):
        ReadingLimit.objects.create(**change.new_values)
