"""What stands first on the page of whoever decides, and what is shown before it."""

import re

import pytest

from requests_app.cases.review.dossier import alike
from requests_app.cases.review.forms.decision import DecideForm
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.steps import decision
from requests_app.core.catalogue import country_name
from requests_app.core.step import relation_to
from tests.helpers.cases import set_freeze
from tests.helpers.two_persons import by_two
from tests.helpers.web import as_read, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def form_for(cast, subject):
    return DecideForm(
        subject=subject, by=cast.bo, relation=relation_to(cast.bo, subject)
    )


def test_an_answer_that_is_not_the_proposed_one_stands_out(cast):
    subject = cast.assigned(engineer_country="IE")
    cast.assess(subject, answers={"N9.country": "third"})
    cast.propose(subject, outcome="refused", granted_minutes=None, granted_scope="")
    told = [str(row.instead_of) for row in form_for(cast, subject).glance.deviations]
    assert any(country_name("IE") in text for text in told)


def test_a_provision_said_not_to_hinder_against_its_presumption_stands_out(cast):
    subject = cast.assigned()
    cast.assess(
        subject,
        tested=[
            cast.tested("OSL-23-2-st1", "applies"),
            cast.tested("OSL-25-1", "struck"),
        ],
    )
    cast.propose(subject)
    questions = [str(row.question) for row in form_for(cast, subject).glance.deviations]
    assert any("25 kap. 1 §" in text for text in questions)
    assert not any("23 kap. 2 §" in text for text in questions)


def test_a_freeze_is_shown_before_anything_is_submitted(cast):
    subject = cast.proposed(engineer_country="US")
    assert form_for(cast, subject).glance.stops == []
    set_freeze(cast, country="US")
    page = words(signed_in(cast.bo).get(step_url(subject, "decide")))
    first = re.search(r'<section class="card now glance".*?</section>', page)[0]
    assert 'class="notice stop"' in first
    # What can still be done is what stands out.
    assert re.search(r'class="btn" href="[^"]*/do/return/"', page)


def test_return_stands_apart_from_decide(cast):
    subject = cast.proposed()
    page = words(signed_in(cast.bo).get(step_url(subject, "decide")))
    bar = re.search(r'<div class="buttons bar">.*?</div>', page)[0]
    assert 'name="do"' in bar and step_url(subject, "return") not in bar
    assert page.count(step_url(subject, "return")) == 1


@pytest.mark.parametrize("outcome", ["granted", "refused"])
def test_what_is_previewed_is_what_is_drawn_up(cast, outcome):
    subject = cast.assessed()
    terms = (
        {} if outcome == "granted" else {"granted_minutes": None, "granted_scope": ""}
    )
    cast.propose(subject, outcome=outcome, **terms)
    previews = form_for(cast, subject).previews
    assert not Decision.objects.exists()
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    assert previews == [document_of(made, full=full) for full in (False, True)]


def test_what_would_read_otherwise_by_now_is_read_again(cast):
    """How it is appealed was put right in the register of authorities: that stands on
    the paper, and no version of the case tells of it."""
    subject = cast.proposed("refused")
    bo, url = signed_in(cast.bo), step_url(subject, "decide")
    was = as_read(bo.get(url))
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    refused = bo.post(url, {"no_conflict": "on", "as_read": was})
    assert refused.status_code == 409 and "Läs det igen" in words(refused)
    assert not Decision.objects.exists() and as_read(refused) != was
    sent = {"no_conflict": "on", "as_read": as_read(refused)}
    assert bo.post(url, sent).status_code == 302
    assert Decision.objects.get().regime == "fl_full"


def test_circumstances_that_weigh_the_same_for_the_same_reasons_are_told_once(cast):
    subject = cast.proposed()
    questions = form_for(cast, subject).case.questions
    factors = [row for row in questions if row.node.is_factor]
    groups = [group for group in alike(questions) if group[0].node.is_factor]
    assert sum(map(len, groups)) == len(factors) > len(groups)
    assert [row for group in alike(questions) for row in group] == questions
