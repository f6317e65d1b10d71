"""A password that is right, of somebody who signs in elsewhere."""

import pytest
from django.test import Client

from audit_app.models import LedgerEntry
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def test_it_lets_nobody_in_and_the_try_is_on_record(cast, known, configured):
    """Whoever has the old password has learnt that it is right."""
    known("karin")
    told = {"username": "karin", "password": PASSWORD, "code": "123456"}
    assert Client().post("/login/", told).status_code == 200
    (line,) = LedgerEntry.objects.filter(event="user.sign_in_refused")
    assert line.facts["username"] == "karin"
