"""The sign-in runs out while somebody writes: signed in again, they have their text."""

import pytest
from django.contrib.sessions.models import Session

from requests_app.cases.intake.models.file import FileNote
from requests_app.core.people.models import Draft
from tests.cast import PASSWORD
from tests.helpers.web import step_url

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_the_text_is_back_after_signing_in_again(cast, visit):
    subject = cast.assigned()
    karin = visit("karin")
    karin.page.goto(karin.address + step_url(subject, "note"))
    karin.page.fill("[name=text]", "Ringde Ann på Microsoft.\nHon lovar loggar i dag.")
    karin.page.fill("[name=source]", "Ann, support")
    Session.objects.all().delete()
    karin.page.click("[name=do]")
    assert "/login/" in karin.page.url and not FileNote.objects.exists()
    karin.fits("signed-out")
    karin.page.fill("#id_username", "karin")
    karin.page.fill("#id_password", PASSWORD)
    karin.page.click("[type=submit]")
    karin.fits("offered")
    assert "lovar loggar" in karin.page.input_value("[name=text]")
    assert karin.page.input_value("[name=source]") == "Ann, support"
    karin.page.click("[name=do]")
    assert FileNote.objects.get().text.text.startswith("Ringde Ann")
    assert not Draft.objects.exists()


def test_a_page_that_is_signed_out_says_so_and_asks_no_more(cast, visit):
    subject = cast.assessed()
    karin = visit("karin")
    karin.page.clock.install()
    karin.page.goto(karin.address + step_url(subject, "propose"))
    Session.objects.all().delete()
    asked = []
    karin.page.on("request", lambda request: asked.append(request.method))
    karin.page.clock.run_for(46_000)
    karin.page.locator("#kept", has_text="Du är utloggad: logga in igen.").wait_for()
    karin.page.clock.run_for(100_000)
    assert asked.count("POST") == 1 and not Draft.objects.exists()
    karin.page.fill("#id_granted_scope", "Ett objekt")
    karin.page.clock.run_for(2_000)
    karin.page.locator("#kept", has_text="Det du har skrivit är sparat").wait_for()
    assert Draft.objects.get().fields["granted_scope"] == ["Ett objekt"]
    assert [text for text in karin.complaints if "401" not in text] == []
    karin.complaints.clear()
