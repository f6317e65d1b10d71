"""Each number of the overview leads to its cases, by the rule that counts them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import afterwards, people
from requests_app.desk.overview import LISTS, TILES, overview_for, shares, tiles
from requests_app.desk.sweep import sweep
from requests_app.oversight.steps import acts
from tests.helpers.people import give
from tests.helpers.web import fetch, signed_in, words

pytestmark = pytest.mark.django_db

FEBRUARY = datetime(2026, 2, 10, 12, tzinfo=UTC)


def listed(manager, name, query=""):
    address = reverse("admin:managed_cases", args=[name])
    answer = signed_in(manager).get(f"{address}{query}")
    cases = [case for case, _clock in answer.context["lines"]]
    assert answer.context["number"] == len(cases)
    return cases


def numbers(manager):
    return {tile.name: tile.number for tile in tiles(manager)}


def in_hours(number):
    return acting.now() + timedelta(hours=number)


def a_world(cast):
    """Something for each of the numbers."""
    soon = cast.assigned(number="SOON", answer_deadline=in_hours(2))
    nobody = cast.registered(number="NOBODY", answer_deadline=in_hours(11))
    open_now = cast.answered(number="OPEN")
    act = {"happened_at": acting.now(), "action": "read", "object_name": "elsewhere"}
    acts.record_act(open_now, by=cast.karin, **act)
    stopped = cast.assigned(number="STOPPED", answer_deadline=in_hours(11))
    afterwards.stop(stopped, by=cast.karin, level="suspected")
    return {
        "before-next-shift": [soon],
        "nobody": [nobody],
        "open-access": [open_now],
        "deviations": [open_now],
        "stopped": [stopped],
    }


def test_each_number_is_that_of_its_list(cast):
    world = a_world(cast)
    assert world.keys() == TILES.keys()
    assert numbers(cast.per) == {name: len(cases) for name, cases in world.items()}
    for name, cases in world.items():
        assert listed(cast.per, name) == cases, name


def test_what_the_manager_may_not_know_of_is_in_no_number_and_no_list(cast):
    world = a_world(cast)
    for case in {case for cases in world.values() for case in cases}:
        case.refresh_from_db()
        if case.status != "stopped":
            people.close_list(case, by=cast.bo, reason="A staff matter")
    left = {"stopped": 1}
    assert {name: n for name, n in numbers(cast.per).items() if n} == left
    with acting_as(cast.pia):
        give(cast, cast.eva, "it_manager", cast.snc)
    assert not any(numbers(cast.eva).values())
    assert not any(listed(cast.eva, name) for name in TILES)


@pytest.mark.parametrize("name", ["karin", "lena", "agnes"])
def test_the_lists_are_for_managers(cast, name):
    for listing in LISTS:
        address = reverse("admin:managed_cases", args=[listing])
        fetch(signed_in(getattr(cast, name)), address, status=403)
    nowhere = reverse("admin:managed_cases", args=["nowhere"])
    assert signed_in(cast.per).get(nowhere).status_code == 404


def test_every_number_on_the_page_leads_to_as_many(cast):
    a_world(cast)
    cast.proposed(number="PROPOSED")
    for hours in (6, 30, 100):
        with acting.at(acting.now() - timedelta(hours=hours)):
            cast.assigned(number=f"OLD{hours}", answer_deadline=in_hours(300))
    per = signed_in(cast.per)
    page = words(per.get("/overview/"))
    links = re.findall(r'href="(/overview/cases/[^"]+)"[^>]*>(.*?)</a>', page)
    assert len(links) > 10
    for address, text in links:
        number = int(re.findall(r"\d+", re.sub(r"\d+–\d+|\d+ (tim|dygn)", "", text))[0])
        answer = per.get(address.replace("&amp;", "&"))
        assert answer.context["number"] == number, (address, text)


def test_answers_that_wait_lead_to_their_cases(cast):
    cases = [cast.decided(number=number) for number in ("1", "2")]
    cast.answered(number="3")
    (wait,) = overview_for(cast.per).waits
    address = reverse("admin:managed_cases", args=["to-answer"])
    assert (wait.cases, wait.all_of_them) == (2, address)
    assert listed(cast.per, "to-answer") == cases


def test_what_waits_is_sorted_by_its_clock(cast):
    cast.new(number="1", answer_deadline=in_hours(9))
    cast.assigned(number="2", answer_deadline=in_hours(1))
    cast.proposed(number="3", answer_deadline=in_hours(5))
    ends = [wait.clock.ends_at for wait in overview_for(cast.per).waits]
    assert len(ends) == 3 and ends == sorted(ends)


def test_what_lapsed_is_counted_by_step_and_cause_and_leads_there(cast):
    new, assigned = cast.new(number="1"), cast.assigned(number="2")
    with acting.at(in_hours(13)):
        sweep()
        found = overview_for(cast.per).lapsed_at
        assert [(row.was, row.cause, row.number) for row in found] == [
            ("new", "none", 1),
            ("assigned", "none", 1),
        ]
        for row, case in zip(found, (new, assigned), strict=True):
            query = f"?was={row.was}&cause={row.cause}"
            assert listed(cast.per, "lapsed", query) == [case]


def test_the_share_answered_in_time_is_of_what_ran_out(cast):
    with acting.at(FEBRUARY):
        cast.answered(number="KEPT")
        missed = cast.assigned(number="MISSED", answer_deadline=in_hours(1))
        cast.assigned(number="WAITS")
    with acting.at(FEBRUARY + timedelta(hours=2)):
        sweep()
        (share,) = shares(cast.per, acting.today() - timedelta(days=60))
        assert (share.in_time, share.late, share.percent) == (1, 1, 50)
        query = f"?month={share.month}&product={share.product}"
        assert listed(cast.per, "late", query) == [missed]
        assert "50 % (1 av 2)" in words(signed_in(cast.per).get("/overview/months/"))
    assert Delivery.objects.filter(status="confirmed").count() == 1


def test_every_number_of_a_month_leads_to_its_cases(cast):
    with acting.at(FEBRUARY):
        granted = cast.answered(number="GRANTED")
        refused = cast.decided("refused", number="REFUSED")
        lapsed = cast.assigned(number="LAPSED", answer_deadline=in_hours(1))
    with acting.at(FEBRUARY + timedelta(days=20)):
        sweep()
        cast.new(number="MARCH")
        per = signed_in(cast.per)
        page = words(per.get("/overview/months/"))
        link = r'href="(/overview/cases/month[^"]+)">\s*(\d+)</a>'
        found = {
            address.replace("&amp;", "&").partition("?")[2]: int(number)
            for address, number in re.findall(link, page)
        }
        cases = {query: set(listed(cast.per, "month", f"?{query}")) for query in found}
    assert {query: len(rows) for query, rows in cases.items()} == found
    assert cases["month=2026-02&became=arrived"] == {granted, refused, lapsed}
    assert cases["month=2026-02&became=granted"] == {granted}
    assert cases["month=2026-02&became=refused"] == {refused}
    assert cases["month=2026-03&became=arrived"] == {row_numbered("MARCH")}
    assert sum(len(rows) for query, rows in cases.items() if "lapsed" in query) == 1


def row_numbered(number):
    return SecrecyReview.objects.get(access_request__external_id=number)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("month", ""),
        ("month", "?month=2026-13&became=granted"),
        ("month", "?month=2026-01&became=gone"),
        ("person", ""),
        ("person", "?person=x&age=9"),
        ("age", "?age=-1"),
        ("age", "?age=99999999999"),
        ("status", "?status=closed"),
        ("lapsed", "?was=x&cause=y"),
        ("late", "?month=2026-13&product=1"),
        ("late", "?month=x&product=x"),
    ],
)
def test_an_address_that_makes_no_sense_lists_nothing(cast, name, query):
    cast.assigned()
    assert listed(cast.per, name, query) == []


def test_whom_a_case_is_handed_to_has_it_in_their_number(cast):
    case = cast.assigned()
    assert listed(cast.per, "person", f"?person={cast.karin.pk}") == [case]
    address = reverse("admin:managed_cases", args=["person"])
    per = signed_in(cast.per)
    for person, is_named in ((cast.karin, True), (cast.cilla, False)):
        shown = words(per.get(f"{address}?person={person.pk}"))
        assert (f"ärenden: {person}" in shown) is is_named
    people.assign(case, by=cast.per, person=cast.jonas, reason="Ill")
    assert listed(cast.per, "person", f"?person={cast.karin.pk}") == []
    assert listed(cast.per, "person", f"?person={cast.jonas.pk}&age=0") == [case]
    assert listed(cast.per, "person", f"?person={cast.jonas.pk}&age=1") == []
