"""All that lies with somebody is handed over, or nothing is."""

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import Assignment, SecrecyReview
from requests_app.cases.review.steps import case as steps_case
from requests_app.cases.review.steps import people
from requests_app.core.people.models import Absence
from requests_app.core.step import SomeHindered
from requests_app.desk.overview import overview_for
from requests_app.oversight.models import Deviation
from requests_app.oversight.steps import acts
from tests.cast import SITE
from tests.helpers.people import give
from tests.helpers.snapshot import snapshot
from tests.helpers.web import fetch, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def hand_over_url(person):
    return reverse("admin:hand_over", args=[person.pk])


def handed_over(reviews, *, to, reason="On leave"):
    """What is sent of these cases, as they stand now."""
    rows = SecrecyReview.objects.filter(pk__in=[review.pk for review in reviews])
    seen = {f"seen_{row.pk}": row.version for row in rows}
    return {"rows": [row.pk for row in rows], "person": to.pk, "reason": reason, **seen}


def test_who_is_away_is_listed_first_and_handed_over_as_one(cast):
    first, second = cast.assigned(number="1"), cast.assigned(number="2")
    people.assign(cast.registered(number="3"), by=cast.per, person=cast.jonas)
    with acting_as(cast.per):
        Absence.objects.create(
            person=cast.jonas, substitute=cast.karin,
            valid_from=acting.today(), valid_to=acting.today(),
        )  # fmt: skip
    (away, *_others) = overview_for(cast.per).loads
    assert away.person == cast.jonas and "ingen" not in away.leaving
    per = signed_in(cast.per)
    fetch(per, hand_over_url(cast.karin))
    # What is decided lies with her too: access runs, and is to be followed up.
    open_now = cast.answered(number="4")
    told = handed_over([first, second, open_now], to=cast.jonas)
    told["is_away"] = cast.jonas.pk
    assert per.post(hand_over_url(cast.karin), told).status_code == 302
    given = SecrecyReview.objects.filter(pk__in=told["rows"])
    assert {review.case_officer for review in given} == {cast.jonas}
    ended = Assignment.objects.filter(person=cast.karin, ended_at=None)
    assert not ended.exists()
    nothing = words(per.get(hand_over_url(cast.karin)))
    assert "Inget ärende som du får känna till ligger hos personen" in nothing
    assert per.get(hand_over_url(cast.rut)).status_code == 404


def test_what_is_not_handed_over_is_named_with_what_becomes_of_it(cast):
    subject = cast.answered()
    act = {
        "happened_at": acting.now(),
        "action": "read",
        "object_name": "elsewhere",
    }
    acts.record_act(subject, by=cast.karin, **act)
    acts.take(Deviation.objects.get(), by=cast.ivar)
    shown = words(signed_in(cast.per).get(hand_over_url(cast.ivar)))
    assert f"Avvikelse · {subject}" in shown and "tar över" in shown


def test_a_hand_over_that_fails_for_one_case_changes_nothing(cast):
    first, second = cast.assigned(number="1"), cast.assigned(number="2")
    people.declare(
        second, by=cast.jonas, stage="assessment", has_conflict=True, ground="close"
    )
    before = snapshot(ledger=False)
    with pytest.raises(SomeHindered):
        people.assign_several(
            [first, second], by=cast.per, person=cast.jonas, reason="On leave"
        )
    assert snapshot(ledger=False) == before
    per = signed_in(cast.per)
    told = handed_over([first], to=cast.cilla)
    before = snapshot(ledger=False)
    answer = per.post(hand_over_url(cast.karin), told)
    assert answer.status_code == 200 and b"errornote" in answer.content
    assert snapshot(ledger=False) == before


def error_beside(shown, review):
    return shown.partition(f'id="error_{review.pk}"')[2].partition("</p>")[0]


def test_all_of_a_person_is_ticked_and_what_has_changed_is_told_beside_it(cast):
    first, second = cast.assigned(number="1"), cast.assigned(number="2")
    per = signed_in(cast.per)
    shown = words(per.get(hand_over_url(cast.karin)))
    assert shown.count(" checked") == 2
    told = handed_over([first, second], to=cast.jonas)
    people.acknowledge(first, by=cast.karin)
    answer = per.post(hand_over_url(cast.karin), told)
    assert answer.status_code == 409
    shown = words(answer)
    assert "Karin Test" in error_beside(shown, first)
    assert not error_beside(shown, second) and "On leave" in shown
    officers = {row.case_officer for row in SecrecyReview.objects.all()}
    assert officers == {cast.karin}


def test_who_reviews_elsewhere_is_told_beside_the_case(cast):
    case = cast.assigned(number="1")
    with acting_as(cast.pia):
        give(cast, cast.per, "it_manager", cast.snc)
    elsewhere = cast.new(number="2", objects=(SITE,))
    steps_case.register(elsewhere, by=cast.rut, public_subject="Access")
    people.assign(elsewhere, by=cast.per, person=cast.karin, basis="On loan")
    told = handed_over([case, elsewhere], to=cast.cilla)
    per = signed_in(cast.per)
    before = snapshot(ledger=False)
    shown = words(per.post(hand_over_url(cast.karin), told))
    assert "inte handläggare" in error_beside(shown, case)
    assert not error_beside(shown, elsewhere) and snapshot(ledger=False) == before


@pytest.fixture
def jonas_away(cast):
    with acting_as(cast.per):
        Absence.objects.create(
            person=cast.jonas, valid_from=acting.today(), valid_to=acting.today()
        )


def test_who_is_away_is_given_a_case_only_when_that_is_ticked(cast, jonas_away):
    case = cast.registered(number="1")
    per = signed_in(cast.per)
    told = {"seen": case.version, "do": "1", "person": cast.jonas.pk}
    asked = words(per.post(step_url(case, "assign"), told))
    assert "Jonas Test är borta till och med" in asked and 'name="is_away"' in asked
    # The tick holds for whom it was ticked.
    wrong = {**told, "is_away": cast.karin.pk}
    assert per.post(step_url(case, "assign"), wrong).status_code == 200
    told["is_away"] = cast.jonas.pk
    assert per.post(step_url(case, "assign"), told).status_code == 302
    assert SecrecyReview.objects.get().case_officer == cast.jonas


def test_all_is_handed_to_who_is_away_only_when_that_is_ticked(cast, jonas_away):
    case = cast.assigned(number="1")
    per = signed_in(cast.per)
    told = handed_over([case], to=cast.jonas)
    asked = words(per.post(hand_over_url(cast.karin), told))
    assert 'name="is_away"' in asked and "On leave" in asked
    told["is_away"] = cast.jonas.pk
    assert per.post(hand_over_url(cast.karin), told).status_code == 302
    assert SecrecyReview.objects.get().case_officer == cast.jonas
