"""Is an authority small beside the whole? A process counts it once in a while."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.cases.intake.rights import visible_to
from requests_app.cases.review.steps import afterwards
from requests_app.core.people import rights
from requests_app.core.people.rights import remember_roles
from tests.cast import SITE
from tests.helpers.people import engage, give

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """Three reviews are many; the clock is ours."""
    hands = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(rights, "FEW", 2)
    monkeypatch.setattr(rights.time, "monotonic", lambda: hands.now)
    rights.forget_sizes()
    yield hands
    rights.forget_sizes()


def test_many_reviews_are_not_few(cast):
    for number in range(3):
        assert rights.has_small_scope(cast.lena)
        rights.forget_sizes()
        cast.registered(number=str(number))
    rights.forget_sizes()
    assert not rights.has_small_scope(cast.lena)
    assert rights.has_small_scope(cast.rut)


def test_authorities_are_counted_together(cast):
    both = engage(cast, "both", "registrar", cast.gsn)
    give(cast, both, "registrar", authority=cast.snc)
    for number in range(2):
        cast.registered(number=str(number))
    rights.forget_sizes()
    assert rights.has_small_scope(both)
    cast.new(number="of another", objects=(SITE,))
    rights.forget_sizes()
    assert rights.has_small_scope(cast.lena) and not rights.has_small_scope(both)


def test_names_alone_are_few_however_many(cast):
    for number in range(3):
        cast.assigned(number=str(number))
    rights.forget_sizes()
    assert rights.has_small_scope(cast.eva) and not rights.has_small_scope(cast.karin)


def test_what_was_stopped_is_few_however_much_there_is(cast):
    """Whoever sees that alone."""
    for number in range(3):
        afterwards.stop(cast.registered(number=str(number)), by=cast.lena, level="yes")
    rights.forget_sizes()
    assert rights.has_small_scope(cast.sixten) and not rights.has_small_scope(cast.lena)
    assert visible_to(cast.sixten).count() == 3


def test_a_small_one_is_counted_again_and_a_large_one_stays_so(cast, forgotten):
    assert rights.has_small_scope(cast.lena)
    for number in range(3):
        cast.registered(number=str(number))
    forgotten.now += rights.SECONDS - 1
    assert rights.has_small_scope(cast.lena), "it was just counted"
    forgotten.now += 2
    assert not rights.has_small_scope(cast.lena)


def test_counting_is_no_query_of_the_page(cast):
    person = cast.lena
    remember_roles(person)
    with CaptureQueriesContext(connection) as caught:
        assert rights.has_small_scope(person)
    assert len(caught) == 0
