"""Is an authority small beside the whole? A process counts it once in a while."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.permissions import sees_few
from requests_app.permissions.roles import remember_roles
from requests_app.permissions.visibility import visible_to
from requests_app.workflow import stop
from tests.cast import SITE
from tests.helpers.people import engage, give

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """Three reviews are many; the clock is ours."""
    hands = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(sees_few, "FEW", 2)
    monkeypatch.setattr(sees_few.time, "monotonic", lambda: hands.now)
    sees_few.forget_sizes()
    yield hands
    sees_few.forget_sizes()


def test_many_reviews_are_not_few(cast):
    for number in range(3):
        assert sees_few.sees_few(cast.lena)
        sees_few.forget_sizes()
        cast.registered(number=str(number))
    sees_few.forget_sizes()
    assert not sees_few.sees_few(cast.lena)
    assert sees_few.sees_few(cast.rut)


def test_authorities_are_counted_together(cast):
    both = engage(cast, "both", "registrar", cast.gsn)
    give(cast, both, "registrar", authority=cast.snc)
    for number in range(2):
        cast.registered(number=str(number))
    sees_few.forget_sizes()
    assert sees_few.sees_few(both)
    cast.new(number="of another", objects=(SITE,))
    sees_few.forget_sizes()
    assert sees_few.sees_few(cast.lena) and not sees_few.sees_few(both)


def test_names_alone_are_few_however_many(cast):
    for number in range(3):
        cast.assigned(number=str(number))
    sees_few.forget_sizes()
    assert sees_few.sees_few(cast.eva) and not sees_few.sees_few(cast.karin)


def test_what_was_stopped_is_few_however_much_there_is(cast):
    """Whoever sees that alone."""
    for number in range(3):
        stop.stop(cast.registered(number=str(number)), by=cast.lena, level="yes")
    sees_few.forget_sizes()
    assert sees_few.sees_few(cast.sixten) and not sees_few.sees_few(cast.lena)
    assert visible_to(cast.sixten).count() == 3


def test_a_small_one_is_counted_again_and_a_large_one_stays_so(cast, forgotten):
    assert sees_few.sees_few(cast.lena)
    for number in range(3):
        cast.registered(number=str(number))
    forgotten.now += sees_few.SECONDS - 1
    assert sees_few.sees_few(cast.lena), "it was just counted"
    forgotten.now += 2
    assert not sees_few.sees_few(cast.lena)


def test_counting_is_no_query_of_the_page(cast):
    person = cast.lena
    remember_roles(person)
    with CaptureQueriesContext(connection) as caught:
        assert sees_few.sees_few(person)
    assert len(caught) == 0
