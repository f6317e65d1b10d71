"""The whole way in a browser, in Swedish, on a request of the specification's own."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from audit_app import acting
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.sweep import receive_document
from requests_app.desk.sweep import sweep
from tests.browser.way import choose
from tests.cast import hours
from tests.providers.azure.test_payloads import PENDING

pytestmark = [pytest.mark.django_db(transaction=True)]

# The specification's example tells neither country nor employer.
ANSWERS = {
    "N0": "yes",
    "N3": "no",
    "N5.transferred": "no",
    "N5.patient": "no",
    "N5.care": "no",
    "N5.whistle": "no",
    "N9.processor": "yes",
    "N9.country": "third",
    "N9.entity": "provider",
    "N9.transfer": "adequacy",
    "N9.transfer.certified": "yes",
    "N9.transfer.scope": "yes",
    "N9.special": "yes",
    "N9.dpia": "not_needed",
    "N10": "none",
}


def example_of_today():
    """The specification's example as it is, but sent today: else it has lapsed."""
    text = PENDING.read_text()
    now = datetime.now(UTC)
    for field, at in (
        ("createdDateTime", now),
        ("expirationDateTime", now + timedelta(days=4)),
    ):
        text = re.sub(rf'("{field}": ")[^"]*', rf"\g<1>{at:%Y-%m-%dT%H:%M:%SZ}", text)
    return text.encode()


def test_from_intake_to_a_closed_case(cast, visit):
    list(receive_document(cast.azure, example_of_today(), by=cast.intake))
    sweep()

    nils = visit("nils")
    nils.fits("att-gora")
    nils.click("Fördela")
    nils.page.get_by_label("Myndighet", exact=True).select_option(
        label="Grundskolenämnden"
    )
    nils.fits("fordela")
    nils.page.locator("button[name=do]").click()

    lena = visit("lena")
    lena.fits("att-gora")
    lena.click("Registrera")
    lena.page.locator("#id_protected_subject").fill("Elevregistrets servrar")
    lena.fits("registrera")
    lena.page.locator("button[name=do]").click()
    assert "GSN 20" in lena.text()
    lena.fits("registrerad")

    per = visit("per")
    per.click("Tilldela")
    per.fits("tilldela")
    per.page.get_by_label("Karin Test").check()
    per.page.locator("button[name=do]").click()
    # The IT manager sees clocks and people, not what the case is about.
    assert "Elevregistrets servrar" not in per.text()
    per.fits("tilldelad")

    karin = visit("karin")
    karin.click("Pröva")
    karin.page.locator("details.further > summary").click()
    karin.page.get_by_label(option(karin, "18 kap. 8 §"), exact=True).check()
    karin.page.locator("button[name=add]").click()
    for box in karin.page.locator("input[name^=outcome_][value=does_not_apply]").all():
        box.check()
    for box in karin.page.locator("textarea[name^=reasons_]").all():
        box.fill("Åtgärden visar ingen säkerhetsåtgärd.")
    for node, answer in ANSWERS.items():
        choose(karin.page, f"answer_{node}", answer)
    karin.page.locator("input[name=confirmed]").check()
    karin.page.locator("input[name=no_conflict]").check()
    karin.fits("prova")
    karin.page.locator("button[name=do]").click()
    karin.fits("provad")
    karin.click("Föreslå beslut")
    karin.page.locator("input[name=outcome][value=granted]").check()
    karin.page.locator("#id_motivation_internal").fill("Sekretess gäller inte.")
    karin.page.check("input[name=leaves_out][value=no]")
    karin.fits("foresla")
    karin.page.locator("button[name=do]").click()

    bo = visit("bo")
    bo.fits("att-gora")
    bo.click("Besluta")
    bo.page.locator("input[name=no_conflict]").check()
    bo.fits("besluta")
    bo.page.locator("button[name=do]").click()
    assert "Bifall" in bo.text()
    bo.fits("beslutad")

    eva = visit("eva")
    eva.fits("att-gora")
    eva.page.locator("a.btn").filter(has_text="svar").first.click()
    eva.page.locator("input[name=no_conflict]").check()
    eva.fits("bekrafta")
    eva.page.locator("button[name=do]").click()
    eva.fits("besvarad")
    request = AccessRequest.objects.get()
    assert request.status == "access_open"

    karin = visit("karin")
    karin.fits("atkomst-pagar")
    with acting.at(hours(9)):
        assert sweep() == [f"{request}: access_ended"]
    karin.sign_in()  # a session does not last that long
    karin.click("Avsluta ärendet")
    karin.page.locator("button[name=do]").click()
    karin.fits("avslutad")
    karin.page.get_by_role("link", name="Hela historiken").click()
    karin.fits("historik")
    assert SecrecyReview.objects.get().status == "closed"
    request.refresh_from_db()
    assert request.status == "closed"


def option(visitor, beginning):
    """The whole label of the option that begins so."""
    labels = visitor.page.locator("#id_more label").all_inner_texts()
    return next(label for label in labels if label.startswith(beginning))
