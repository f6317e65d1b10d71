"""What is answered stands as one line with its source; what is to be mended stands open."""

import pytest
from django import forms

from requests_app.core.forms import StepForm
from requests_app.templatetags.folding import fold_of
from tests.helpers.web import signed_in, step_url, words

pytestmark = pytest.mark.django_db
HOW = "Ur portalen"


class AnyForm(StepForm):
    where = forms.ChoiceField(choices=[("eu", "Inom EES"), ("us", "USA")])
    why = forms.CharField(required=False)

    @property
    def sources(self):
        return {"where": HOW}


def any_form(data=None, **initial):
    return AnyForm(data, subject=None, by=None, initial=initial)


def test_a_field_with_a_source_is_folded_in_words_on_any_form():
    form = any_form(where="eu", why="x")
    assert fold_of(form["where"]) == ("Inom EES", HOW)
    assert fold_of(form["why"]) is None
    assert fold_of(any_form()["where"]) is None


def test_what_is_wrong_or_empty_stands_open_with_what_was_typed():
    wrong = any_form({"where": "moon"})
    assert wrong.errors and fold_of(wrong["where"]) is None
    assert wrong["where"].value() == "moon"
    form = any_form({"where": "eu", "why": ""})
    form.add_error("why", "Säg varför.")
    assert fold_of(form["where"], form["why"]) is None


def folded_of(answer):
    form = answer.context["form"]
    return {name for name in form.fields if fold_of(form[name])}


def test_a_saved_assessment_is_lines_and_one_that_begins_is_open(cast):
    client = signed_in(cast.karin)
    begun = client.get(step_url(cast.assigned(number="A"), "assess"))
    # What is known stands with its source; what is answered each time is asked.
    assert {"answer_N0.tf"} <= folded_of(begun)
    assert folded_of(begun).isdisjoint({"answer_N0", "answer_N3", "answer_N10"})
    review = cast.assessed(number="B")
    answer = client.get(step_url(review, "assess"))
    assert {"answer_N0", "answer_N3"} <= folded_of(answer)
    assert "sparat i ärendet" in words(answer)


def test_the_wrong_one_alone_stands_open_and_all_is_sent_again(cast):
    review, client = cast.assessed(), signed_in(cast.karin)
    form = client.get(step_url(review, "assess")).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"answer_N3": "", "do": "1", "seen": form.seen}
    answer = client.post(step_url(review, "assess"), sent)
    assert answer.context["form"].errors.keys() >= {"answer_N3"}
    assert "answer_N3" not in folded_of(answer)
    assert "answer_N0" in folded_of(answer)
    assert 'value="no"' in answer.content.decode()
