"""After a form that was not right: everybody gets to the control that is."""

import re

import pytest
from django.urls import reverse

from requests_app.cases.review.forms.proposal import ProposeForm
from requests_app.core.step import relation_to
from tests.helpers.known import confirming
from tests.helpers.web import signed_in, step_url, words

pytestmark = pytest.mark.django_db
FORMS = [
    ("assigned", "assess", "karin", {"answer_N0": "no"}),
    ("assessed", "propose", "karin", {"outcome": "granted_with_reservation"}),
    ("proposed", "decide", "bo", {}),
    ("proposed", "return", "bo", {}),
    ("registered", "assign", "per", {}),
    ("assigned", "note", "karin", {}),
    ("assigned", "consult", "karin", {}),
    ("assigned", "record-consent", "karin", {}),
    ("assigned", "declare", "karin", {}),
    ("new", "register", "lena", {}),
    ("assigned", "close-list", "lena", {}),
    ("decided", "serve", "lena", {}),
]


def sent_in_vain(cast, state, step, who, fields):
    subject = getattr(cast, state)()
    client = signed_in(getattr(cast, who))
    return client.post(step_url(subject, step), {"do": "1", **fields}).content.decode()


@pytest.mark.parametrize(("state", "step", "who", "fields"), FORMS)
def test_the_summary_leads_to_each_control_and_what_describes_it_is_there(
    cast, state, step, who, fields
):
    html = sent_in_vain(cast, state, step, who, fields)
    summary_stands_first_takes_focus_and_leads_to_each_control(html)
    what_describes_a_control_is_there(html)


def summary_stands_first_takes_focus_and_leads_to_each_control(html):
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert re.search(r"<title>Fel: ", html)
    note = re.search(r'<div class="errornote"[^>]*>.*?</div>', html, re.S)
    assert 'tabindex="-1"' in note[0] and "autofocus" in note[0]
    assert note.start() < html.index('<form method="post" enctype')
    links = re.findall(r'href="#([^"]*)"', note[0])
    assert links and set(links) <= set(ids)
    for link in links:
        tag = re.search(rf'<(\w+)[^>]*\bid="{re.escape(link)}"', html)
        assert tag[1] in ("input", "select", "textarea"), link


def what_describes_a_control_is_there(html):
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    for described in re.findall(r'aria-describedby="([^"]*)"', html):
        assert set(described.split()) <= ids, described
    errors = [name for name in ids if name.endswith("_error")]
    referred = " ".join(re.findall(r'aria-describedby="([^"]*)"', html)).split()
    assert errors and set(errors) <= set(referred)


def test_the_summary_names_the_question_that_lacks_reasons(cast):
    subject = cast.assigned()
    fields = {"answer_N0": "no", "answer_N3": "no", "no_conflict": "on", "do": "1"}
    karin = signed_in(cast.karin)
    fields |= confirming(karin, subject)
    shown = words(karin.post(step_url(subject, "assess"), fields))
    assert re.search(r'<a href="#id_motivation_N0">Skäl för N0: [^<]+</a>', shown)


def test_the_conflict_is_asked_in_the_first_round(cast):
    html = sent_in_vain(cast, "assigned", "assess", "karin", {"answer_N0": ""})
    assert 'href="#id_no_conflict"' in html
    assert 'href="#id_answer_N0_0"' in html


def test_a_register_form_has_the_same_summary(cast):
    url = reverse("admin:requests_app_informationset_add")
    shown = words(signed_in(cast.ines).post(url, {"name": ""}))
    note = re.search(r'<div class="errornote"[^>]*autofocus.*?</div>', shown)[0]
    assert 'href="#id_name"' in note
    assert "<title>Fel: " in shown


@pytest.mark.parametrize("step", ["assess", "propose"])
def test_enter_in_a_field_presses_what_harms_nothing(cast, step):
    subject = cast.assessed()
    html = signed_in(cast.karin).get(step_url(subject, step)).content.decode()
    form = re.search(r'<form method="post" enctype.*?</form>', html, re.S)[0]
    first = re.search(r"<button[^>]*>", form)[0]
    assert 'name="keep"' in first


def typed(cast, subject, **fields):
    form = ProposeForm(
        subject=subject, by=cast.karin, relation=relation_to(cast.karin, subject)
    )
    texts = {name: form[name].value() for name in form.fields}
    start = {
        "outcome": texts["outcome"],
        "granted_minutes": "60",
        "drafted": form.drafted,
    }
    names = ("motivation_internal", "motivation_for_recipient")
    return {**start, **{name: texts[name] for name in names}, **fields}


def test_what_is_drafted_anew_replaces_a_draft_and_asks_before_a_text(cast):
    subject = cast.assessed()
    url, client = step_url(subject, "propose"), signed_in(cast.karin)
    untouched = client.post(url, {**typed(cast, subject), "draft": "1"})
    assert untouched.context["form"].replaces == ""
    own = typed(cast, subject, motivation_internal="Egna ord.")
    asked = client.post(url, {**own, "draft": "1"}).context["form"]
    assert asked.replaces and asked["motivation_internal"].value() == "Egna ord."
    agreed = client.post(url, {**own, "replace": asked.replaces}).context["form"]
    assert agreed["motivation_internal"].value() != "Egna ord."
