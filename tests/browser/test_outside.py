"""A provider goes outside what was granted: found, taken back, reported, concluded."""

from datetime import UTC, datetime

import pytest

from lockbox_site.demo import city
from lockbox_site.demo.city import Provider
from requests_app.cases.access import clients
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.oversight.models import Deviation, IncidentDuty
from requests_app.oversight.steps import acts
from tests.browser.looking import (
    look,  # noqa: F401
    looker,  # noqa: F401
)
from tests.cast import LOG
from tests.helpers.cases import decide

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]

APPLICATION = {
    "number": "P-1",
    "service": "Exempelmoln drift",
    "justification": "Felsöka driftlogg som slutat skrivas",
    "objects": [LOG],
    "minutes": 60,
    "engineer_country": "SE",
    "employer": "Exempelmoln Drift AB",
}


def simulated(cast, address):
    """The simulator applies, is granted access, and touches one object too many."""
    made = clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    with Provider(address, made.client_id, made.secret) as provider:
        provider.apply({**APPLICATION, "sent_at": datetime.now(UTC).isoformat()})
        decide(cast)
        request = provider.read("P-1")
        told = city.use(provider, request, APPLICATION, outside=True)
    assert "outside what was granted" in told


def test_an_act_outside_is_taken_back_reported_and_concluded(cast, live_server, visit):
    simulated(cast, live_server.url)
    found = Deviation.objects.get()

    bo = visit("bo")
    assert "Leverantören gick utanför det som medgavs" in bo.text()
    bo.fits("att-gora")
    bo.page.goto(f"{live_server.url}/requests_app/deviation/{found.pk}/change/")
    assert "Annat objekt" in bo.text() and "m-99" in bo.text()
    bo.fits("avvikelse")
    bo.click("Återkalla nu")
    bo.page.locator("#id_reason").fill("Ett objekt utanför begäran lästes.")
    bo.fits("aterkalla")
    bo.page.locator("button[name=do]").click()
    assert AccessRequest.objects.get().revoked_at is not None
    review = found.review
    bo.page.goto(f"{live_server.url}/requests_app/secrecyreview/{review.pk}/change/")
    assert "återkallat" in bo.text() and "Utanför det som medgavs" in bo.text()
    bo.fits("arende-aterkallat")

    dora = visit("dora")
    dora.fits("att-gora")
    dora.click("Ta hand om den")
    dora.page.locator("button[name=do]").click()
    dora.fits("omhandertagen")
    dora.click("Avsluta utredningen")
    dora.page.locator("input[name=outcome][value=incident]").check()
    dora.page.locator("#id_conclusion").fill("Uppgifter utanför begäran lästes.")
    dora.fits("avsluta")
    dora.page.locator("button[name=do]").click()
    assert "Incident" in dora.text()

    dora = visit("dora")
    dora.fits("skyldigheter")
    first = IncidentDuty.objects.get(kind="gdpr33")
    dora.page.goto(f"{live_server.url}/requests_app/incidentduty/{first.pk}/change/")
    assert "Integritetsskyddsmyndigheten" in dora.text()
    dora.fits("anmalan-utkast")
    dora.click("Anteckna anmälan")
    dora.page.locator("#id_reference").fill("IMY-2026-17")
    dora.fits("anmalan")
    dora.page.locator("button[name=do]").click()
    assert "IMY-2026-17" in dora.text()
    second = IncidentDuty.objects.get(kind="gdpr34")
    dora.page.goto(f"{live_server.url}/requests_app/incidentduty/{second.pk}/change/")
    dora.click("Det behövs inte")
    dora.page.locator("#id_reason").fill("Ingen hög risk för de registrerade.")
    dora.page.locator("button[name=do]").click()
    dora.page.goto(f"{live_server.url}/requests_app/deviation/{found.pk}/change/")
    dora.fits("avvikelse-avslutad")
    assert "Behövs inte" in dora.text()


def test_its_pages_are_for_everybody(cast, look):  # noqa: F811 — the fixture
    subject = cast.answered()
    acts.record_act(
        subject,
        by=cast.karin,
        happened_at=datetime.now(UTC),
        action="read",
        object_name="other@skola.example",
        country="IN",
        act="copy",
    )
    found = Deviation.objects.get()
    look.sign_in(cast.bo)
    look.if_open("/")
    look.case(subject)
    look.case(found)
    acts.take(found, by=cast.dora)
    look.sign_in(cast.dora)
    look.case(Deviation.objects.get())
    acts.conclude(found, by=cast.dora, outcome="incident", conclusion="Ja.")
    look.if_open("/")
    look.case(Deviation.objects.get())
    for duty in IncidentDuty.objects.all():
        look.case(duty)
    assert len(look.seen) > 8
