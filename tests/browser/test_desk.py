"""Typing for an hour: nothing is lost, nobody works over somebody else, keys lead on."""

import pytest

from requests_app.cases.review.steps import people
from requests_app.core.people.models import Draft, FormInUse
from tests.browser.way import choose
from tests.helpers.web import page, step_url

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]
REASONS = "textarea[name=motivation_N0]"
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


def open_form(visitor, subject, step):
    visitor.page.goto(visitor.address + step_url(subject, step))


def kept(visitor):
    visitor.page.locator("#kept", has_text="Utkast sparat").wait_for()


def write_reasons(visitor, text):
    if not visitor.page.locator(REASONS).is_visible():
        visitor.page.locator(f"details:has({REASONS}) > summary").click()
    visitor.page.fill(REASONS, text)


def test_what_is_typed_is_kept_once_security_protection_is_answered(cast, visit):
    subject = cast.assigned()
    karin = visit("karin")
    open_form(karin, subject, "assess")
    write_reasons(karin, "Numret finns i portalen.")
    karin.page.locator("#kept", has_text="Vi sparar inget").wait_for()
    assert not Draft.objects.exists()
    karin.page.check("input[name=answer_N3][value=no]")
    kept(karin)
    karin.page.reload()
    assert karin.page.input_value(REASONS) == "Numret finns i portalen."
    karin.fits("utkast")
    # What is kept goes when the answer is another one.
    choose(karin.page, "answer_N3", "suspected")
    karin.page.locator("#kept", has_text="Vi sparar inget").wait_for()
    assert not Draft.objects.exists()
    karin.page.once("dialog", lambda dialog: dialog.accept())
    karin.page.goto(karin.address + "/")


def test_it_leaves_without_a_question_when_all_is_saved(cast, visit):
    subject = cast.assessed()
    karin = visit("karin")
    asked = []
    karin.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    open_form(karin, subject, "propose")
    karin.page.fill("#id_granted_scope", "Ett objekt")
    kept(karin)
    karin.page.goto(karin.address + "/")
    assert asked == []
    open_form(karin, subject, "note")
    karin.page.type("[name=text]", "Ringde")
    karin.page.goto(karin.address + "/")
    assert asked == ["beforeunload"]


def test_somebody_else_at_the_same_form_is_shown_and_so_is_what_has_changed(
    cast, visit
):
    subject = cast.assessed()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas)
    karin, jonas = visit("karin"), visit("jonas")
    open_form(karin, subject, "assess")
    assert not karin.page.locator("#company").is_visible()
    open_form(jonas, subject, "assess")
    assert "Karin Test (sedan" in jonas.page.inner_text("#company")
    karin.page.evaluate(LOOK)
    karin.page.locator("#company", has_text="Jonas Test").wait_for()
    jonas.fits("sallskap")
    jonas.page.check("input[name=no_conflict]")
    jonas.page.click("button[name=do]")
    assert not FormInUse.objects.filter(person=cast.jonas).exists()
    karin.page.evaluate(LOOK)
    karin.page.locator("#stale").wait_for(state="visible")
    karin.fits("inaktuell")


def test_an_obstacle_leads_to_its_question_and_loses_nothing(cast, visit):
    subject = cast.assigned()
    cast.assess(subject, answers={"N10": "exists"})
    karin = visit("karin")
    open_form(karin, subject, "propose")
    karin.page.fill("#id_motivation_internal", "Mina egna ord.")
    karin.fits("hinder")
    karin.page.locator("#obstacles button").last.click()
    assert "/do/assess/#id_answer_N10_set" in karin.page.url
    karin.page.check("input[name=answer_N10][value=none]")
    karin.page.click("button[name=on]")
    assert karin.page.input_value("#id_motivation_internal") == "Mina egna ord."


def test_enter_in_a_field_saves_and_replaces_nothing(cast, visit):
    subject = cast.assessed()
    karin = visit("karin")
    open_form(karin, subject, "propose")
    karin.page.fill("#id_motivation_internal", "Mina egna ord.")
    karin.page.fill("#id_granted_minutes", "30")
    with karin.page.expect_navigation():
        karin.page.press("#id_granted_minutes", "Enter")
    assert karin.page.input_value("#id_motivation_internal") == "Mina egna ord."
    assert karin.page.input_value("#id_granted_minutes") == "30"
    karin.page.click("button[name=draft]")
    assert "Vill du ersätta den?" in karin.text()
    karin.fits("ersatt")
    karin.page.click("button[name=replace]")
    assert karin.page.input_value("#id_motivation_internal") != "Mina egna ord."
    subject.refresh_from_db()
    assert subject.status == "in_assessment"


def test_errors_take_focus_and_a_link_leads_to_the_radio_itself(cast, visit):
    subject = cast.assigned()
    karin = visit("karin")
    open_form(karin, subject, "assess")
    karin.page.click("button[name=do]")
    assert karin.page.title().startswith("Fel: ")
    assert karin.page.evaluate("document.activeElement.className") == "errornote"
    karin.page.locator(".errornote a").first.click()
    karin.page.keyboard.press("Space")
    assert karin.page.locator("input[name=answer_N0]").first.is_checked()
    karin.fits("fel")


def test_a_panel_stays_and_counts_what_is_left_of_the_assessment(cast, visit):
    subject = cast.assigned()
    karin = visit("karin")
    open_form(karin, subject, "assess")
    told = karin.page.locator("#left-to-answer")
    left = int(told.inner_text().split()[0])
    karin.page.check("input[name=answer_N3][value=no]")
    assert int(told.inner_text().split()[0]) == left - 1
    karin.page.locator(".whereabouts a", has_text="N10").click()
    panel = karin.page.locator(".whereabouts").bounding_box()
    question = karin.page.locator("#id_answer_N10_set").bounding_box()
    assert 0 <= panel["y"] <= 1 and question["y"] >= panel["height"]
    # Of official documents neither data protection nor narrower ways is asked.
    choose(karin.page, "answer_N0.tf", "yes")
    assert not karin.page.locator("#id_answer_N10_set").is_visible()
    assert not karin.page.locator(".whereabouts a", has_text="N10").is_visible()
    assert karin.page.locator("[data-asked=documents]").is_visible()
    karin.page.once("dialog", lambda dialog: dialog.accept())


def test_what_is_typed_is_saved_where_a_field_is_called_action_too(cast, visit):
    karin = visit("karin")
    karin.page.clock.install()
    open_form(karin, cast.answered(), "record-act")
    karin.page.fill("[name=action]", "Läste loggen")
    karin.page.clock.fast_forward("11:00")
    kept(karin)
    assert Draft.objects.get().fields["action"] == ["Läste loggen"]


@pytest.mark.parametrize("text", ["", "Ringde"])
def test_five_minutes_before_the_end_it_is_told_and_what_is_typed_is_saved(
    cast, visit, text
):
    subject = cast.assessed()
    karin = visit("karin")
    karin.page.clock.install()
    open_form(karin, subject, "note")
    if text:
        karin.page.fill("[name=text]", text)
    karin.page.clock.fast_forward("11:00")
    if text:
        kept(karin)
    assert Draft.objects.exists() is bool(text)
    box = karin.page.locator("#time-left")
    box.wait_for(state="visible")
    karin.fits("snart-utloggad")
    karin.page.click("#stay")
    box.wait_for(state="hidden")


def test_keys_lead_on_and_are_off_while_one_writes_and_when_switched_off(cast, visit):
    subject = cast.assigned()
    karin = visit("karin")
    karin.page.goto(karin.address + page(subject))
    karin.page.keyboard.press("?")
    karin.page.locator("#keys").wait_for(state="visible")
    karin.fits("tangenter")
    karin.page.click("#keys-close")
    karin.page.keyboard.press("1")
    karin.page.wait_for_url("**/do/assess/")
    write_reasons(karin, "")
    karin.page.type(REASONS, "h? 1/n")
    assert karin.page.input_value(REASONS) == "h? 1/n"
    kept_url = karin.page.url
    karin.page.fill(REASONS, "")
    assert karin.page.url == kept_url
    karin.page.on("dialog", lambda dialog: dialog.accept())
    karin.page.evaluate("document.activeElement.blur()")
    karin.page.keyboard.press("h")
    karin.page.wait_for_url(karin.address + "/")
    karin.page.keyboard.press("/")
    assert karin.page.evaluate("document.activeElement.id") == "seek"
    karin.page.evaluate("document.activeElement.blur()")
    karin.page.keyboard.press("n")
    karin.page.wait_for_url("**" + step_url(subject, "assess"))
    karin.page.goto(karin.address + page(subject))
    karin.page.keyboard.press("?")
    karin.page.click("button[name=keys]")
    karin.page.keyboard.press("1")
    karin.page.keyboard.press("?")
    assert not karin.page.locator("#keys").is_visible()
    assert karin.page.url.endswith(page(subject))
    assert cast.karin.keys_off


def test_why_nobody_is_signed_in_takes_focus(visit):
    karin = visit("karin")
    karin.context.clear_cookies()
    karin.page.goto(karin.address + "/login/")
    assert karin.page.evaluate("document.activeElement.id") == "id_username"
    karin.page.fill("#id_username", "karin")
    karin.page.fill("#id_password", "something else")
    karin.page.press("#id_password", "Enter")
    karin.page.wait_for_load_state()
    assert karin.page.evaluate("document.activeElement.className") == "errornote"
    assert karin.page.locator(".errornote").inner_text() == (
        "Fel användarnamn eller lösenord."
    )
