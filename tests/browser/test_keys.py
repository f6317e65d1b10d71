"""Keys of the queue: each takes the step of the chosen row, or of the first that has
it."""

import pytest

from requests_app.cases.intake.models.review import SecrecyReview
from tests.helpers.web import step_url

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]


def press(visitor, key, *, on=None):
    visitor.page.goto(visitor.address + "/")
    if on is not None:
        visitor.page.locator("table.work tbody tr").nth(on).locator("a.case").focus()
    visitor.page.keyboard.press(key)


def test_keys_take_the_step_of_the_chosen_row(cast, visit):
    first, second = cast.new(number="1"), cast.new(number="2")
    lena = visit("lena")
    for key in ("r", "k", "n"):
        press(lena, key)
        lena.page.wait_for_url("**" + step_url(first, "register"))
    press(lena, "r", on=1)
    lena.page.wait_for_url("**" + step_url(second, "register"))
    press(lena, "k", on=1)
    lena.page.wait_for_url("**" + step_url(second, "register"))
    # Nothing waits to be assigned by a registrar; and none acts while one types.
    press(lena, "a")
    lena.page.fill("#seek", "")
    lena.page.locator("#seek").press_sequentially("rank")
    assert lena.page.url == lena.address + "/"
    assert lena.page.input_value("#seek") == "rank"
    lena.page.locator("#seek").blur()
    lena.page.keyboard.press("?")
    assert "registrera den valda raden" in lena.page.inner_text("#keys")
    lena.fits("tangenter-i-kon")
    lena.page.click("button[name=keys]")
    lena.page.keyboard.press("r")
    lena.settles()
    assert lena.page.url == lena.address + "/"


def test_a_manager_assigns_and_a_lawyer_takes_by_keys(cast, visit):
    subject = cast.registered()
    per = visit("per")
    press(per, "a")
    per.page.wait_for_url("**" + step_url(subject, "assign"))
    jonas = visit("jonas")
    press(jonas, "k")
    jonas.reads("Pröva")
    assert SecrecyReview.objects.get().case_officer == cast.jonas
