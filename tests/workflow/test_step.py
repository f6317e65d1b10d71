"""A form that was opened before somebody else's step."""

import pytest

from requests_app.core.step import ChangedSince
from tests.helpers.refusals import fresh, refused

pytestmark = pytest.mark.django_db


def test_a_form_opened_before_somebody_elses_step_is_refused_with_its_reason(cast):
    subject = cast.assessed()
    opened = fresh(subject)
    cast.assess(subject, ground_motivation="More")
    error = refused(ChangedSince, cast.propose, opened)
    assert "Karin Test" in str(error)
