"""What is being typed is kept for its author, with scripts and without."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import afterwards, people
from requests_app.core.people.models import Draft, FormInUse
from requests_app.desk.sweep import sweep
from tests.browser.kept_forms import BEGINNINGS, asks
from tests.cast import hours
from tests.helpers.people import engage
from tests.helpers.web import signed_in, step_url

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Lockbox-Desk": "1"}


def version_of(subject):
    subject.refresh_from_db()
    return subject.version


def test_a_button_keeps_a_draft_and_the_form_begins_with_it(cast):
    subject = cast.assessed()
    client, url = signed_in(cast.karin), step_url(subject, "propose")
    typed = {"keep": "1", "motivation_internal": "Halvfärdigt", "outcome": "refused"}
    typed["seen"] = str(version_of(subject))
    assert client.post(url, typed).status_code == 302
    assert Draft.objects.get().fields["motivation_internal"] == ["Halvfärdigt"]
    form = client.get(url).context["form"]
    assert form["motivation_internal"].value() == "Halvfärdigt"
    assert not form.errors
    assert b"Halvf" not in signed_in(cast.jonas).get(url).content
    subject.refresh_from_db()
    assert subject.status == SecrecyReview.Status.IN_ASSESSMENT


@pytest.mark.parametrize(
    "typed", [{}, {"answer_N3": "suspected"}, {"answer_N3": "yes"}]
)
def test_nothing_is_kept_before_security_protection_is_answered_no(cast, typed):
    subject = cast.assigned()
    client, url = signed_in(cast.karin), step_url(subject, "assess")
    seen = version_of(subject)
    sent = {"keep": "draft", "seen": seen, "motivation_N0": "Radarn", **typed}
    told = client.post(url, sent, headers=SCRIPT).json()
    assert told["kept"] is False and told["line"]
    assert not Draft.objects.exists()
    # Without a script the page comes back with all that was typed.
    again = client.post(url, {**sent, "keep": "1"})
    assert again.status_code == 200 and b"Radarn" in again.content


def test_what_begins_something_new_is_kept_but_for_what_is_secret(cast):
    engage(cast, "nina", "it_manager", cast.nis)
    everybody = get_user_model().objects.filter(is_machine=False, is_active=True)
    for model, pages in BEGINNINGS.items():
        url = reverse(f"admin:requests_app_{model}_add")
        able = (p for p in everybody if pages.has_add_permission(asks(p)))
        signed_in(next(able)).post(url, {"keep": "draft", "name": "N"}, headers=SCRIPT)
        is_secret = pages.begins_with.is_secret
        assert Draft.objects.filter(path=url).exists() is not is_secret, model


def test_a_draft_goes_when_the_answer_becomes_another(cast):
    subject = cast.assigned()
    client, url = signed_in(cast.karin), step_url(subject, "assess")
    for answer, is_kept in (("no", True), ("suspected", False)):
        sent = {"keep": "draft", "seen": subject.version, "answer_N3": answer}
        assert client.post(url, sent, headers=SCRIPT).json()["kept"] is is_kept
        assert Draft.objects.exists() is is_kept


def test_a_stop_leaves_no_draft_behind(cast):
    subject = cast.assessed()
    client, url = signed_in(cast.karin), step_url(subject, "propose")
    client.post(url, {"keep": "1", "motivation_internal": "x"})
    afterwards.stop(subject, by=cast.karin, level="suspected")
    assert not Draft.objects.exists()
    client.post(url, {"keep": "1", "motivation_internal": "x"})
    assert not Draft.objects.exists()


def test_company_is_told_and_soon_forgotten(cast):
    subject = cast.assessed()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas)
    url = step_url(subject, "propose")
    assert signed_in(cast.karin).get(url).context["company"] == ""
    assert "Karin Test" in signed_in(cast.jonas).get(url).context["company"]
    with acting.at(hours(0.1)):
        assert signed_in(cast.jonas).get(url).context["company"] == ""
        sweep()
        assert {row.person for row in FormInUse.objects.all()} <= {cast.jonas}


def test_looking_tells_of_change_and_keeps_nothing(cast):
    subject = cast.assessed()
    client, url = signed_in(cast.karin), step_url(subject, "propose")
    seen = subject.version
    look = {"keep": "look", "seen": seen, "motivation_internal": "x"}
    assert client.post(url, look, headers=SCRIPT).json()["is_stale"] is False
    cast.assess(subject)
    told = client.post(url, look, headers=SCRIPT).json()
    assert told["is_stale"] is True and told["kept"] is None
    assert not Draft.objects.exists()


def test_who_may_not_take_the_step_keeps_no_draft(cast):
    subject = cast.assessed()
    answer = signed_in(cast.bo).post(step_url(subject, "propose"), {"keep": "1"})
    assert answer.status_code == 403
    assert not Draft.objects.exists()


def test_a_page_that_is_overtaken_writes_over_no_draft(cast):
    subject = cast.assessed()
    client, url = signed_in(cast.karin), step_url(subject, "propose")
    old = {"keep": "draft", "seen": subject.version, "motivation_internal": "Old"}
    assert client.post(url, old, headers=SCRIPT).json()["kept"] is True
    cast.assess(subject)
    new = {**old, "seen": version_of(subject), "motivation_internal": "New"}
    assert client.post(url, new, headers=SCRIPT).json()["kept"] is True
    told = client.post(url, old, headers=SCRIPT).json()
    assert told["kept"] is False and told["is_stale"] is True and told["line"]
    assert Draft.objects.get().fields["motivation_internal"] == ["New"]
    # Whoever presses the button wants it kept.
    assert client.post(url, {**old, "keep": "1"}).status_code == 302
    assert Draft.objects.get().fields["motivation_internal"] == ["Old"]


def test_a_draft_of_the_case_as_it_was_waits_and_says_so(cast):
    subject = cast.assessed()
    client, url = signed_in(cast.karin), step_url(subject, "propose")
    typed = {"seen": version_of(subject), "motivation_internal": "Halvfärdigt"}
    client.post(url, {**typed, "keep": "1"})
    assert "har ändrats sedan dess" not in client.get(url).content.decode()
    cast.assess(subject)
    begun = client.get(url)
    assert "Halvfärdigt" not in begun.content.decode()
    assert "har ändrats sedan dess" in begun.content.decode()
    assert 'data-desk="asks"' in begun.content.decode()
    again = client.get(url + "?draft=1").content.decode()
    assert "Halvfärdigt" in again and "har ändrats sedan dess" in again
    assert f'name="seen" value="{version_of(subject)}"' in again


def test_a_form_that_comes_back_says_what_it_said_when_it_was_opened(cast):
    subject = cast.assessed()
    client, url = signed_in(cast.karin), step_url(subject, "propose")
    sent = {"seen": version_of(subject), "outcome": "", "do": "1"}
    cast.assess(subject)
    page = client.post(url, sent)
    assert page.context["form"].errors
    assert f'name="seen" value="{sent["seen"]}"' in page.content.decode()
    # It is not left without a question either.
    assert "data-is-unsaved" in page.content.decode()
    assert "data-is-unsaved" not in client.get(url).content.decode()


def test_what_is_typed_about_an_account_is_kept_too(cast):
    url = step_url(cast.karin, "deactivate")
    sent = {"keep": "draft", "reason": "Slutar", "seen": ""}
    told = signed_in(cast.sam).post(url, sent, headers=SCRIPT)
    assert told.status_code == 200 and told.json()["kept"] is True
    assert Draft.objects.get().fields["reason"] == ["Slutar"]
