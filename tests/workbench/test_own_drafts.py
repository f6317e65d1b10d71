"""What one has typed and not sent, on the start page; and what of it survives what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit_app import acting
from requests_app.cases.review.rights.involvement import consultable
from requests_app.cases.review.steps import people
from requests_app.core.people.models import Draft
from requests_app.desk.sweep import sweep
from tests.cast import hours
from tests.helpers.web import signed_in, step_url, words

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Lockbox-Desk": "1"}
TEXT = "Ett halvt stycke om varför."


def type_on(subject, person, step="propose", **typed):
    subject.refresh_from_db()
    typed = {"motivation_internal": TEXT, **typed}
    sent = {"keep": "draft", "seen": subject.version, **typed}
    return signed_in(person).post(step_url(subject, step), sent, headers=SCRIPT).json()


def listed(person):
    return [
        (row.case, str(row.form), row.url, bool(row.trouble), row.texts)
        for row in signed_in(person).get("/").context["drafts"]
    ]


def test_they_are_listed_for_their_author_with_a_way_into_the_form(cast):
    subject = cast.assessed()
    assert listed(cast.karin) == []
    type_on(subject, cast.karin)
    url = f"{step_url(subject, 'propose')}?draft=1"
    assert listed(cast.karin) == [(str(subject), "Föreslå beslut", url, False, [])]
    assert listed(cast.jonas) == []
    assert TEXT in signed_in(cast.karin).get(url).content.decode()


def test_of_a_case_out_of_sight_nothing_is_told_and_nothing_is_lost(cast):
    subject = cast.assessed()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas)
    type_on(subject, cast.jonas)
    people.declare(
        subject, by=cast.jonas, stage="assessment", has_conflict=True, ground="close"
    )
    assert listed(cast.jonas) == [("", "Ett ärende utom synhåll", "", True, [])]
    shown = words(signed_in(cast.jonas).get("/"))
    drafts = shown[shown.index("Dina utkast") :]
    assert str(subject) not in drafts and TEXT not in drafts
    assert "Du kan inte längre se ärendet" in drafts
    with acting.at(hours(24 * 30)):
        sweep()
    assert Draft.objects.get().fields["motivation_internal"] == [TEXT]
    # Sorted out by its author.
    path = {"path": Draft.objects.get().path, "listed": "1"}
    assert signed_in(cast.jonas).post("/drafts/forget/", path).url == "/"
    assert not Draft.objects.exists()


def test_what_can_not_be_sent_any_more_can_be_copied(cast):
    subject = cast.assessed()
    type_on(subject, cast.karin)
    cast.propose(subject)
    ((case, _form, url, has_trouble, texts),) = listed(cast.karin)
    assert case == str(subject) and "/do/" not in url
    assert has_trouble and texts == [TEXT]


def ask_a_colleague(subject, person):
    due = timezone.localtime(acting.now() + timedelta(hours=2))
    sent = {
        "do": "1",
        "people": [consultable(subject, person).first().pk],
        "question": "Vad tror du?",
        "due_at_0": f"{due:%Y-%m-%d}",
        "due_at_1": f"{due:%H:%M}",
    }
    assert signed_in(person).post(step_url(subject, "consult"), sent).status_code == 302


def test_what_one_asks_a_colleague_meanwhile_stops_nothing(cast):
    """The finding: the draft waited, and what was typed next was saved nowhere."""
    subject = cast.assessed()
    type_on(subject, cast.karin)
    version = subject.version
    ask_a_colleague(subject, cast.karin)
    subject.refresh_from_db()
    assert subject.version == version + 1
    page = signed_in(cast.karin).get(step_url(subject, "propose"))
    html = page.content.decode()
    assert TEXT in html and 'data-desk="keeps"' in html
    # And in the tab that was open all the time.
    subject.version = version
    sent = {"keep": "draft", "seen": version, "motivation_internal": "Mer text."}
    told = signed_in(cast.karin).post(
        step_url(subject, "propose"), sent, headers=SCRIPT
    )
    assert told.json()["kept"] is True
    html = signed_in(cast.karin).get(step_url(subject, "propose")).content.decode()
    assert "Mer text." in html and 'data-desk="keeps"' in html


def test_what_others_change_lets_it_wait_and_the_page_says_so(cast):
    subject = cast.assessed()
    type_on(subject, cast.karin)
    cast.assess(subject)
    html = signed_in(cast.karin).get(step_url(subject, "propose")).content.decode()
    assert "Inget sparas medan du skriver" in html
    told = type_on(subject, cast.karin, motivation_internal="Nytt")
    assert told["kept"] is True


def test_what_is_typed_on_an_outdated_page_is_saved_with_a_word_on_that(cast):
    subject = cast.assessed()
    version = subject.version
    cast.assess(subject)
    sent = {"keep": "draft", "seen": version, "motivation_internal": TEXT}
    url = step_url(subject, "propose")
    told = signed_in(cast.karin).post(url, sent, headers=SCRIPT).json()
    assert told["kept"] is True and told["is_stale"] is True
    assert "Ärendet har ändrats" in told["line"]
