"""My log, unusual reading and its limits, on a desk and on a phone: axe finds nothing,
nothing is wider than the window."""

import pytest
from django.urls import reverse

from requests_app.cases.review.steps import people
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,
    looker,
    shown,
)
from tests.helpers.reading_limits import limit_by_two
from tests.helpers.web import page, signed_in

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]


def test_they_are_readable_on_a_desk_and_on_a_phone(cast, look):
    review, listed = cast.assessed(number="EXSR1"), cast.assessed(number="EXSR2")
    limit_by_two(cast, days=14)
    dora = signed_in(cast.dora)
    for _again in range(3):
        dora.get(page(review))
        dora.get(reverse("admin:audit"))
    dora.get(page(listed))
    people.close_list(listed, by=cast.bo, reason="A staff matter")
    look.sign_in(cast.agnes)
    reading = reverse("admin:audit_reading")
    shown(look, "reading-before", reading)
    look.page.get_by_label("Ändamål").fill("kort")
    look.page.get_by_role("button", name="Visa", exact=True).click()
    shown(look, "reading-wrong")
    look.page.get_by_label("Ändamål").fill("Granskning 2026:4")
    look.page.get_by_role("button", name="Visa", exact=True).click()
    shown(look, "reading-many")
    look.page.locator("[name=case]").fill(review.diary_number)
    look.page.get_by_role("button", name="Visa", exact=True).click()
    assert str(cast.dora) in look.page.locator("table").inner_text()
    shown(look, "reading-case")
    look.sign_in(cast.dora)
    shown(look, "own-log", reverse("admin:own_log"))
    shown(look, "own-log-refused", reverse("admin:own_log") + "?kind=refusal")
    shown(look, "own-log-wrong", reverse("admin:own_log") + "?since=fel")
    look.sign_in(cast.per)
    shown(look, "limits", reverse("admin:requests_app_readinglimit_changelist"))
    limit = cast.gsn.reading_limit
    form = reverse("admin:requests_app_readinglimit_change", args=[limit.pk])
    shown(look, "limit", form)
    assert look.wrong == []
