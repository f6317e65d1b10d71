"""What is folded opens by the keyboard, with all that was typed; on a desk and on a
phone axe finds nothing, and nothing is wider than the page."""

import pytest
from django.urls import reverse

from tests.browser.looking import LOOK, LOOKED_THROUGH, look, looker, shown
from tests.helpers.people import engage, enter
from tests.helpers.web import step_url

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]


def test_folds_the_first_time_and_the_guides(cast, look):
    review = cast.assessed()
    look.sign_in(cast.karin)
    shown(look, "assess-folded", step_url(review, "assess"))
    radio = look.page.locator('[name="answer_N0"]').first
    assert not radio.is_visible()
    summary = look.page.locator("details.fold > summary").first
    summary.focus()
    look.page.keyboard.press("Enter")
    assert radio.is_visible()
    look.wrong += look.page.evaluate(LOOK)
    look.page.get_by_role("button", name="Jag kan det här: lägg undan").click()
    assert look.page.locator(".leading").count() == 0
    shown(look, "guide", reverse("admin:guide", args=["steg"]))
    shown(look, "guides", reverse("admin:guides"))
    assert look.wrong == []


def test_the_start_page_of_a_confirmer(cast, look):
    chief = engage(cast, "klara", "confirmer", cast.gsn)
    enter(cast, cast.jonas, "registrar", by=cast.per)
    look.sign_in(chief)
    shown(look, "confirmer", "/")
    assert "Granska rollen" in look.page.inner_text("body")
    assert look.wrong == []
