"""Granted against used over a time: added up by the database, of what each guard sees,
with what is not known in rows of its own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import AccessGrant
from requests_app.cases.review.steps import decision, people
from requests_app.desk.right_now import (
    answer_times,
    class_name,
    hours_of,
    less_next_time,
    period_named,
    product_name,
)
from requests_app.oversight.models import LogGap
from tests.background.test_logs import act, granted, read
from tests.helpers.example_provider import standin
from tests.helpers.web import fetch, signed_in, words

__all__ = ["standin"]

pytestmark = pytest.mark.django_db
URL = "/right-now/over-all/"


def ended(cast, standin, *kinds, after=timedelta(hours=3)):
    """An access of ninety minutes with acts of these kinds, all in one hour, and the
    log read after it."""
    request = granted(cast, standin)
    at = AccessGrant.objects.get().opens_at
    acts = [act(f"{n}", act=kind, at=at) for n, kind in enumerate(kinds)]
    standin.pages = [acts]
    read(cast)
    later = AccessGrant.objects.get().ends_at + after
    with acting.at(later):
        standin.pages.append([])
        read(cast)
    return request, later


def ways(rows):
    return {str(label): (number, hours) for label, number, hours in rows if number}


def hours_at(person, at, name="month"):
    with acting.at(at):
        return hours_of(person, period_named(name))


def test_granted_and_used_hours_stand_beside_each_other(cast, standin):
    _request, later = ended(cast, standin, "read", "read")
    hours = hours_at(cast.ivar, later)
    (row,) = hours.by(product_name)
    assert row.name == "Exempelmoln, Example"
    assert (row.number, row.granted, row.used) == (1, 1.5, 1)
    assert (row.unused, row.unknown, row.running) == (0, 0, 0)
    assert ways(hours.by_use()) == {"Använd": (1, 1.5)}
    assert hours.by(class_name) == [row._replace(name="K3")]


def test_only_the_part_within_the_period_counts(cast, standin):
    _request, later = ended(cast, standin, "read")
    grant = AccessGrant.objects.get()
    first = grant.opens_at.replace(hour=0, minute=0) + timedelta(days=31)
    assert hours_at(cast.ivar, first + timedelta(days=2)).lines == []
    assert len(hours_at(cast.ivar, first + timedelta(days=2), "quarter").lines) == 1
    with acting.at(grant.opens_at + timedelta(minutes=30)):
        (line,) = hours_of(cast.ivar, period_named("month")).lines
    assert (line.use, round(line.hours, 1)) == ("running", 0.5)


def test_never_used_is_said_only_where_the_log_is_known(cast, standin):
    _request, later = ended(cast, standin)
    assert ways(hours_at(cast.ivar, later).by_use()) == {"Aldrig använd": (1, 1.5)}
    with acting.at(later):
        (row,) = less_next_time(cast.ivar, period_named("month")).never_used
    assert [str(case) for case in row.cases]


def test_without_a_log_it_is_not_known_and_never_counts_as_unused(cast):
    cast.answered()
    grant = AccessGrant.objects.get()
    later = grant.ends_at + timedelta(days=2)
    hours = hours_at(cast.ivar, later)
    ((label, _counted),) = ways(hours.by_use()).items()
    assert label == "Inte känt: det finns ingen logg, eller den har en lucka"
    assert [str(label)[:9] for label in ways(hours.by_touch())] == ["Inte känt"]
    assert hours.whole.unknown == hours.whole.granted > 0
    assert hours.whole.unused == hours.whole.used == 0
    with acting.at(later):
        assert less_next_time(cast.ivar, period_named("month")) == ([], [])


@pytest.mark.parametrize(
    "kinds, touched",
    [
        (["read"], "Innehåll"),
        (["share", "", "copy"], "Innehåll"),
        (["share"], "Bara det som ligger runt innehållet"),
        ([""], "Inte känt"),
        (["share", ""], "Inte känt"),
        ([], "Ingen åtgärd syntes"),
    ],
)
def test_what_was_touched_is_known_or_said_not_to_be(cast, standin, kinds, touched):
    _request, later = ended(cast, standin, *kinds)
    ((label, _counted),) = ways(hours_at(cast.ivar, later).by_touch()).items()
    assert label.startswith(touched)


def test_a_gap_in_the_log_may_hide_what_was_touched(cast, standin):
    _request, later = ended(cast, standin, "share")
    grant = AccessGrant.objects.get()
    with acting.at(later):
        (row,) = less_next_time(cast.ivar, period_named("month")).only_around
        assert row.grant == grant
    log = grant.access_request.connection.logs.get()
    with acting_as(cast.sam):
        LogGap.objects.create(
            log=log,
            since=grant.opens_at,
            until=grant.ends_at,
            why="x",
            noticed_at=timezone.now(),
        )
    ((label, _counted),) = ways(hours_at(cast.ivar, later).by_touch()).items()
    assert label.startswith("Inte känt")


def test_each_guard_counts_what_they_see(cast, standin):
    request, later = ended(cast, standin, "read")
    assert hours_at(cast.dora, later).lines
    people.close_list(request.reviews.get(), by=cast.bo, reason="A staff matter")
    hours = hours_at(cast.dora, later)
    assert hours.lines == [] and not hours.used


def test_answers_are_measured_against_the_time_that_the_provider_gives(cast, standin):
    granted(cast, standin)
    (row,) = answer_times(cast.ivar, period_named("month"))
    assert (row.product, row.number, row.unanswered) == ("Example", 1, 0)
    assert row.in_time + row.unlimited == 1
    assert row.median is not None and row.median < timedelta(minutes=5)


def test_a_share_is_of_the_whole_time(cast):
    subject = cast.assigned()
    request = subject.access_request
    half = request.received_at + (request.answer_deadline - request.received_at) / 2
    with acting.at(half):
        cast.assess(subject)
        cast.propose(subject)
        decision.decide(subject, by=cast.bo, no_conflict=True)
        cast.confirm(request.deliveries.get())
        (row,) = answer_times(cast.ivar, period_named("month"))
    assert (row.in_time, row.late, row.share, row.share_most) == (1, 0, 50, 50)


def test_the_page_shows_tables_picture_and_cases_in_a_fixed_number_of_queries(
    cast, standin
):
    request, later = ended(cast, standin)
    with acting.at(later):
        client = signed_in(cast.ivar)
        answer, queries = fetch(client, URL)
        shown = words(answer)
        assert "Exempelmoln, Example: 0 / 1,5" in shown
        assert "Be leverantören om mindre nästa gång" in shown
        assert str(request.reviews.get()) in shown
        assert len(queries) <= 15
        rows = client.get(f"{URL}csv/used/?period=year").content.decode("utf-8-sig")
    assert "Exempelmoln;Example;K3;" in rows and ";Aldrig använd;" in rows
    assert client.get(f"{URL}csv/odd/").status_code == 404
    assert "Exempelmoln" in client.get(f"{URL}csv/answers/").content.decode()
    for person in (cast.karin, cast.lena, cast.bo):
        assert signed_in(person).get(URL).status_code == 403
        assert signed_in(person).get(f"{URL}csv/used/").status_code == 403
