"""Whom a case can be assigned to."""

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.selectors import candidates, described
from requests_app.core.people.models import Absence

pytestmark = pytest.mark.django_db


def test_an_absent_officer_comes_last_and_says_so(cast):
    subject = cast.registered()
    day = acting.today()
    with acting_as(cast.per):
        Absence.objects.create(
            person=cast.karin, substitute=cast.jonas, valid_from=day, valid_to=day
        )
    lines = [described(person) for person in candidates(subject, cast.per)]
    assert lines[0].startswith("Jonas")
    assert lines[-1].startswith("Karin") and str(day.day) in lines[-1]


def test_how_much_somebody_works_and_whether_a_like_case_is_said(cast):
    subject = cast.registered(number="new")
    before = {person: described(person) for person in candidates(subject, cast.per)}
    assert before and all(person.load == 0 and not person.knows for person in before)
    cast.assigned(number="like")
    cast.assigned(number="another")
    lines = {person: described(person) for person in candidates(subject, cast.per)}
    assert "2 öppna ärenden" in lines[cast.karin]
    assert "har handlagt ett liknande ärende" in lines[cast.karin]
    others = {person: line for person, line in lines.items() if person != cast.karin}
    assert others == {person: before[person] for person in others}
