"""An auditor draws a sample, fills in a checklist and ends the audit, in a browser."""

import pytest
from django.utils import timezone

from audit_app import ledger
from requests_app.audit.models import SavedAudit

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "auditor"]),
]


def test_from_a_sample_to_its_end(cast, visit, monkeypatch):
    monkeypatch.setattr(ledger, "ALIAS", "auditor")
    for number in range(3):
        cast.answered("granted" if number else "refused", number=f"EXSR70{number}")
    agnes = visit("agnes")
    agnes.click("Granskningar")
    agnes.click("Dra ett stickprov")
    agnes.fits("draw")
    agnes.fill("Namn", "Höstens beslut")
    today = f"{timezone.localdate():%Y-%m-%d}"
    agnes.fill("Beslutat från och med", today)
    agnes.fill("Beslutat till och med", today)
    agnes.fill("Ärenden i stickprovet", "9")
    agnes.fill("Ditt eget frö", "fyra sex ett, två fem")
    agnes.click("Dra ett stickprov")
    agnes.reads("bara 3 ärenden svarar mot detta")
    agnes.fill("Ärenden i stickprovet", "2")
    agnes.click("Dra ett stickprov")
    agnes.page.wait_for_url("**/audits/*/")
    assert "2 av 3" in agnes.text()

    agnes.page.get_by_role("link", name="Fyll i").first.click()
    agnes.choose("Hade den som beslutade delegation på beslutet?", "Ja")
    agnes.choose("Anger skälen vilken bestämmelse som tillämpats, och varför?", "Nej")
    agnes.fits("checklist")
    agnes.click("Spara checklistan")
    agnes.reads("Ange vad som inte är som det ska.")
    texts = agnes.page.get_by_label("Vad du fann")
    texts.nth(2).fill("Bestämmelsen nämns inte.")
    agnes.click("Spara checklistan")
    agnes.page.wait_for_url("**/audits/*/")
    assert "Bestämmelsen nämns inte." in agnes.text() and "2 av 12" in agnes.text()
    agnes.fits("audit")

    agnes.click("Avsluta granskningen")
    agnes.reads("2 ärenden är inte helt besvarade.")
    agnes.fill("Slutsats", "Skälen behöver bli bättre.")
    agnes.fits("end")
    agnes.page.locator("button[name=do]").click()
    agnes.page.wait_for_url("**/audits/*/")
    assert "Skälen behöver bli bättre." in agnes.text()
    assert "Fyll i" not in agnes.text()
    agnes.page.goto(agnes.address + "/revision/audits/")
    agnes.fits("audits")
    assert SavedAudit.objects.get().ended_at
