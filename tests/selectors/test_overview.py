"""What a manager sees of the work, and hands over."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.selectors import successors
from requests_app.cases.review.steps import case, people
from requests_app.core.people.models import Absence, RoleAssignment
from requests_app.desk.forms import HandOverForm, described_successor
from requests_app.desk.overview import overview_for
from requests_app.desk.sweep import sweep
from tests.helpers.people import give, rewrite
from tests.helpers.web import fetch, signed_in

pytestmark = pytest.mark.django_db

OVERVIEW = "/overview/"


def load_of(manager, person):
    return next(x for x in overview_for(manager).loads if x.person == person)


def test_the_overview_counts_what_each_step_waits_for(cast):
    cast.new(number="1")
    cast.registered(number="2")
    cast.assigned(number="3")
    cast.assessed(number="4")
    cast.proposed(number="5")
    cast.decided(number="6")
    found = overview_for(cast.per)
    assert [wait.cases for wait in found.waits] == [1, 1, 1, 1, 1, 1]
    assert found.cases == 5
    load = load_of(cast.per, cast.karin)
    assert (load.cases, load.unacknowledged) == (4, 1)
    assert load_of(cast.per, cast.jonas).cases == 0
    assert sum(bar.cases for bar in found.ages) == 5


def test_a_load_shows_the_first_clock_of_those_that_run(cast):
    """Not none, because the first case of the person has been answered."""
    cast.answered(number="1")
    with acting.at(acting.now() + timedelta(minutes=5)):
        later = cast.assigned(number="2")
        load = load_of(cast.per, cast.karin)
    assert load.cases == 2
    assert load.clock.ends_at == later.access_request.answer_deadline
    assert (load.oldest, [bar.cases for bar in load.ages]) == (
        SecrecyReview.objects.earliest("pk").access_request.received_at,
        [2],
    )


def test_who_hands_over_very_many_is_shown_some_and_told_of_more(cast, monkeypatch):
    monkeypatch.setattr(HandOverForm, "most", 2)
    for number in range(3):
        cast.assigned(number=str(number))
    page = reverse("admin:hand_over", args=[cast.karin.pk])
    told = signed_in(cast.per).get(page)
    assert len(told.context["form"].lines) == 2
    assert "Fler väntar än som visas" in told.content.decode()


def test_the_number_of_cases_leads_to_them(cast):
    for number in range(2):
        cast.assigned(number=f"A{number}")
    cast.proposed(number="B")
    per = signed_in(cast.per)
    listed = [wait for wait in overview_for(cast.per).waits if wait.all_of_them]
    assert [wait.cases for wait in listed] == [2, 1]
    shown = per.get(OVERVIEW).content.decode()
    for wait in listed:
        assert f'href="{wait.all_of_them}"' in shown
        assert per.get(wait.all_of_them).context["number"] == wait.cases


def test_what_is_not_routed_is_counted_where_it_came_in_and_not_named(cast):
    request = cast.request(objects=("new@knows.example",))
    with acting_as(cast.pia):
        give(cast, cast.eva, "it_manager", cast.nis)
    [wait] = overview_for(cast.eva).waits
    assert (wait.cases, wait.clock.ends_at) == (1, request.answer_deadline)
    shown = signed_in(cast.eva).get(OVERVIEW).content.decode()
    assert "Fördela" in shown and str(request) not in shown
    assert overview_for(cast.per).waits == []
    with acting.at(acting.now() + timedelta(hours=13)):
        sweep()
        assert overview_for(cast.eva).waits == []


def test_the_overview_costs_the_same_however_many_cases(cast):
    per = signed_in(cast.per)
    cast.assigned(number="0")
    _, few = fetch(per, OVERVIEW)
    for number in range(6):
        cast.assigned(number=f"A{number}")
        cast.decided(number=f"B{number}")
    _, many = fetch(per, OVERVIEW)
    assert len(many) == len(few) <= 12, "\n".join(sql[:100] for sql in many)


def test_the_overview_tells_of_no_content_and_of_no_hidden_case(cast):
    cast.assigned(number="1")
    hidden = cast.assigned(number="2")
    per = signed_in(cast.per)
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
    told = per.get(OVERVIEW).content.decode()
    assert "Mailbox" not in told and "Repair" not in told
    assert str(hidden) not in told
    assert load_of(cast.per, cast.karin).cases == 1


def test_another_authoritys_cases_are_not_counted(cast):
    cast.assigned(number="1")
    with acting_as(cast.per):
        give(cast, cast.eva, "it_manager", cast.snc)
    assert overview_for(cast.eva).cases == 0
    fetch(signed_in(cast.karin), OVERVIEW, status=403)
    fetch(
        signed_in(cast.ines),
        reverse("admin:hand_over", args=[cast.karin.pk]),
        status=403,
    )


def test_what_lapsed_is_counted_as_a_defect(cast):
    cast.assigned(number="1")
    with acting.at(acting.now() + timedelta(hours=13)):
        sweep()
        assert overview_for(cast.per).lapsed == 1
    with acting.at(acting.now() + timedelta(days=400)):
        assert overview_for(cast.per).lapsed == 0


def test_what_lapsed_long_ago_is_not_counted_again_when_it_is_written(cast):
    subject = cast.assigned(number="1")
    with acting.at(acting.now() + timedelta(hours=13)):
        sweep()
    subject.refresh_from_db()
    assert subject.status == "lapsed"
    with acting.at(acting.now() + timedelta(days=400)):
        told = {"public_subject": "Other", "reason": "x"}
        case.correct_subject(subject, by=cast.lena, **told)
        assert overview_for(cast.per).lapsed == 0


def test_a_person_whose_role_ends_is_listed_with_their_cases(cast):
    cast.assigned(number="1")
    with acting_as(cast.per):
        role = RoleAssignment.objects.get(person=cast.karin)
        rewrite(role, valid_to=acting.today() + timedelta(days=5))
    assert load_of(cast.per, cast.karin).leaving
    assert not load_of(cast.per, cast.jonas).leaving
    with acting_as(cast.sam):
        karin = cast.karin
        karin.is_active = False
        karin.save()
    load = load_of(cast.per, cast.karin)
    assert load.leaving and load.cases == 1


def test_the_overview_says_that_nobody_stands_in_for_who_is_away(cast):
    cast.assigned()
    day = acting.today()
    with acting_as(cast.per):
        Absence.objects.create(person=cast.karin, valid_from=day, valid_to=day)
    (away, *_others) = overview_for(cast.per).loads
    assert away.person == cast.karin and "ingen ersätter" in away.leaving


def test_who_is_away_until_another_year_is_away_until_that_year(cast):
    subject = cast.assigned()
    day = acting.today()
    end = date(day.year + 2, 3, 3)
    with acting_as(cast.per):
        Absence.objects.create(person=cast.karin, valid_from=day, valid_to=end)
    (away, *_others) = overview_for(cast.per).loads
    assert f"3 mars {day.year + 2}" in away.leaving
    karin = next(row for row in successors([subject], cast.per) if row == cast.karin)
    assert f"3 mars {day.year + 2}" in described_successor(karin)
