"""What pages say to those who read them closely."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from audit_app import acting
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.rights.involvement import consultable
from requests_app.cases.review.steps import decision
from requests_app.cases.review.steps import people as steps_people
from tests.helpers.refusals import refused
from tests.helpers.web import errors, page, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def test_no_text_is_cut_by_the_browser_without_a_word(cast):
    subject = cast.assessed()
    client = signed_in(cast.karin)
    for step in ("assess", "propose", "note", "ask", "consult", "record-consent"):
        html = client.get(step_url(subject, step)).content.decode()
        form = re.search(r'<form method="post" enctype.*?</form>', html, re.S)[0]
        assert "maxlength" not in form, step
    long = client.post(step_url(subject, "note"), {"do": "1", "text": "x" * 20_001})
    assert "20000" in errors(long)["text"][0].replace("\xa0", "")
    assert "x" * 20_001 in long.content.decode()


def test_an_opinion_is_not_asked_for_when_the_request_has_lapsed(cast):
    subject = cast.assessed()
    due = subject.access_request.answer_deadline + timedelta(minutes=1)
    people = consultable(subject, cast.karin)[:1]
    told = refused(
        ValidationError,
        steps_people.consult,
        subject,
        by=cast.karin,
        people=people,
        question="?",
        due_at=due,
    )
    assert "lapses" in str(told) or "förfaller" in str(told)
    assert not Consultation.objects.exists()


def test_the_promise_of_a_consultation_is_what_holds(cast):
    shown = words(signed_in(cast.karin).get(step_url(cast.assessed(), "consult")))
    assert "inget annat i ärendet" not in shown
    assert "en roll som öppnar ärendet kan också öppna det" in shown


def test_a_second_tab_says_that_the_case_has_gone_on(cast):
    subject = cast.proposed()
    client = signed_in(cast.bo)
    seen = subject.version
    decision.decide(subject, by=cast.bo, no_conflict=True)
    answer = client.post(
        step_url(subject, "decide"), {"do": "1", "no_conflict": "on", "seen": seen}
    )
    assert answer.status_code == 409
    assert "Ärendet har ändrats, så det här steget går inte att göra nu" in words(
        answer
    )
    assert "Inte klart än" not in words(answer)


def test_what_was_typed_by_hand_is_said_to_be(cast):
    shown = words(signed_in(cast.karin).get(page(cast.assigned())))
    assert "Begäran skrevs in för hand" in shown


def test_one_button_marks_every_condition_as_kept(cast):
    subject = cast.assessed()
    url = step_url(subject, "propose")
    form = signed_in(cast.karin).get(url).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    fields |= {"outcome": "granted", "kinds": ["account", "no_copying"], "do": "1"}
    signed_in(cast.karin).post(url, {**fields, "granted_scope": "Ett objekt"})
    subject.refresh_from_db()
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    url = step_url(subject, "follow-up")
    with acting.at(acting.now() + timedelta(hours=9)):
        client = signed_in(cast.karin)
        shown = client.post(url, {"all_kept": "1"})
        form = shown.context["form"]
        assert [row.choice.value() for row in form.rows] == ["kept", "kept"]
        assert not form.errors


def test_a_wrong_password_is_said_to_be_wrong(cast):
    sent = {"username": "karin", "password": "fel", "next": "/"}
    shown = words(Client().post("/login/", sent))
    assert "Fel användarnamn eller lösenord." in shown
    assert 'name="language"' in shown
