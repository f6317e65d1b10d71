"""What somebody was handed out of a case goes with the last case of which it has something,
file and answer too; what holds a case holds it."""

import pytest

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.people.models import Draft
from requests_app.disclosure.models import DisclosureDecision, DisclosureRequest
from requests_app.disclosure.steps.request import serve_hand_out_decision, take_in
from requests_app.records import steps
from requests_app.records.sweep import carry_out
from tests.audit_app.test_disposed_cases import found_by_all
from tests.helpers.disposals import (
    ask,
    closed_case,
    confirmed_list,
    disposal_rule,
    fresh_list,
    obstacle,
    years_later,
)
from tests.helpers.hand_outs import asked_for, decided, delivered, given_whole, waiting
from tests.helpers.kept_words import kept
from tests.helpers.refusals import fresh

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]
SEED = "Kråkvinkelsfröet"


def test_nothing_is_left_of_a_hand_out_of_what_was_disposed_of(cast):
    disposal_rule(cast)
    gone = closed_case(cast, justification=f"{SEED} repair")
    row = delivered(cast, asked_for(cast, gone, wording=f"Allt om {SEED}"))
    made = decided(cast, gone)
    Draft.objects.create(
        person=cast.lena,
        path=f"/requests_app/disclosurerequest/{row.pk}/step/deliver/",
        fields={"words": [SEED]},
        saved_at=acting.now(),
    )
    serve_hand_out_decision(made, by=cast.lena, served_at=acting.now())
    of_none = waiting(cast, "answered")
    assert kept(SEED)
    before = found_by_all()
    with years_later():
        drawn = confirmed_list(cast)
        assert set(carry_out(drawn, ask).values()) <= {""}
        assert not SecrecyReview.objects.filter(pk=gone.pk).exists()
        left = DisclosureRequest.objects.all()
        assert list(left) == [of_none]
        assert not DisclosureRequest.history.filter(id__in=[row.pk, made.pk]).exists()
        assert not DisclosureDecision.objects.exists()
        assert kept(SEED) == []
        assert found_by_all() == before == []


def test_what_has_something_of_another_case_stays_until_that_goes(cast):
    disposal_rule(cast)
    first, second = (closed_case(cast, number=one) for one in ("first", "second"))
    row = asked_for(cast, first)
    take_in(row, by=cast.lena, case=second)
    row = delivered(cast, fresh(row))
    with years_later():
        drawn = steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())
        one = drawn.items.get(case_key=first.pk)
        other = drawn.items.get(case_key=second.pk)
        steps.answer(drawn, by=cast.lena, items=[one], answer="destroy")
        retain = {
            "until": acting.today().replace(year=2099, day=1),
            "reason": "x",
        }
        steps.retain(fresh_list(drawn), by=cast.karin, items=[other], **retain)
        steps.propose(fresh_list(drawn), by=cast.lena)
        steps.confirm(fresh_list(drawn), by=cast.karin)
        carry_out(fresh_list(drawn), ask)
    row = fresh(row)
    assert {one.review for one in row.documents.all()} == {second} and row.file


def test_while_it_is_handed_out_or_can_be_appealed_the_case_stays(cast):
    disposal_rule(cast)
    gone = closed_case(cast)
    with years_later():
        drawn = confirmed_list(cast)
        item = drawn.items.get()
        assert obstacle(item) == ""
        given_whole(cast, gone)
        assert obstacle(item) == "documents"


def test_while_nobody_knows_what_is_asked_for_nothing_goes(cast):
    disposal_rule(cast)
    closed_case(cast)
    with years_later():
        item = confirmed_list(cast).items.get()
        asked_for(cast)
        assert obstacle(item) == "documents"
