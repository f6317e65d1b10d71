"""Packages on a desk and on a phone: axe finds nothing, nothing is wider than the
window."""

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.changes import Original
from requests_app.registers.models.information import InformationSet
from requests_app.registers.steps import Typed
from tests.browser.looking import (
    LOOK,
    LOOKED_THROUGH,
    look,
    looker,
    shown,
)
from tests.helpers.ledgers import configure
from tests.helpers.packages import settled, taken
from tests.helpers.publications import published, sealed_file
from tests.helpers.web import page

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]


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
    look.wrong += look.page.evaluate(LOOK)
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


def test_what_is_published_is_readable_on_a_desk_and_on_a_phone(
    cast, look, settings, tmp_path
):
    configure(settings, tmp_path)
    taken(cast.ines, cast.gsn, keys={"set/bibliotek"})
    settled(cast.ivar, cast.gsn)
    row = published(cast)
    sealed_file(row)
    with acting_as(cast.sweeper):
        original = Original.objects.create(
            authority=cast.gsn,
            publisher="Grannens nämnd",
            package="mangder",
            edition=2,
            came_at=acting.now(),
        )
    look.sign_in(cast.lena)
    shown(look, "publications", reverse("admin:publications"))
    shown(look, "publish", reverse("admin:publication_new"))
    shown(look, "publication", reverse("admin:publication", args=[row.pk]))
    shown(look, "original", reverse("admin:original", args=[original.pk]))
    look.sign_in(cast.per)
    shown(look, "publisher-new", reverse("admin:requests_app_publisher_add"))
    assert look.wrong == []
