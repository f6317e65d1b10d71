"""A decision-maker is called at night, and has a phone."""

import pytest

from tests.browser.conftest import PHONE
from tests.helpers.cases import set_freeze
from tests.helpers.web import step_url

pytestmark = [
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# How far down the part of the page ends that nobody has to scroll for.
FIRST_SCREEN = PHONE["height"]


def bottom(page, selector):
    box = page.locator(selector).first.bounding_box()
    return box["y"] + box["height"]


def test_what_decides_the_matter_stands_on_the_first_screen(cast, visit):
    subject = cast.proposed(engineer_country="US")
    set_freeze(cast, country="US")
    bo = visit("bo")
    bo.page.set_viewport_size(PHONE)
    bo.page.goto(bo.address + step_url(subject, "decide"))
    for selector in (
        ".glance .clock-line",
        ".glance h2 .tag",
        ".glance .notice.stop",
        ".glance dl",
        ".glance h3 + ul li",
    ):
        assert bottom(bo.page, selector) <= FIRST_SCREEN, selector
    # Three screens in all, where it was nine: the rest is folded.
    height = bo.page.evaluate("document.documentElement.scrollHeight")
    assert height <= 3 * FIRST_SCREEN
    bo.fits("besluta-med-stopp")


def test_the_decision_is_read_as_it_will_read_and_made(cast, visit):
    subject = cast.proposed()
    bo = visit("bo")
    bo.page.set_viewport_size(PHONE)
    bo.page.goto(bo.address + step_url(subject, "decide"))
    bo.page.locator("summary").nth(1).click()
    sheet = bo.page.locator(".sheet:visible")
    assert "Närmare skäl" in sheet.inner_text()
    bo.page.get_by_label("Jag är inte jävig").check()
    bo.page.get_by_role("button", name="Besluta", exact=True).click()
    assert "Beslutet är fattat" in bo.text()
