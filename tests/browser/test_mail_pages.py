"""The pages of what comes by mail: they fit a desk and a phone, and leave nobody out."""

import pytest

from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.request import AccessRequest, Arrival, MailRule
from tests.browser.looking import AXE, LOOK
from tests.helpers.mailboxes import mail_rule, received
from tests.helpers.web import page, step_url

pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("laid_out"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def pages(cast):
    """An address each, and who looks at it."""
    delivery = cast.decided().access_request.deliveries.get()
    rule = mail_rule(cast)
    received(cast)
    received(cast, "EXSR100002", "doubted")
    draft = AccessRequest.objects.get(received_by="mail")
    doubted = Arrival.objects.get(result="not_taken")
    assert Delivery.objects.get() == delivery and MailRule.objects.get() == rule
    return {
        "regel": ("sam", page(rule)),
        "ny-regel": ("sam", "/requests_app/mailrule/add/"),
        "utkast": ("nils", page(draft)),
        "komplettera": ("nils", step_url(draft, "complete")),
        "koppla": ("nils", step_url(draft, "join-audit-id")),
        "tvivel": ("nils", page(doubted)),
        "intyga": ("nils", step_url(doubted, "confirm-mail")),
        "svar": ("eva", page(delivery)),
        "skriv-in": ("eva", "/requests_app/accessrequest/add/"),
        "att-gora": ("nils", "/"),
    }


def test_each_page_fits_and_leaves_nobody_out(pages, visit):
    axe = AXE.read_text()
    wrong = {}
    for name, (who, address) in pages.items():
        visitor = visit(who)
        answer = visitor.page.goto(visitor.address + address)
        assert answer.status == 200 and visitor.page.locator("h1").count() == 1, name
        visitor.fits(name)
        assert visitor.complaints == []
        visitor.page.evaluate(axe)
        if violations := visitor.page.evaluate(LOOK):
            wrong[name] = violations
        # What axe tries that the page's own policy forbids is no fault of the page.
        visitor.complaints.clear()
    assert wrong == {}


def test_number_and_comment_are_copied_with_one_press_each(pages, visit):
    eva = visit("eva")
    eva.page.goto(eva.address + pages["svar"][1])
    eva.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for button, part in (
        ("Kopiera numret", "#portal-number"),
        ("Kopiera kommentaren", "#portal-comment"),
    ):
        eva.page.get_by_role("button", name=button).click()
        copied = eva.page.evaluate("navigator.clipboard.readText()")
        assert copied == eva.page.locator(part).text_content(), button
        # Without script one click on it marks all of it.
        style = f"getComputedStyle(document.querySelector('{part}')).userSelect"
        assert eva.page.evaluate(style) == "all"
