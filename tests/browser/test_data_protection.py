"""The data protection officer's desk and what data subjects ask, on a desk and on a
phone: axe finds nothing, nothing is wider than the window."""

import pytest
from django.urls import reverse

from requests_app.disclosure.data_subjects import identify
from requests_app.disclosure.models import DataSubjectRequest
from tests.browser.conftest import DESKTOP, PHONE, pictured
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,
    looker,
    shown,
)
from tests.helpers.web import page, step_url
from tests.lockbox_site.test_data_protection import DESK, overseen

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]
LIST = reverse("admin:requests_app_datasubjectrequest_changelist")


def test_the_desk_and_its_requests_are_looked_at(cast, visit, look):
    case, _breach, _asked = overseen(cast)
    dora = visit("dora")
    dora.click("Anteckna en begäran från en registrerad")
    dora.page.get_by_label("Tillgång till sina uppgifter").check()
    dora.fill("Vem som begär, och vart svaret skickas", "Bo Ek, Storgatan 2")
    dora.fill("Begäran med deras ord", "Vad har ni om mig?")
    dora.page.get_by_role("button", name="Anteckna en begäran").click()
    assert "Antecknat. Månaden löper." in dora.text()
    row = DataSubjectRequest.objects.latest("pk")
    look.sign_in(cast.dora)
    for name, path in (
        ("desk", DESK),
        ("start", reverse("admin:index")),
        ("add", reverse("admin:requests_app_datasubjectrequest_add")),
        ("list", LIST),
        ("request", page(row)),
        ("case", page(case)),
        ("open-content", step_url(case, "open-content")),
    ):
        shown(look, f"data-protection-{name}", path)
    identify(row, by=cast.lena, identity="document")
    gather = reverse("admin:requests_app_datasubjectrequest_gather", args=[row.pk])
    dora.page.goto(f"{dora.address}{gather}")
    dora.fill("Ord att söka efter, ett per rad", "Mailbox\nKarin Test")
    dora.page.get_by_role("button", name="Samla").click()
    assert "Andra här heter likadant" in dora.text() and str(case) in dora.text()
    shown(look, "data-protection-gather", gather)
    for size in (DESKTOP, PHONE):
        dora.page.set_viewport_size(size)
        pictured(dora.page, f"data-protection-gathered-{size['width']}")
        wide = "document.documentElement.scrollWidth - window.innerWidth"
        assert dora.page.evaluate(wide) <= 0
    look.sign_in(cast.bo)
    for name in ("settle", "disclose", "identify", "extend"):
        shown(look, f"data-subject-{name}", step_url(row, name))
    assert look.wrong == []
