"""Whom a case can be assigned to."""

import pytest

from audit_app.acting import acting
from requests_app import permissions
from requests_app.models import Absence
from requests_app.selectors.candidates import candidates, described

pytestmark = pytest.mark.django_db


def test_an_absent_officer_comes_last_and_says_so(cast):
    subject = cast.registered()
    day = permissions.today()
    with acting(cast.per):
        Absence.objects.create(
            person=cast.karin, substitute=cast.jonas, valid_from=day, valid_to=day
        )
    lines = [described(person) for person in candidates(subject, cast.per)]
    assert lines[0].startswith("Jonas")
    assert lines[-1].startswith("Karin") and str(day.day) in lines[-1]
