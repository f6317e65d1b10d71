"""A browser that is killed and a network that goes and comes, on the form of every step:
no word is lost that was said to be saved, and it is always said whether it is. Fifteen
of the forms at each run, drawn anew."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Error, TimeoutError

from requests_app.cases.review.steps import people
from requests_app.core.people.models import Draft
from tests.browser.conftest import PATIENCE, PHONE, Visitor
from tests.browser.kept_forms import every_form, steps_to_take
from tests.helpers.drawn import drawn
from tests.helpers.web import page, step_url
from tests.workbench.states import fill
from tests.workbench.test_offers import NEVER_TAKEN, YEARS_LATER

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]
WORDS = "#step textarea, #step input[type=text]"
OPEN = "for (const each of document.querySelectorAll('#step details')) each.open = true"
SAVED, NOTHING, ALONE = "Utkast sparat", "Vi sparar inget", "Ingen förbindelse"


def tell(window):
    """What is said of saving, once nothing is under way."""
    window.locator("#unsaved").wait_for(state="hidden")
    return window.inner_text("#kept")


def write(window, text):
    window.evaluate(OPEN)
    fields = [field for field in window.locator(WORDS).all() if field.is_visible()]
    for number, field in enumerate(fields):
        field.fill(f"{text} {number}")
    return len(fields)


def read(window):
    window.evaluate(OPEN)
    return [
        field.input_value()
        for field in window.locator(WORDS).all()
        if field.is_visible()
    ]


def kept_now(window):
    """Waits until it is said whether it is kept; is it?"""
    said = window.locator("#kept").filter(has_text=SAVED)
    nothing = window.locator("#kept").filter(has_text=NOTHING)
    said.or_(nothing).wait_for()
    return SAVED in window.inner_text("#kept")


def come_again(window, url):
    """What the kill tore off may be reset once: whoever comes back tries again."""
    try:
        window.goto(url)
    except Error as error:
        if "ERR_CONNECTION_RESET" not in str(error):
            raise
        window.goto(url)


class Killable(Visitor):
    """Its browser is closed as by a kill: no page is asked anything."""

    def reborn(self, chromium):
        state = self.context.storage_state()
        self.context.close()
        self.context = chromium.new_context(
            viewport=PHONE, locale="sv-SE", storage_state=state
        )
        self.context.set_default_timeout(PATIENCE)
        self._page = self.context.new_page()
        return self.page


def lost_on(chromium, person, url):
    """What was lost of what is typed there, or not told; empty where nothing was. None
    where nothing can be typed."""
    window = person.page
    window.goto(person.address + url)
    if not window.locator("#step").count():
        return "no form"
    if not (number := write(window, "Ord")):
        return None
    is_kept = kept_now(window)
    if is_kept:
        tell(window)
    window = person.reborn(chromium)
    come_again(window, person.address + url)
    there = read(window)
    if is_kept and there != [f"Ord {each}" for each in range(number)]:
        return f"killed: {there}"
    if not is_kept and Draft.objects.filter(path=url).exists():
        return "kept, though it said that it keeps nothing"
    return lost_without_network(person, url, is_kept)


def lost_without_network(person, url, is_kept):
    window = person.page
    person.context.set_offline(True)
    write(window, "Utan nät")
    window.locator("#kept", has_text=ALONE).wait_for()
    window.locator("#step .buttons button").last.evaluate("button => button.click()")
    if "Utan nät 0" not in read(window):
        return "gone when it was sent without a network"
    person.context.set_offline(False)
    if kept_now(window) is not is_kept:
        return f"back again: {window.inner_text('#kept')}"
    if is_kept:
        tell(window)
    draft = Draft.objects.filter(path=url).first()
    if is_kept and ["Utan nät 0"] not in draft.fields.values():
        return f"not saved when the network was back: {draft.fields}"
    return ""


def test_no_word_is_lost_on_the_form_of_any_step(cast, chromium, live_server, capsys):
    fill(cast)
    found, windows, lost, typed = steps_to_take(), {}, {}, 0
    for (model, name), (username, url, _is_cleared) in drawn(sorted(found.items()), 15):
        if username not in windows:
            windows[username] = Killable(chromium, live_server.url, username)
            windows[username].sign_in()
        try:
            trouble = lost_on(chromium, windows[username], url)
        except TimeoutError as error:
            said = windows[username].page.locator("#kept").all_inner_texts()
            trouble = f"{error} {said}"
            windows[username].context.set_offline(False)
        typed += trouble is not None
        if trouble:
            lost[model, name] = trouble
    for person in windows.values():
        person.context.close()
    with capsys.disabled():
        print(f"\n{len(found)} step pages, words typed on {typed}: {len(lost)} lost")
    assert not lost, "\n".join(f"{step}: {what}" for step, what in lost.items())
    assert found.keys() <= every_form()
    left = {form for form in every_form() - found.keys() if form[0] not in YEARS_LATER}
    assert left <= NEVER_TAKEN.keys()
    assert typed > 8, typed


def test_two_on_one_form_are_told_of_each_other_and_both_texts_stay(cast, visit):
    subject = cast.assessed()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas)
    karin, jonas = visit("karin"), visit("jonas")
    for person, text in ((karin, "Karins text."), (jonas, "Jonas text.")):
        person.page.goto(person.address + step_url(subject, "propose"))
        person.page.fill("#id_motivation_internal", text)
        person.page.locator("#kept", has_text=SAVED).wait_for()
    company = jonas.page.locator("#company", has_text="Karin Test skriver nu")
    company.wait_for()
    karin.page.fill("#id_granted_scope", "Ett objekt")
    karin.page.locator("#company", has_text="Jonas Test skriver nu").wait_for()
    bo = visit("bo")
    bo.page.goto(bo.address + page(subject))
    assert "Karin Test skriver nu: Föreslå beslut." in bo.page.inner_text("#company")
    bo.fits("vid-arbete")
    for person, text in ((karin, "Karins text."), (jonas, "Jonas text.")):
        person.page.reload()
        assert person.page.input_value("#id_motivation_internal") == text
        person.fits("sparat")


def test_why_saving_has_stopped_is_told(cast, visit):
    subject = cast.assessed()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas)
    jonas = visit("jonas")
    jonas.page.goto(jonas.address + step_url(subject, "propose"))

    def typed(text, reason):
        jonas.page.fill("#id_granted_scope", text)
        jonas.page.locator("#kept", has_text=reason).wait_for()
        assert jonas.page.locator("#unsaved").is_visible() is (SAVED not in reason)
        assert jonas.page.input_value("#id_granted_scope") == text

    typed("Ett", SAVED)
    subject.refresh_from_db()
    people.remove_reviewer(subject, by=cast.per, person=cast.jonas, reason="x")
    typed("Två", "steget är inte längre ditt")
    people.declare(
        subject, by=cast.jonas, stage="assessment", has_conflict=True, ground="close"
    )
    typed("Tre", "Du kan inte längre se ärendet")
    assert Draft.objects.get().fields["granted_scope"] == ["Ett"]
    jonas.page.once("dialog", lambda dialog: dialog.accept())
    jonas.page.goto(jonas.address + "/")
    assert "Ett ärende utom synhåll" in jonas.page.inner_text("#drafts")
    jonas.fits("utkast-utom-synhall")
    jonas.complaints.clear()


def test_an_ended_session_keeps_what_is_typed_and_says_so(cast, visit):
    subject = cast.assessed()
    karin = visit("karin")
    karin.page.goto(karin.address + step_url(subject, "propose"))
    Session.objects.all().delete()
    karin.page.fill("#id_granted_scope", "Efteråt")
    said = "Du är utloggad. Det du har skrivit är sparat"
    karin.page.locator("#kept", has_text=said).wait_for()
    assert Draft.objects.get().fields["granted_scope"] == ["Efteråt"]
    karin.complaints.clear()
