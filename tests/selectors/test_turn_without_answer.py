"""Whose turn it is where a decision stands and no answer is to be given yet."""

import pytest

from tests.helpers.cases import decided_under, set_freeze
from tests.selectors.test_turn import line_of

pytestmark = pytest.mark.django_db


def test_nobody_is_said_to_give_an_answer_that_a_freeze_called_back(cast):
    subject = cast.decided()
    assert "Eva Test" in line_of(cast.agnes, subject)
    set_freeze(cast)
    assert subject.access_request.deliveries.get().status == "cancelled"
    assert "Eva Test" not in line_of(cast.agnes, subject)


def test_what_waits_to_be_served_does_not_wait_for_other_authorities(cast):
    subject = decided_under(cast, "granted_with_reservation", "internal").review
    line = line_of(cast.agnes, subject)
    assert "övriga myndigheters beslut" not in line and "Lena Test" in line
