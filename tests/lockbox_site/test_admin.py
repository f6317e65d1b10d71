"""The page of a person: leavers, and the last who decides."""

import pytest

from requests_app.models import RoleAssignment
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


def test_the_page_says_how_many_cases_a_leaver_has(cast):
    cast.assigned(number="1")
    sam = signed_in(cast.sam)
    assert b'class="notice"' in sam.get(page(cast.karin)).content
    assert b'class="notice"' not in sam.get(page(cast.jonas)).content
    role = RoleAssignment.objects.get(person=cast.karin)
    assert b'class="notice"' in signed_in(cast.per).get(page(role)).content
