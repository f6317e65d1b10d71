"""A manager records who is away, with a substitute or with none."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.selectors import candidates, described
from requests_app.core.people.models import Absence
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.django_db
LIST = reverse("admin:requests_app_absence_changelist")
ADD = reverse("admin:requests_app_absence_add")


def test_an_absence_needs_no_substitute_and_the_page_says_that_nobody_stands_in(cast):
    day = acting.today().isoformat()
    typed = {"person": cast.karin.pk, "valid_from": day, "valid_to": day}
    assert signed_in(cast.per).post(ADD, typed).status_code == 302
    row = Absence.objects.get()
    assert row.substitute is None and row.history.get().substitute_id is None
    for shown in (LIST, page(row)):
        assert "ingen ersätter" in words(signed_in(cast.agnes).get(shown))
    # The others with the role are asked, as by every other day.
    lines = [described(person) for person in candidates(cast.registered(), cast.per)]
    assert lines[0].startswith("Jonas") and lines[-1].startswith("Karin")
    assert not any("ersätter" in line for line in lines)


def test_nobody_stands_in_for_themselves(cast):
    day = acting.today()
    row = Absence(
        person=cast.karin, substitute=cast.karin, valid_from=day, valid_to=day
    )
    with pytest.raises(ValidationError), acting_as(cast.per):
        row.full_clean()
