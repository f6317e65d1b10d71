"""Nobody on duty decides: the chair is rung, has the mail, and decides on a phone what
the board can't be awaited with (KL 6:39)."""

import re

import pytest

from requests_app.cases.review.models.decision import Decision
from requests_app.organisation import steps
from tests.background.conftest import (
    inbox,  # noqa: F401
    tell,
)
from tests.browser.conftest import PHONE, pictured
from tests.helpers.people import delegate, rewrite
from tests.helpers.web import page
from tests.standin.mail import address_of

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]
WHY = "Svarstiden går ut i natt, och nämnden sammanträder på torsdag."


def test_from_the_mail_to_the_chairs_decision(cast, visit, inbox, settings):  # noqa: F811
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "localhost"]
    subject = cast.proposed()
    rule = delegate(cast, person=cast.jonas, item_no="1.1", role="", elected_as="chair")
    steps.confirm_delegation(rule, by=cast.bo)
    rewrite(cast.jonas, email=address_of("jonas"), phone="070-174 06 05")
    # The one who proposed sees whom to ring.
    karin = visit("karin")
    karin.page.set_viewport_size(PHONE)
    karin.page.goto(karin.address + page(subject))
    rung = karin.page.locator("ol.ring li")
    assert "Jonas Test" in rung.last.inner_text()
    assert "i nämndens ställe" in rung.last.inner_text()
    assert rung.last.locator("a").get_attribute("href") == "tel:0701740605"
    pictured(karin.page, "chair-ring")
    # The chair has the mail, and follows its link.
    tell(cast)
    (mail,) = inbox.to("jonas")
    path = re.search(r"https?://[^/\s]+(/\S+)", mail.get_content())[1]
    jonas = visit("jonas")
    jonas.page.set_viewport_size(PHONE)
    jonas.page.goto(jonas.address + path)
    pictured(jonas.page, "chair-case")
    jonas.page.get_by_role("link", name="Besluta", exact=True).first.click()
    pictured(jonas.page, "chair-decide")
    jonas.page.get_by_label("Varför nämnden inte kan avvaktas").fill(WHY)
    jonas.page.get_by_label("Jag är inte jävig").check()
    jonas.page.get_by_role("button", name="Besluta: bifall").click()
    assert "Beslutet är fattat" in jonas.text()
    pictured(jonas.page, "chair-decided")
    made = Decision.objects.get(review=subject)
    assert (made.delegation_rule.is_urgent, made.urgent_because.text) == (True, WHY)
