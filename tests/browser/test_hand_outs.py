"""Handing out from the request to the file that leaves, walked in a browser: a routine
one in at most twenty interactions, ten in a row, and the pages looked at."""

import subprocess

import pytest
from django.urls import reverse

from requests_app.models import DisclosureRequest, Redaction
from tests.browser.looking import LOOKED_THROUGH, look, looker, shown
from tests.helpers.hand_outs import SECRET, asked_for, delivered, drawn, with_a_name
from tests.helpers.refusals import fresh
from tests.helpers.web import page, step_url

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, pytest.mark.browser, LOOKED_THROUGH]
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
    lena.page.locator("button[name=do]").click()
    assert "Antecknad som U" in lena.text()
    return DisclosureRequest.objects.latest("pk")


def test_documents(lena, row):
    """What nothing is proposed in at once; the rest page by page."""
    lena.click("Lämna ut helt")
    lena.page.locator("button[name=do]").click()
    while row.documents.untested().exists():
        lena.page.locator(".handed li:has(.tag:text('kvar')) a").first.click()
        lena.click("Spara och gå vidare")
        if lena.page.locator(".handed").count() and "page" in lena.page.url:
            continue


test_documents.__test__ = False


def hand_out(visit, case, wording="Jag vill ha ut akten."):
    lena = visit("lena")
    row = record(lena, case, wording)
    test_documents(lena, row)
    lena.click("Lämna till en andra genomgång")
    lena.page.locator("button[name=do]").click()
    assert "väntar på att någon annan" in lena.text(), lena.text()
    jonas = visit("jonas")
    jonas.page.get_by_role("link", name="Titta igenom").first.click()
    jonas.click("Får lämna myndigheten")
    jonas.page.locator("button[name=do]").click()
    lena = visit("lena")
    lena.page.locator("a.btn").filter(has_text="Lämna ut").first.click()
    lena.click("Lämna ut")
    lena.page.locator("button[name=do]").click()
    assert "Sparat som det lämnades ut" in lena.text(), lena.text()
    return fresh(row)


def is_clean(row):
    body = row.file.body
    text = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True)
    assert row.status == "answered" and not text.stdout.strip()
    assert SECRET.encode() not in body
    masked = Redaction.objects.filter(of_document__request=row, status="masked")
    assert masked.exists()


def test_a_routine_hand_out_takes_few_interactions(cast, case, begin, counted):
    row = hand_out(begin, case)
    is_clean(row)
    print(len(counted), counted)
    assert len(counted) <= MOST, counted


def test_ten_hand_outs_in_a_row(cast, case, visit):
    for number in range(10):
        is_clean(hand_out(visit, case, f"Jag vill ha ut akten, {number}."))
    assert DisclosureRequest.objects.filter(status="answered").count() == 10


def test_the_pages_are_looked_at(cast, case, look):
    first = delivered(cast, asked_for(cast, case))
    row = asked_for(cast, case, channel="desk")
    drawn(row, cast.lena)
    place = Redaction.objects.filter(of_document__request=row).first()
    none = row.documents.filter(outcome="none").first()
    look.sign_in(cast.lena)
    for name, path in (
        ("list", LIST),
        ("add", reverse("admin:requests_app_disclosurerequest_add")),
        ("request", page(row)),
        ("sheet", page(place.of_document, "sheet", place.page)),
        ("none", page(none)),
        ("delivered", page(first)),
        ("hand-out", step_url(row, "hand-out")),
        ("take-in", step_url(row, "take-in")),
        ("keep-back", step_url(place.of_document, "keep-back")),
        ("start", reverse("admin:index")),
    ):
        shown(look, f"hand-out-{name}", path)
    assert look.wrong == []
