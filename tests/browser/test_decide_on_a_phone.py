"""A decision-maker is called at night, and has a phone."""

from datetime import timedelta

import pytest

from audit_app import acting
from requests_app.cases.review.steps import people
from requests_app.core.people.models import RoleAssignment
from tests.browser.conftest import PHONE
from tests.helpers.cases import set_freeze
from tests.helpers.refusals import fresh
from tests.helpers.web import step_url

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]

# How far down the part of the page ends that nobody has to scroll for.
FIRST_SCREEN = PHONE["height"]


def bottom(page, selector):
    box = page.locator(selector).first.bounding_box()
    return box["y"] + box["height"]


def test_what_decides_the_matter_stands_on_the_first_screen(cast, visit):
    subject = cast.proposed(engineer_country="US")
    set_freeze(cast, country="US")
    bo = visit("bo")
    bo.page.set_viewport_size(PHONE)
    bo.page.goto(bo.address + step_url(subject, "decide"))
    bo.click("Jag kan det här: lägg undan")
    # Who wants what, where, why, for how long and on which information; then what is
    # proposed, what stands in the way and what departs.
    wanted = bo.page.locator(".wanted")
    assert bottom(bo.page, ".wanted") <= FIRST_SCREEN
    for label in ("Varför", "Var", "Hur länge", "Vem", "Information"):
        assert wanted.get_by_text(label, exact=True).count() == 1, label
    for selector in (
        ".glance h2 .tag",
        ".glance .notice.stop",
        ".glance dl",
        ".glance h3 + ul li",
    ):
        assert bottom(bo.page, selector) <= 2 * FIRST_SCREEN, selector
    # Before that it was nine: the rest is folded.
    height = bo.page.evaluate("document.documentElement.scrollHeight")
    assert height <= 3 * FIRST_SCREEN
    bo.fits("besluta-med-stopp")


def test_the_bar_stays_with_outcome_subject_and_time_apart_from_returning(cast, visit):
    subject = cast.proposed()
    bo = visit("bo")
    bo.page.set_viewport_size(PHONE)
    bo.page.goto(bo.address + step_url(subject, "decide"))
    bar, button = bo.page.locator(".bar"), bo.page.locator(".bar button")
    for at in (0, 400, 100_000):
        bo.page.evaluate(f"window.scrollTo(0, {at})")
        box = bar.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= FIRST_SCREEN + 1
    assert button.bounding_box()["height"] >= 44
    assert "Besluta: bifall" in button.inner_text()
    assert "kvar" in bar.inner_text() and str(subject) in bar.inner_text()
    assert not bar.get_by_text("Lämna tillbaka").count()
    assert bo.page.get_by_role("link", name="Lämna tillbaka").count() == 1


def test_what_nobody_has_answered_is_said_before_the_button(cast, visit):
    subject = cast.assigned()
    people.consult(
        subject,
        by=cast.karin,
        people=RoleAssignment.objects.filter(person=cast.ines),
        question="Whose?",
        due_at=acting.now() + timedelta(hours=1),
    )
    cast.assess(fresh(subject))
    karin, bo = visit("karin"), visit("bo")
    karin.page.goto(karin.address + step_url(subject, "propose"))
    assert "Ines Test har inte yttrat sig" in karin.text()
    cast.propose(fresh(subject))
    bo.page.goto(bo.address + step_url(subject, "decide"))
    assert "Ines Test har inte yttrat sig" in bo.page.inner_text(".glance")


def test_the_decision_is_read_as_it_will_read_and_made(cast, visit):
    subject = cast.proposed()
    bo = visit("bo")
    bo.page.set_viewport_size(PHONE)
    bo.page.goto(bo.address + step_url(subject, "decide"))
    bo.page.locator("summary").nth(1).click()
    sheet = bo.page.locator(".sheet:visible")
    assert "Skäl för beslutet" in sheet.inner_text()
    bo.page.get_by_label("Jag är inte jävig").check()
    bo.page.get_by_role("button", name="Besluta: bifall").click()
    assert "Beslutet är fattat" in bo.text()
