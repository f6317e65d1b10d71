"""Packages on a desk and on a phone: axe finds nothing, nothing is wider than the
window."""

import pytest
from django.urls import reverse

from requests_app.models import DelegationRule, InformationSet
from requests_app.workflow.package import Typed
from tests.browser.looking import LOOKED_THROUGH, look, looker, shown
from tests.helpers.packages import settled, taken
from tests.helpers.web import page

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, pytest.mark.browser, LOOKED_THROUGH]


def test_they_are_readable_on_a_desk_and_on_a_phone(cast, look):
    taken(cast.ines, cast.gsn, keys={"set/bibliotek"})
    settled(cast.ivar, cast.gsn)
    typed = Typed(cast.gsn, "2026-12-01 § 9")
    taken(cast.lena, cast.gsn, "delegations", typed=typed)
    taken(cast.ines, cast.gsn, keys={"set/fardtjanst", "set/lss", "set/kameror"})
    look.sign_in(cast.ines)
    shown(look, "packages", reverse("admin:packages"))
    look.page.get_by_role("button", name="Se vad som finns i det").click()
    look.page.wait_for_selector("text=Startpaket för en liten kommun")
    for summary in look.page.locator("main summary, #content summary").all()[:3]:
        summary.click()
    shown(look, "packages-seen")
    sitting = reverse("admin:taken", args=[cast.gsn.pk])
    shown(look, "taken-own", sitting)
    look.sign_in(cast.ivar)
    shown(look, "taken", f"{sitting}?all")
    shown(look, "origin", page(InformationSet.objects.get(name="Bibliotek")))
    look.sign_in(cast.karin)
    item = DelegationRule.objects.get(item_no="LB 1")
    shown(look, "origin-item", page(item))
    assert look.wrong == []
