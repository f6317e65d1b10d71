"""The form of a proposal."""

import pytest

from requests_app.cases.review.drafting.texts import condition
from requests_app.cases.review.forms.proposal import ProposeForm
from requests_app.cases.review.models.decision import ServiceOfDecision
from requests_app.core.people.models import Authority
from tests.helpers.refusals import fresh
from tests.helpers.two_persons import by_two
from tests.helpers.web import errors, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def test_a_refused_rule_is_shown_at_its_field_with_the_text_kept(cast):
    subject = cast.assessed()
    typed = {
        "seen": subject.version,
        "outcome": "granted",
        "granted_minutes": 999,
        "motivation_internal": "Behålls",
        "leaves_out": "no",
    }
    response = signed_in(cast.karin).post(step_url(subject, "propose"), typed)
    assert "granted_minutes" in errors(response)
    assert "Behålls" in response.content.decode()


def test_a_motivation_of_thousands_of_paragraphs_is_an_error_at_its_field(cast):
    review = cast.assessed()
    typed = {"outcome": "granted", "granted_minutes": "60", "granted_scope": "x"}
    texts = {"motivation_internal": "x\n\n" * 600, "leaves_out": "no"}
    answer = signed_in(cast.karin).post(step_url(review, "propose"), {**typed, **texts})
    assert list(answer.context["form"].errors) == ["motivation_internal"]
    assert "1000" in str(answer.context["form"].errors)


def test_a_line_on_who_is_bound_that_is_too_long_is_an_error_and_is_not_cut(cast):
    review = cast.assessed()
    texts = {"motivation_internal": "x", "motivation_for_recipient": "x"}
    bound = {"bound": "Åsa Öström\n" + "x" * 201, "prohibition": "x"}
    typed = {"outcome": "granted_with_reservation", **texts, **bound}
    answer = signed_in(cast.karin).post(step_url(review, "propose"), typed)
    assert "200" in str(errors(answer)["bound"])


def test_whoever_is_bound_can_be_named_as_served(cast):
    service = ServiceOfDecision._meta.get_field("recipient")
    assert ProposeForm.base_fields["bound"].longest <= service.max_length


@pytest.mark.parametrize(
    "kind, whose", [("board", "myndighetens"), ("company", "bolagets")]
)
def test_a_shared_screen_is_with_the_staff_of_a_company_too(kind, whose):
    term = condition("screen_share", None, Authority(kind=kind))
    assert f"med {whose} personal" in term.text


@pytest.mark.parametrize(("regime", "asked"), [("fl_full", True), ("internal", False)])
def test_a_decision_in_law_asks_whether_the_provider_has_been_heard(
    cast, regime, asked
):
    """FL 25 §."""
    if regime != cast.gsn.regime:
        by_two(cast.gsn, cast.per, cast.pia, regime=regime)
    shown = words(signed_in(cast.karin).get(step_url(cast.assessed(), "propose")))
    assert ("(25 § FL)" in shown) == asked


def test_reasons_that_contradict_themselves_are_told_before_they_are_proposed(cast):
    """As somebody has changed them: the draft itself never does."""
    subject = cast.assessed()
    url, karin = step_url(subject, "propose"), signed_in(cast.karin)
    told = "Skälen säger emot sig själva"
    assert told not in words(karin.get(url))
    both = "Åtgärden är endast teknisk. Åtgärden är inte endast teknisk."
    typed = {"motivation_internal": both, "outcome": "granted", "seen": "0"}
    shown = words(karin.post(url, typed))
    assert told in shown and both in shown
    cast.propose(fresh(subject), motivation_internal=both)
    decide = words(signed_in(cast.bo).get(step_url(subject, "decide")))
    assert "Åtgärden är både" in decide
