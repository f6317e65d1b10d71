"""Handing out from the request to the file that leaves, walked in a browser: a routine
one in at most twenty interactions, three in a row, and the pages looked at."""

import io
import subprocess

import pytest
from django.urls import reverse
from pypdf import PdfReader

from requests_app.disclosure.models import DisclosureRequest, Redaction
from requests_app.disclosure.steps.request import decide_hand_out
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,
    looker,
    shown,
)
from tests.helpers.hand_outs import (
    SECRET,
    asked_for,
    delivered,
    drawn,
    hand_out_rule,
    refused_whole,
    with_a_name,
)
from tests.helpers.refusals import fresh
from tests.helpers.web import page, step_url

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]
MOST = 20
LIST = reverse("admin:requests_app_disclosurerequest_changelist")


@pytest.fixture
def case(cast):
    return with_a_name(cast)


def record(lena, case, wording):
    lena.click("Anteckna en begäran om handlingar")
    lena.page.fill("#id_wording", wording)
    lena.page.fill("#id_case", case.diary_number)
    lena.page.fill("#id_reply_to", "anna@example.se")
    send(lena)
    assert "Antecknad som U" in lena.text()
    return DisclosureRequest.objects.latest("pk")


def send(visitor):
    visitor.page.locator("button[name=do]").click()


def hand_out(visit, case, wording="Jag vill ha ut akten."):
    lena = visit("lena")
    row = record(lena, case, wording)
    lena.click("Pröva som föreslaget")
    send(lena)
    return leave(visit, row)


def leave(visit, row):
    """Tested: a second look, and delivered."""
    lena = visit("lena", anew=False)
    lena.click("Lämna till en andra genomgång")
    send(lena)
    assert "väntar på att någon annan" in lena.text(), lena.text()
    jonas = visit("jonas")
    jonas.page.get_by_role("link", name="Titta igenom").first.click()
    jonas.click("Får lämna myndigheten")
    send(jonas)
    lena = visit("lena")
    lena.page.locator("a.btn").filter(has_text="Lämna ut").first.click()
    lena.click("Lämna ut")
    send(lena)
    assert "Sparat som det lämnades ut" in lena.text(), lena.text()
    return fresh(row)


def is_clean(row):
    body = row.file.body
    text = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True)
    assert row.status == "answered" and not text.stdout.strip()
    assert SECRET.encode() not in body
    masked = Redaction.objects.filter(of_document__request=row, status="masked")
    assert masked.exists()


@pytest.mark.needs("poppler")
def test_a_routine_hand_out_takes_few_interactions(cast, case, begin, counted):
    row = hand_out(begin, case)
    is_clean(row)
    print(len(counted), counted)
    assert len(counted) <= MOST, counted


@pytest.mark.needs("poppler")
def test_three_hand_outs_in_a_row(cast, case, visit):
    for number in range(3):
        is_clean(hand_out(visit, case, f"Jag vill ha ut akten, {number}."))
    assert DisclosureRequest.objects.filter(status="answered").count() == 3


@pytest.mark.usefixtures("laid_out")
def test_one_is_refused_decided_on_and_appealed(cast, case, visit):
    hand_out_rule(cast)
    lena = visit("lena")
    row = record(lena, case, "Jag vill ha ut akten.")
    for one in row.documents.untested():
        lena.page.goto(lena.address + step_url(one, "keep-back"))
        lena.page.fill("#id_reasons", "Uppgifterna kan peka ut en elev.")
        send(lena)
    lena.page.goto(lena.address + page(row))
    leave(visit, row)
    assert "De handlingar som du har begärt lämnas inte ut" in lena.text()
    lena.click("Beslut begärs")
    send(lena)
    bo = visit("bo")
    bo.page.get_by_role("link", name="Besluta om det").first.click()
    bo.click("Besluta om det som inte lämnades ut")
    bo.page.get_by_label("Avslag: inget av det lämnas ut").check()
    bo.page.fill("#id_reasons", "Det står inte klart att uppgifterna kan röjas.")
    send(bo)
    assert "Det står inte klart" in bo.text(), bo.text()
    lena = visit("lena")
    lena.page.get_by_role("link", name="Delge beslutet").first.click()
    lena.click("Beslutet delgavs")
    send(lena)
    assert "Sista dag att överklaga" in lena.text()
    paper = lena.page.locator("a[href$='.pdf']").first.get_attribute("href")
    answer = lena.page.request.get(lena.address + paper)
    text = PdfReader(io.BytesIO(answer.body())).pages[-1].extract_text()
    assert "kammarrätten" in text.casefold() and "tre veckor" in text
    lena.click("Registrera ett överklagande")
    lena.page.fill("#id_appellant", "En som begär")
    send(lena)
    lena.page.goto(lena.address + page(case))
    assert "En som begär" in lena.text()


def test_the_pages_are_looked_at(cast, case, look):
    first = delivered(cast, asked_for(cast, case))
    row = asked_for(cast, case, channel="desk")
    drawn(row, cast.lena)
    place = Redaction.objects.filter(of_document__request=row).first()
    none = row.documents.filter(outcome="none").first()
    hand_out_rule(cast)
    waits = refused_whole(cast, cast.assigned(number="31"))
    made = refused_whole(cast, cast.assigned(number="32"))
    decide_hand_out(made, by=cast.bo, outcome="refused", reasons="Skälen.")
    made = fresh(made)
    look.sign_in(cast.bo)
    shown(look, "hand-out-decide", step_url(waits, "decide"))
    look.sign_in(cast.lena)
    for name, path in (
        ("list", LIST),
        ("add", reverse("admin:requests_app_disclosurerequest_add")),
        ("request", page(row)),
        ("sheet", page(place.of_document, "sheet", place.page)),
        ("none", page(none)),
        ("delivered", page(first)),
        ("as-proposed", step_url(row, "as-proposed")),
        ("take-in", step_url(row, "take-in")),
        ("keep-back", step_url(place.of_document, "keep-back")),
        ("decided", page(made)),
        ("appeal", step_url(made, "appeal")),
        ("tariff", reverse("admin:requests_app_disclosuretariff_add")),
        ("start", reverse("admin:index")),
    ):
        shown(look, f"hand-out-{name}", path)
    assert look.wrong == []
