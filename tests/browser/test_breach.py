"""A breach of Lockbox on a desk and on a phone: axe finds nothing, nothing is wider than
the window, and it is recorded and reported with what the pages offer."""

import pytest
from django.urls import reverse

from requests_app.oversight.models import Breach
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,
    looker,
    shown,
)
from tests.helpers.web import page, step_url

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]
LIST = reverse("admin:requests_app_breach_changelist")


def test_it_is_recorded_and_looked_at(cast, visit, look):
    dora = visit("dora")
    dora.click("Anteckna en incident i Lockbox")
    dora.fill("Vad som hände", "En disk med en säkerhetskopia låg i en container.")
    dora.fill("Vad och vilka som berörs", "Alla ärenden från 2026.")
    dora.page.get_by_role("button", name="Anteckna en incident i Lockbox").click()
    assert "Antecknat. Tidsfristerna löper." in dora.text()
    breach = Breach.objects.get()
    look.sign_in(cast.dora)
    duty = breach.duties.get(kind="gdpr33")
    for name, path in (
        ("start", reverse("admin:index")),
        ("add", reverse("admin:requests_app_breach_add")),
        ("list", LIST),
        ("breach", page(breach)),
        ("duty", page(duty)),
        ("report", step_url(duty, "report")),
    ):
        shown(look, f"breach-{name}", path)
    assert look.wrong == []
