"""A stop closes the pages that show the case."""

import pytest

from requests_app.cases.review.rights.involvement import can_read
from requests_app.cases.review.steps import afterwards, people
from requests_app.cases.review.steps import case as steps_case
from tests.cast import MAILBOX, SITE
from tests.helpers.refusals import fresh
from tests.helpers.web import page, signed_in, step_url, work_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["assess", "propose", "ask", "record-answer"])
def test_a_stop_at_another_authority_closes_the_pages_that_show_the_case(cast, name):
    shared = cast.request(objects=(MAILBOX, SITE))
    ours = shared.reviews.get(authority=cast.gsn)
    theirs = shared.reviews.get(authority=cast.snc)
    steps_case.register(ours, by=cast.lena, public_subject="A", protected_subject="B")
    people.take(ours, by=cast.karin)
    cast.assess(ours)
    afterwards.stop(fresh(theirs), by=cast.rut, level="suspected")
    karin = signed_in(cast.karin)
    assert not can_read(cast.karin, fresh(ours))
    assert karin.get(step_url(ours, name)).status_code == 403
    for button in ("do", "draft", "add"):
        assert karin.post(step_url(ours, name), {button: "1"}).status_code == 403


def test_no_button_on_an_old_form_shows_a_stopped_case(cast):
    subject = cast.assessed()
    afterwards.stop(subject, by=cast.karin, level="suspected")
    karin = signed_in(cast.karin)
    for name in ("assess", "propose"):
        for button in ("do", "draft", "add"):
            told = karin.post(step_url(subject, name), {button: "1"})
            assert told.status_code == 403
            assert b"corrupted" not in told.content


def test_what_was_stopped_and_is_asked_for_anew_begins_with_a_warning(cast):
    """The same object under another number; also after nothing but the support case
    is the same."""
    first = cast.new(number="1", support_case="S-1")
    afterwards.stop(first, by=cast.lena, level="suspected")
    again = cast.new(number="2")
    of_the_case, other = (
        steps_case.route(
            cast.request(number=number, objects=(), support_case=case),
            by=cast.nils,
            authority=cast.gsn,
        )
        for number, case in (("3", "S-1"), ("4", "S-2"))
    )
    assert [r.is_like_stopped for r in (first, again, of_the_case, other)] == [
        False, True, True, False,
    ]  # fmt: skip
    work = work_of(cast.lena)
    assert work[str(again)].alarm and not work[str(other)].alarm
    assert "notice stop" in signed_in(cast.lena).get(page(again)).content.decode()
