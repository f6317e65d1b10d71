"""A request that changes under those who work with it, and a case to its real end, in
Swedish, looked through by axe-core."""

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.steps import request
from requests_app.providers.application import Application
from requests_app.registers.models.cloud import CloudObject, CloudSystem
from tests.browser.looking import AXE, LOOK
from tests.cast import MAILBOX
from tests.helpers import two_persons
from tests.helpers.web import page, step_url

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]

OTHER = "rektor@skola.example"


def look(visitor, what, path=""):
    """A page as it is: pictures of it, and what axe has to say."""
    if path:
        visitor.page.goto(visitor.address + path)
    visitor.fits(what)
    if AXE.exists():
        visitor.page.evaluate(AXE.read_text())
        assert visitor.page.evaluate(LOOK) == [], what
    return visitor.text()


def changed(cast, subject):
    with acting_as(cast.intake):
        CloudObject.objects.create(
            system=CloudSystem.objects.get(name="M365"),
            kind="mailbox",
            designation="O-18",
            external_id=OTHER,
            authority=cast.gsn,
        )
    application = Application(
        external_id=subject.access_request.external_id,
        service="Exchange",
        justification="Reparera två skadade objekt, och kopiera dem",
        duration_minutes=120,
        object_ids=(OTHER,),
        engineer_country="IN",
        requested_at=subject.access_request.requested_at,
    )
    request.receive(
        cast.m365, application, by=cast.intake, payload=b"{}", received_by="poll"
    )


def test_what_changed_is_seen_by_all_who_work_with_it(cast, visit):
    subject = cast.proposed(engineer_country="IE")
    changed(cast, subject)
    for name in ("karin", "bo"):
        assert "du har inte tagit del av det" in look(visit(name), "att-gora")
    bo = visit("bo", anew=False)
    shown = look(bo, "se-andring", step_url(subject, "see-change"))
    assert "O-18" in shown and "Indien" in shown
    bo.page.locator("button[name=do]").click()
    assert "du har inte tagit del av det" not in look(visit("bo"), "sedd")
    karin = visit("karin", anew=False)
    assert "Begäran ändrades" in look(karin, "arende", page(subject))
    assert "Före (version 1)" in look(karin, "prova", step_url(subject, "assess"))
    assert "Före (version 1)" in look(karin, "foresla", step_url(subject, "propose"))
    # Whoever sees metadata is told that it changed, and not to what.
    assert "kopiera" not in look(visit("per"), "metadata", page(subject))


def test_an_appeal_is_taken_to_its_end_and_what_is_open_stands_there(cast, visit):
    two_persons.by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.answered("refused", objects=(MAILBOX,))
    lena = visit("lena")
    assert "Skicka beslutet och anteckna delgivningen" in look(lena, "att-gora")
    lena.click("Skicka beslutet och anteckna delgivningen")
    lena.page.locator("button[name=do]").click()
    shown = look(lena, "avsluta", step_url(subject, "close"))
    assert "kan överklagas till och med" in shown
    lena.page.locator("button[name=do]").click()
    assert "Detta fält måste fyllas i" in look(lena, "avsluta-utan-skal")

    lena.page.goto(lena.address + step_url(subject, "register-appeal"))
    lena.fill("Vem som överklagar", "Microsoft Ireland Operations Ltd")
    look(lena, "registrera-overklagande")
    lena.page.locator("button[name=do]").click()
    assert "Ska överlämnas till domstolen" in look(lena, "overklagat")
    assert "Överlämna överklagandet" in look(visit("lena"), "att-gora-overklagande")
    lena.click("Överlämna överklagandet till domstolen")
    look(lena, "overlamna")
    lena.page.locator("#id_court").fill("Förvaltningsrätten i Göteborg")
    lena.page.locator("button[name=do]").click()
    lena.page.goto(lena.address + step_url(subject, "end-appeal"))
    lena.page.locator("input[name=outcome][value=rejected]").check()
    lena.page.locator("#id_decided_on").fill(acting.today().isoformat())
    lena.page.locator("#id_outcome_note").fill("Beslutet står fast.")
    look(lena, "avgjort")
    lena.page.locator("button[name=do]").click()
    assert "Avslag: beslutet står fast" in look(lena, "efter-domen")
