"""What a provider claims beside what is measured: who came in from where, under which
approval, and for how long nobody knows."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.desk.right_now import measured, period_named
from requests_app.oversight.law import unknown_of
from requests_app.oversight.models import LogGap, LogPosition, ProviderLog
from requests_app.registers.models.cloud import ProviderProduct
from tests.background.test_logs import act, granted, read
from tests.helpers.example_provider import standin
from tests.helpers.people import engage
from tests.helpers.two_persons import changed_by_managers
from tests.helpers.web import fetch, signed_in, words

__all__ = ["standin"]

pytestmark = pytest.mark.django_db
URL = "/right-now/sovereignty/"
HOUR = timedelta(hours=1)


def example(person, name="month"):
    rows = {str(row.product): row for row in measured(person, period_named(name))}
    return rows["Example"]


def claimed(cast, **fields):
    product = ProviderProduct.objects.get(name="Example")
    for name, value in fields.items():
        setattr(product, name, value)
    product.full_clean()
    return changed_by_managers(cast, product, **fields)


def test_who_came_in_and_under_what_is_counted(cast, standin):
    granted(cast, standin)
    standin.pages = [
        [
            act("1", country="IE"),
            act("2", country="IN"),
            act("3"),
            act("4", unasked="A court ordered it."),
            act("5", log="another", at=timezone.now() - timedelta(days=20)),
        ]
    ]
    read(cast)
    row = example(engage(cast, "ulla", "information_security", cast.nis))
    assert {place.country: n for place, n in row.acts.items()} == {
        "IE": 1,
        "IN": 1,
        "": 3,
    }
    assert (row.seen, row.bypasses) == (5, 1)
    assert row.under + row.outside + row.without + row.unclear == 4
    assert row.share == 100 * row.under // 5
    assert row.places[-1][0].country == ""
    # Whoever guards the information sees the accesses to it, and what was done in them.
    theirs = example(cast.ivar)
    assert theirs.grants.total() == 1
    assert theirs.seen == theirs.under == 3
    assert (theirs.bypasses, theirs.share) == (0, 100)


def test_what_is_not_known_counts_once_however_often_it_is_told(cast, standin):
    granted(cast, standin)
    standin.pages = [[]]
    read(cast)
    log = ProviderLog.objects.get(connection__name="example")
    until = timezone.now()
    since = until - 10 * HOUR
    with acting_as(cast.sam):
        for begins, ends in ((9, 5), (7, 4), (30, 20)):
            LogGap.objects.create(
                log=log,
                since=until - begins * HOUR,
                until=until - ends * HOUR,
                why="x",
                noticed_at=until,
            )
    (unknown,) = unknown_of([log.connection], since, until).values()
    assert (unknown.gaps, unknown.unexplained, unknown.hours) == (2, 2, 5.0)
    assert (unknown.without_log, unknown.connections) == (0, 1)
    LogPosition.objects.update(read_until=None)
    (unknown,) = unknown_of([log.connection], since, until).values()
    assert unknown.hours == 10.0


def test_without_a_log_all_of_the_time_is_unknown(cast):
    until = timezone.now()
    (unknown,) = unknown_of([cast.m365], until - 24 * HOUR, until).values()
    assert (unknown.hours, unknown.without_log) == (24.0, 1)


def test_a_level_stands_with_its_source_and_day_or_not_at_all(cast, standin):
    with pytest.raises(ValidationError):
        claimed(cast, seal=2)
    with pytest.raises(ValidationError):
        claimed(cast, seal=5, seal_source="x", seal_read_on=date(2026, 11, 1))
    claimed(cast, seal=0, seal_source="example.se", seal_read_on=date(2026, 11, 1))


def test_the_page_puts_the_claim_beside_what_is_measured(cast, standin):
    granted(cast, standin)
    claimed(cast, seal=2, seal_source="example.se/seal", seal_read_on=date(2026, 11, 1))
    standin.pages = [[act("1", country="IE")]]
    read(cast)
    client = signed_in(cast.ivar)
    answer, queries = fetch(client, f"{URL}?period=quarter")
    shown = words(answer)
    assert "SEAL-2: datasuveränitet" in shown
    assert "example.se/seal, läst den 1 november 2026" in shown
    assert "ingen SEAL-nivå som vi har läst" in shown
    assert len(queries) <= 15
    rows = client.get(f"{URL}csv/").content.decode("utf-8-sig")
    assert "SEAL-2: datasuveränitet;example.se/seal;2026-11-01;alla;alla;1;" in rows
    with acting.at(timezone.now() + timedelta(days=60)):
        assert "1 november 2026" in words(client.get(URL))
    for person in (cast.karin, cast.lena):
        assert signed_in(person).get(URL).status_code == 403
        assert signed_in(person).get(f"{URL}csv/").status_code == 403
