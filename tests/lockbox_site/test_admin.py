"""The page of a person: leavers, and the last who decides."""

import pytest

from requests_app.core.people.models import RoleAssignment
from tests.helpers.people import give
from tests.helpers.web import page, signed_in, step_url

pytestmark = pytest.mark.django_db


def test_the_last_who_decides_is_not_deactivated(cast):
    sam = signed_in(cast.sam)
    close = step_url(cast.bo, "deactivate")
    answer = sam.post(close, {"reason": "Leaves"})
    assert answer.status_code == 409
    assert "Grundskolenämnden" in answer.content.decode()
    assert cast.bo.is_active
    give(cast, cast.jonas, "decision_maker")
    assert sam.post(close, {"reason": "Leaves"}).status_code == 302
    assert not cast.bo.is_active


def test_only_a_manager_sees_how_many_of_their_cases_somebody_has(cast):
    cast.assigned(number="1")
    role = RoleAssignment.objects.get(person=cast.karin)
    notice = b'class="notice"'
    for person in (cast.sam, cast.lena, cast.bo, cast.cilla, cast.nils):
        client = signed_in(person)
        for place in (page(cast.karin), page(role)):
            assert notice not in client.get(place).content, person
    per = signed_in(cast.per)
    assert notice in per.get(page(cast.karin)).content
    assert notice in per.get(page(role)).content
    assert notice not in per.get(page(cast.jonas)).content
