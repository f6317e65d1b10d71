"""What a page tells by itself: the end of a session, what was done, what has come."""

import time

import pytest

from tests.helpers.web import step_url

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]


def test_each_end_of_a_session_is_told_also_after_one_was_put_off_by_a_key(cast, visit):
    karin = visit("karin")
    karin.page.clock.install()
    karin.page.goto(karin.address + "/")
    later = {"ends": time.time() + 11 * 60 + 15 * 60}
    karin.page.route("**/stay/", lambda route: route.fulfill(json=later))
    box = karin.page.locator("#time-left")
    karin.page.clock.fast_forward("11:00")
    box.wait_for(state="visible")
    assert "Minuter kvar: 4" in box.inner_text()
    karin.page.keyboard.press("Escape")
    with karin.page.expect_response("**/stay/"):
        karin.page.keyboard.press("Shift")
    karin.page.clock.fast_forward("00:10")
    assert not box.is_visible()
    karin.page.clock.fast_forward("14:00")
    box.wait_for(state="visible")
    assert "Minuter kvar: 1" in box.inner_text()


def test_what_has_just_been_done_is_said_once_the_page_has_loaded(cast, visit):
    subject = cast.assessed()
    karin = visit("karin")
    karin.page.clock.install()
    karin.page.goto(karin.address + step_url(subject, "note"))
    karin.page.fill("[name=text]", "Ringde")
    karin.page.click("button[name=do]")
    karin.page.wait_for_load_state()
    spoken = karin.page.locator("#spoken")
    karin.page.clock.run_for(300)
    said = spoken.text_content()
    assert karin.page.locator(".messagelist").inner_text() in said
    karin.page.clock.run_for(10_000)
    assert spoken.text_content() == ""


def test_what_has_come_to_a_list_is_told_on_it(cast, visit):
    cast.assigned(number="FIRST")
    karin = visit("karin")
    karin.page.clock.install()
    karin.page.goto(karin.address + "/")
    came = karin.page.locator("#came")
    karin.page.clock.fast_forward("00:50")
    assert not came.is_visible()
    cast.assigned(number="SECOND")
    karin.page.clock.fast_forward("00:50")
    came.wait_for(state="visible")
    assert "Nytt i din lista" in came.inner_text()
    karin.click("Visa dem")
    assert not karin.page.locator("#came").is_visible()
    assert karin.page.locator("a.case").count() == 2
