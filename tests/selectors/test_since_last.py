"""What is new since somebody was last here."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit_app import acting
from requests_app.cases.review.steps import decision
from requests_app.cases.review.steps.afterwards import sweep_request
from requests_app.desk.news import MOST, since_last
from requests_app.desk.queue.everything import everything_for
from requests_app.organisation import steps
from tests.cast import PASSWORD
from tests.helpers.people import engage
from tests.helpers.web import words

pytestmark = pytest.mark.django_db


def news_of(person, since=None):
    since = since or timezone.now() - timedelta(hours=1)
    return since_last(person, since, everything_for(person))


def texts(person, since=None):
    return [line.text for line in news_of(person, since)]


def test_what_others_did_in_my_cases_is_told_and_leads_there(cast):
    subject = cast.decided()
    told = [line for line in news_of(cast.karin) if str(subject) in line.text]
    assert [line.text for line in told] == [f"{subject}: beslutat: Bifall"]
    assert told[0].url == f"/requests_app/secrecyreview/{subject.pk}/change/"
    # Who decided knows it; whoever has no part in it is not told.
    for other in (cast.bo, cast.jonas, cast.cilla, cast.agnes):
        assert not [text for text in texts(other) if str(subject) in text]


def test_what_lapsed_and_what_was_answered(cast):
    answered = cast.answered()
    lapsed = cast.assigned(number="EXSR2")
    with acting.at(lapsed.access_request.answer_deadline):
        sweep_request(lapsed.access_request, by=cast.sweeper)
        told = texts(cast.karin)
    assert f"{lapsed}: förföll utan beslut" in told
    assert f"{answered}: leverantören har fått svar" in told


def test_what_came_into_the_queue_and_what_waits_longer(cast):
    cast.assigned()
    told = texts(cast.karin)
    assert told[0] == "1 ny sak väntar på dig."
    later = timezone.now() + timedelta(minutes=5)
    assert texts(cast.karin, later) == ["1 sak väntar sedan tidigare."]


def test_nothing_is_told_of_what_one_may_not_see_any_more(cast):
    subject = cast.decided()
    left = cast.karin
    steps.end_role(left.roles.get(), by=cast.per, reason="Left")
    assert not [text for text in texts(left) if str(subject) in text]


def test_never_more_than_a_few_lines(cast):
    for number in range(7):
        subject = cast.proposed(number=f"EXSR{number}")
        decision.decide(subject, by=cast.bo, no_conflict=True)
    assert len(news_of(cast.karin)) <= MOST


def test_a_fixed_number_of_queries(cast, django_assert_max_num_queries):
    cast.decided()
    person, items = cast.karin, everything_for(cast.karin)
    since = timezone.now() - timedelta(hours=1)
    with django_assert_max_num_queries(4):
        since_last(person, since, items)


def test_the_start_page_tells_it_from_the_second_sign_in_on(cast, client):
    engage(cast, "nora", "registrar", cast.snc)
    subject = cast.assigned()
    sent = {"username": "karin", "password": PASSWORD}
    client.post("/login/", sent)
    assert not client.session["last_here"]
    first = words(client.get("/"))
    assert "Nytt sedan du var här" not in first
    client.post("/logout/")
    cast.assess(subject)
    cast.propose(subject)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    client.post("/login/", sent)
    second = words(client.get("/"))
    assert "Nytt sedan du var här" in second and f"{subject}: beslutat" in second
