"""A year of Exempelstad: nothing lapses unseen, unless in a hole that coverage has
named beforehand."""

import io
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site.demo import town
from lockbox_site.scratch import fresh_copy, from_outside
from lockbox_site.simulated_year import (
    Habits,
    Simulation,
    WrongFile,
    badness,
    changes,
    figures_of,
    with_roster,
    world_of,
)
from requests_app.core.people.models import Absence, Authority
from requests_app.core.step import SYSTEM, machine_account
from requests_app.duty.models.notices import NoticeWay
from requests_app.duty.models.roster import Act
from requests_app.duty.roster.coverage import coverage_of
from tests.helpers import databases

pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("mail_server"),
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]
SEEDS = range(1, 4)
NUMBER = 1_000
ZONE = ZoneInfo("Europe/Stockholm")


@cache
def begins():
    """The first of next month."""
    later = datetime.now(ZONE).replace(day=1, hour=0) + timedelta(days=32)
    return later.replace(day=1, minute=0, second=0, microsecond=0)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The name of a database with the city's people, objects and rosters, to be
    copied."""
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        databases.make_bare(f"{name}_city")
        with (
            acting.may_be_set(),
            acting_as(machine_account(SYSTEM), reason="test"),
        ):
            town.build("correct horse battery")
        town.lay({row.code: row for row in Authority.objects.all()})
        databases.connect_to(name)
        yield f"{name}_city"
        from_outside(f"DROP DATABASE {name}_city WITH (FORCE)")


@pytest.fixture
def city(transactional_db, built):
    name = connection.settings_dict["NAME"]
    fresh_copy(f"{name}_year", built)
    databases.connect_to(f"{name}_year")
    yield whole_year()
    databases.connect_to(name)
    from_outside(f"DROP DATABASE {name}_year WITH (FORCE)")


def whole_year():
    return world_of(begins(), begins() + timedelta(days=365), all_ways=True)


def year(world, seed, habits=None):
    simulation = Simulation(world, seed, habits)
    return figures_of(world, simulation.whole(NUMBER))


def test_patterns_go_on_for_the_whole_year(city):
    """They are laid twelve weeks ahead; what comes later is no gap."""
    assert city.rostered and city.gaps == []


def test_nothing_of_the_city_lapses_unseen_in_any_of_three_years(city):
    for seed in SEEDS:
        figures = year(city, seed)
        assert figures.number == NUMBER
        assert figures.unseen == [], seed
        assert figures.to_seen[50] < timedelta(hours=2)
        assert all(figures.nights.values())


def test_what_lapses_in_a_hole_was_named_beforehand(city):
    # Nobody decides for two weeks, and everybody knows.
    first = begins().date() + timedelta(days=94)
    last = first + timedelta(days=13)
    with acting_as(machine_account(SYSTEM), reason="test"):
        for who in get_user_model().objects.filter(username__in=["omar", "birgitta"]):
            Absence.objects.create(person=who, valid_from=first, valid_to=last)
    starts = datetime.combine(first, datetime.min.time(), ZONE)
    ends = starts + timedelta(days=14)
    where = Authority.objects.filter(code__in=["SNC", "EBO"])
    keys = set(where.values_list("pk", flat=True))
    coverage = coverage_of(keys, starts - timedelta(days=30))
    gaps = [gap for key in keys for gap in coverage.gaps_of(key)]
    named = [gap for gap in gaps if gap.cause == "away"]
    assert {(gap.begins_at, gap.ends_at) for gap in named} == {(starts, ends)}
    assert {(gap.authority_id, gap.act) for gap in named} == {
        (key, act) for key in keys for act in ("grant", "refuse")
    }
    holed, lapsed = whole_year(), 0
    for seed in SEEDS:
        before = {row.case.arrives for row in year(city, seed).lapsed}
        for row in year(holed, seed).lapsed:
            if row.case.arrives in before:
                continue
            lapsed += 1
            assert ("grant", "away") in {(gap.act, gap.cause) for gap in row.gaps}
            assert row.case.ends > starts and row.case.arrives < ends
    assert lapsed > 15


def test_the_same_seed_is_the_same_year_and_another_is_another(city):
    first, again, other = (year(city, seed) for seed in (1, 1, 2))
    assert first == again and first != other


def test_who_never_answers_lets_all_lapse_unseen_at_night(city):
    """The simulation can fail: else it would prove nothing."""
    figures = year(city, 1, Habits(silent=1.0, looks=10_000))
    assert len(figures.unseen) == NUMBER


def test_a_ladder_by_mail_alone_lets_nights_go_by(city):
    ways = {key: {NoticeWay.MAIL} for key in city.ways}
    by_mail = city.__class__(**{**city.__dict__, "ways": ways})
    assert year(by_mail, 1).to_seen[95] > year(city, 1).to_seen[95]


def test_one_more_is_advised_where_it_lapsed(city):
    """Whoever is short of people for an act is told so, and with one more it lapses
    less. What else would help depends on the year that is drawn."""
    before = year(city, 1)
    *_others, one_more = changes(city, 1, Habits(), before)
    (act,) = (each for each in Act if str(each.label).lower() in one_more.name)
    lapsed, after = (
        sum(row.case.waits_for == act for row in figures.lapsed)
        for figures in (before, one_more.figures)
    )
    assert after < lapsed and badness(one_more.figures) < badness(before)


def test_a_roster_to_try_takes_the_place_of_what_is_laid(city):
    lines = [
        f"lena,register,2027-{month:02}-01 00:00,2027-{month:02}-28 00:00"
        for month in range(1, 13)
    ]
    tried = with_roster(city, ["# a comment", *lines])
    assert any(gap.cause == "off_duty" for gap in tried.gaps)
    assert len(tried.gaps) > len(city.gaps)


@pytest.mark.parametrize(
    "line, why",
    [
        ("lena,register,2027-01-01 00:00", "åtskilda av komman"),
        ("nobody,register,2027-01-01 00:00,2027-01-02 00:00", "nobody"),
        ("lena,sleep,2027-01-01 00:00,2027-01-02 00:00", "register, review"),
        ("lena,register,soon,2027-01-02 00:00", "2026-12-24"),
        ("lena,register,2027-01-02 00:00,2027-01-01 00:00", "slutar innan"),
        ("", "inga pass"),
    ],
)
def test_a_file_that_is_wrong_says_where_and_why(city, line, why):
    with pytest.raises(WrongFile, match=why):
        with_roster(city, [line])


def test_the_command_prints_draws_and_advises(city, tmp_path):
    out, picture = io.StringIO(), tmp_path / "year.svg"
    call_command("simulate_year", requests=100, reach_all=True, svg=picture, stdout=out)
    text = out.getvalue()
    for told in ("Passerade osedda: 0", "75 of 100", "Med en enda ändring", "50 %"):
        assert told in text, text
    assert picture.read_text().startswith("<svg") and "Lena Öst" in picture.read_text()
    with pytest.raises(CommandError, match="roster"):
        call_command("simulate_year", roster=tmp_path / "roster.csv", stdout=out)
