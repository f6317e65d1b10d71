"""Conditions are chosen where they are thought of, and every answer is checked where it
is proposed."""

import pytest
from django.utils import translation

from requests_app.cases.review.models.decision import Proposal
from tests.helpers.known import FIRST, OWN, answered_as, confirming, form_of
from tests.helpers.web import errors, in_english, step_url, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def spoken():
    with translation.override("en"):
        yield


@pytest.fixture
def again(cast):
    """The same is asked for as in a case that has been decided."""
    earlier = cast.decided(number="EXSR1", **OWN)
    return earlier, cast.assigned(number="EXSR2", **OWN)


def narrowed(cast, subject, **typed):
    client = in_english(cast.karin)
    sent = {**answered_as(form_of(cast.karin, subject)), **FIRST, "do": "1"}
    sent |= {**confirming(client, subject), "seen": subject.version}
    sent |= {"answer_N10": "condition", **typed}
    return client.post(step_url(subject, "assess"), sent)


def test_conditions_that_are_thought_of_begin_the_proposal(cast):
    subject = cast.assigned(**OWN)
    answer = narrowed(cast, subject, conditions=["inside_eea", "account"])
    assert answer.status_code == 302, errors(answer)
    assert subject.answers.get(node="N10").conditions == ["inside_eea", "account"]
    form = form_of(cast.karin, subject, "propose")
    assert form["kinds"].value() == ["inside_eea", "account"]


def test_that_it_is_narrowed_says_how(cast):
    subject = cast.assigned(**OWN)
    assert set(errors(narrowed(cast, subject))) == {"conditions"}
    told = narrowed(cast, subject, motivation_N10="Two hours are enough.")
    assert told.status_code == 302


def test_an_answer_that_is_changed_takes_its_conditions_along(cast):
    subject = cast.assigned(**OWN)
    narrowed(cast, subject, conditions=["account"])
    subject.refresh_from_db()
    narrowed(cast, subject, answer_N10="none", conditions=["account"])
    assert subject.answers.get(node="N10").conditions == []


def test_every_answer_is_checked_where_it_is_proposed(cast, again):
    _earlier, subject = again
    cast.assess(subject)
    form = form_of(cast.karin, subject, "propose")
    checked = [*form.checked["own"], *form.checked["taken_over"]]
    shown = {row.question for row in checked}
    tree = form.basis.tree
    for answer in subject.answers.exclude(node__in=["N7.10-2a.for"]):
        node = tree.node(answer.node)
        assert node.kind == "weighed" or node.question in shown
    assert str(subject.harm_tests.get().provision) in shown


def test_a_press_on_change_keeps_the_proposal_and_leads_to_the_question(cast):
    subject = cast.assigned(**OWN)
    cast.assess(subject)
    client, url = in_english(cast.karin), step_url(subject, "propose")
    page = client.get(url).content.decode()
    for place in ("harm", "id_answer_N4_set", "id_answer_N7.10-2a.suitable_set"):
        assert f'value="assess#{place}"' in page
        sent = {"keep": f"assess#{place}", "motivation_internal": "Half written"}
        answer = client.post(url, sent)
        assert answer.url.endswith(f"/do/assess/#{place}")
    there = words(client.get(step_url(subject, "assess")))
    assert "What becomes visible" in there
    assert not Proposal.objects.exists()
