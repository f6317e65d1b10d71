"""A stop closes the pages that show the case."""

import pytest

from requests_app import permissions
from requests_app.workflow import assignment, review, stop
from tests.cast import MAILBOX, SITE
from tests.helpers.refusals import fresh
from tests.helpers.web import signed_in, step_url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["assess", "propose", "ask", "record-answer"])
def test_a_stop_at_another_authority_closes_the_pages_that_show_the_case(cast, name):
    shared = cast.request(objects=(MAILBOX, SITE))
    ours = shared.reviews.get(authority=cast.gsn)
    theirs = shared.reviews.get(authority=cast.snc)
    review.register(ours, by=cast.lena, public_subject="A", protected_subject="B")
    assignment.take(ours, by=cast.karin)
    cast.assess(ours)
    stop.stop(fresh(theirs), by=cast.rut, level="suspected")
    karin = signed_in(cast.karin)
    assert not permissions.can_read(cast.karin, fresh(ours))
    assert karin.get(step_url(ours, name)).status_code == 403
    for button in ("do", "draft", "add"):
        assert karin.post(step_url(ours, name), {button: "1"}).status_code == 403


def test_no_button_on_an_old_form_shows_a_stopped_case(cast):
    subject = cast.assessed()
    stop.stop(subject, by=cast.karin, level="suspected")
    karin = signed_in(cast.karin)
    for name in ("assess", "propose"):
        for button in ("do", "draft", "add"):
            told = karin.post(step_url(subject, name), {button: "1"})
            assert told.status_code == 403
            assert b"corrupted" not in told.content
