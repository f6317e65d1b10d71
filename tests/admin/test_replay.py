"""Replays on a page: who orders and sees them, and what of them each may read."""

import pytest
from guardian.shortcuts import assign_perm

from audit_app.acting import acting_as
from requests_app.cases.access.steps import delivery
from requests_app.oversight.models import ReplayRun
from requests_app.oversight.steps import incidents as workflow
from requests_app.oversight.sweep import replay, work_off_replays
from requests_app.registers.models.standing import StandingAssessment
from tests.helpers.web import errors, fetch, in_english, page, signed_in, words

pytestmark = pytest.mark.django_db
LIST = "/requests_app/replayrun/"
ADD = f"{LIST}add/"


def done(cast, premise="country=IN"):
    run = workflow.order(by=cast.karin, authority=cast.gsn, premise=premise)
    list(replay(run))
    return run


def granted(cast, number):
    return cast.answered(
        number=number, engineer_country="US", employer_entity="Microsoft"
    )


def test_the_legal_unit_orders_and_the_sweep_does_it(cast):
    subject = granted(cast, "1")
    karin = signed_in(cast.karin)
    typed = {"authority": cast.gsn.pk, "premise": "country=IN", "since": ""}
    assert karin.post(ADD, typed).status_code == 302
    run = ReplayRun.objects.get()
    assert (run.ordered_by, run.authority) == (cast.karin, cast.gsn)
    assert "Väntar" in words(karin.get(page(run)))
    work_off_replays()
    shown = karin.get(page(run))
    assert subject.diary_number in words(shown)
    assert page(subject) in shown.content.decode()


@pytest.mark.parametrize(
    "premise", ["country=Mars", "revoked=4711", "colour=red", 'employer="x']
)
def test_what_can_not_be_read_is_told_beside_the_field(cast, premise):
    bo = signed_in(cast.bo)
    typed = {"authority": cast.gsn.pk, "premise": premise, "since": ""}
    response = bo.post(ADD, typed)
    assert response.status_code == 200
    assert errors(response).keys() == {"premise"}
    assert response.context["form"]["premise"].value() == premise
    assert not ReplayRun.objects.exists()


def test_nobody_supposes_that_something_of_another_authority_is_revoked(cast):
    others = StandingAssessment.objects.filter(authority=cast.snc).first()
    typed = {"authority": cast.gsn.pk, "premise": f"revoked={others.pk}"}
    response = signed_in(cast.karin).post(ADD, typed)
    assert errors(response).keys() == {"premise"}


def test_nobody_orders_for_an_authority_where_they_are_not_of_the_legal_unit(cast):
    typed = {"authority": cast.snc.pk, "premise": ""}
    assert errors(signed_in(cast.karin).post(ADD, typed)).keys() == {"authority"}
    for person in (cast.lena, cast.agnes, cast.per):
        assert signed_in(person).post(ADD, typed).status_code == 403


def test_running_access_stands_first_and_in_red_as_long_as_it_runs(cast):
    running = granted(cast, "1")
    over = granted(cast, "2")
    delivery.end_access(over.access_request.grants.get(), by=cast.eva)
    run = done(cast)
    karin = in_english(cast.karin)
    response, queries = fetch(karin, page(run))
    assert [case.review for case in response.context["replayed"].cases] == [
        running,
        over,
    ]
    assert "1 access that runs now" in words(response)
    assert words(response).count("Access runs now") == 1
    assert len(queries) <= 12
    delivery.end_access(running.access_request.grants.get(), by=cast.eva)
    assert "Access runs now" not in words(karin.get(page(run)))


def test_a_stranger_sees_nothing_of_it(cast):
    subject = granted(cast, "1")
    run = done(cast)
    for person in (cast.cilla, cast.didrik):
        assert signed_in(person).get(page(run)).status_code == 404
        assert str(run) not in words(signed_in(person).get(LIST))
    for person in (cast.lena, cast.per, cast.ines, cast.eva, cast.sam):
        assert signed_in(person).get(LIST).status_code == 403
    everywhere = workflow.order_everywhere(by=cast.sweeper, premise="country=IN")
    list(replay(everywhere))
    shown = signed_in(cast.cilla).get(page(everywhere))
    assert subject.diary_number not in words(shown)
    assert shown.context["replayed"].number == 0
    assert subject.diary_number in words(signed_in(cast.agnes).get(page(everywhere)))


def test_a_case_on_a_named_list_is_shown_to_those_named_only(cast):
    subject = granted(cast, "1")
    subject.refresh_from_db()
    with acting_as(cast.bo):
        subject.is_named_list = True
        subject.save()
        assign_perm("view_secrecyreview", cast.karin, subject)
    run = done(cast)
    assert run.cases.count() == 1
    for person in (cast.jonas, cast.agnes):
        response = signed_in(person).get(page(run))
        assert response.context["replayed"].number == 0
        assert subject.diary_number not in words(response)
    assert subject.diary_number in words(signed_in(cast.karin).get(page(run)))
