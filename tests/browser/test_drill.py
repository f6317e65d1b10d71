"""A drill at night: begun past a real request, the mail opened on a phone, and the
receipt that says who came."""

import re

import pytest

from requests_app.duty.models.notices import Drill
from requests_app.duty.sweep.ladders import send_drills
from tests.background.conftest import inbox  # noqa: F401
from tests.browser.conftest import PHONE, pictured
from tests.helpers.people import rewrite
from tests.standin.mail import address_of

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]


def test_from_its_beginning_to_the_receipt(cast, visit, inbox, settings):  # noqa: F811
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "localhost"]
    real = cast.proposed()
    rewrite(cast.bo, email=address_of("bo"))
    per = visit("per")
    per.page.set_viewport_size(PHONE)
    per.page.goto(per.address + "/requests_app/drill/")
    per.page.goto(per.address + "/requests_app/drill/add/")
    # Said before anything is begun, where it is, and with all that was chosen kept.
    assert real.diary_number in per.page.locator("#waiting").inner_text()
    per.page.get_by_label("Slutar efter").select_option("4")
    per.click("Börja en övning")
    assert "1 riktig begäran väntar på svar" in per.text()
    assert per.page.get_by_label("Slutar efter").input_value() == "4"
    assert not Drill.objects.exists()
    per.fits("drill-begun")
    per.page.set_viewport_size(PHONE)
    pictured(per.page, "drill-refused")
    per.page.get_by_label("Börja fast riktiga begäranden väntar").check()
    per.click("Börja en övning")
    assert "Övningen har börjat." in per.text()
    drill = Drill.objects.get()
    assert (drill.ends_at - drill.begun_at).total_seconds() == 4 * 3600
    # The mail, on a phone.
    send_drills(cast.sweeper)
    (mail,) = inbox.to("bo")
    path = re.search(r"https?://[^/\s]+(/\S+)", mail.get_content())[1]
    bo = visit("bo")
    bo.page.set_viewport_size(PHONE)
    bo.page.goto(bo.address + path)
    pictured(bo.page, "drill-called")
    bo.click("Jag är inne")
    bo.click("Jag är inne")
    assert "Det är noterat att du är inne." in bo.text()
    # The receipt: who came, who did not, whom nothing reached; the real one first.
    per.page.reload()
    text = per.text()
    assert "Bo Test" in text and "efter 0 minuter" in text and "inte än" in text
    assert real.diary_number in per.page.locator("#waiting").inner_text()
    per.click("Avsluta övningen")
    per.click("Avsluta övningen")
    assert "kom inte" in per.text() and "nådde inte fram" in per.text()
    pictured(per.page, "drill-receipt")
    per.fits("drill-receipt")
    pictured(per.page, "drill-receipt-desk")
