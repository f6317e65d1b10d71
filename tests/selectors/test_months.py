"""The manager's numbers month by month: what came in, and what became of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.formats import date_format

from audit_app import acting
from requests_app.cases.review.steps import case, decision, people
from requests_app.desk.overview import months
from requests_app.desk.sweep import sweep
from tests.helpers.web import fetch, lines, signed_in, words

pytestmark = pytest.mark.django_db
# Midnight in Stockholm is an hour before midnight in the world's time.
JANUARY = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
FEBRUARY = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)


def numbers(manager, at):
    with acting.at(at):
        return {str(month.begins)[:7]: month[1:] for month in months(manager)}


def test_a_case_counts_in_the_month_it_came_in_by_the_clocks_here(cast):
    for at, number in ((JANUARY, "1"), (FEBRUARY, "2"), (FEBRUARY, "3")):
        with acting.at(at):
            cast.new(number=number)
    found = numbers(cast.per, FEBRUARY)
    assert len(found) == 12 and next(iter(found)) == "2025-03"
    assert (found["2026-01"][0], found["2026-02"][0]) == (1, 2)
    assert found["2025-12"] == (0, 0, 0, 0, None)


def test_what_was_granted_and_refused_counts_in_the_month_of_its_decision(cast, size):
    for number, outcome, after in (("1", "granted", 2), ("2", "refused", 4)):
        with acting.at(JANUARY):
            subject = cast.proposed(outcome, number=number)
        with acting.at(JANUARY + timedelta(hours=after)):
            decision.decide(subject, by=cast.bo, no_conflict=True)
    found = numbers(cast.per, FEBRUARY)
    assert found["2026-01"][1:3] == (0, 0)
    assert found["2026-02"][1:3] == (1, 1)
    assert found["2026-02"][4] == timedelta(hours=3)


def test_what_lapsed_counts_once_however_often_it_is_written(cast):
    with acting.at(JANUARY):
        subject = cast.assigned()
    later = JANUARY + timedelta(hours=13)
    with acting.at(later):
        sweep()
    with acting.at(later):
        subject.refresh_from_db()
        assert subject.status == "lapsed"
        told = {"public_subject": "Other", "reason": "x"}
        case.correct_subject(subject, by=cast.lena, **told)
    lapsed = {month: row[3] for month, row in numbers(cast.per, later).items()}
    assert lapsed.pop("2026-02") == 1 and not any(lapsed.values())
    afterwards = datetime(2027, 2, 1, 12, tzinfo=UTC)
    with acting.at(afterwards):
        told["public_subject"] = "Another"
        case.correct_subject(subject, by=cast.lena, **told)
    assert not any(row[3] for row in numbers(cast.per, afterwards).values())


def test_it_counts_nothing_that_the_manager_may_not_know_of(cast):
    subject = cast.decided()
    assert months(cast.per)[-1][1:4] == (1, 1, 0)
    people.close_list(subject, by=cast.bo, reason="A staff matter")
    assert months(cast.per)[-1][1:4] == (0, 0, 0)
    assert months(cast.didrik)[-1].arrived == 0


def test_the_page_shows_them_as_pictures_with_the_table_behind(cast):
    cast.decided()
    client = signed_in(cast.per)
    assert 'href="/overview/months/"' in words(client.get("/overview/"))
    answer, queries = fetch(client, "/overview/months/")
    assert len(queries) <= 12, lines(queries)
    shown = words(answer)
    assert shown.count('class="chart"') == 4
    assert "Månad för månad" in shown
    name = date_format(acting.today(), "M Y").lower()
    assert f"{name}: 1" in shown and shown.count('class="unfinished"') == 4
