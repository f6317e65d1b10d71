"""A world that is used again is the one that the steps would make."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import connection

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from tests.helpers import worlds
from tests.helpers.two_persons import by_two
from tests.helpers.web import signed_in
from tests.helpers.worlds import reused

pytestmark = [pytest.mark.long, pytest.mark.django_db]

made: Counter[str] = Counter()
WAYS = ("new", "registered", "assigned", "assessed", "proposed", "decided", "answered")


def rows():
    """How many there are of each model."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def database():
    return connection.connection.info.dbname


def grown(before, after):
    return {name: count - before[name] for name, count in after.items()}


@pytest.mark.parametrize("time", [1, 2, 3])
@pytest.mark.parametrize("way", WAYS)
def test_it_holds_as_much_as_one_that_is_made_now(cast, way, time):
    empty = rows()
    getattr(cast, way)()
    reused_or_not = grown(empty, rows())
    made[way] += 1
    assert made[way] < 3 or "_world_" in database()
    signed_in(cast.karin)
    before = rows()
    getattr(cast, way)(number="NOW")
    assert reused_or_not == grown(before, rows())


@pytest.mark.parametrize("time", [1, 2, 3])
def test_what_a_test_does_to_it_is_undone(cast, time):
    subject = cast.assigned(number="UNDONE")
    assert subject.status == "assigned"
    cast.assess(subject)
    cast.propose(subject, motivation_internal=f"Because {time}.")
    assert SecrecyReview.objects.get().proposals.count() == 1


@pytest.mark.parametrize("time", [1, 2, 3])
def test_one_follows_on_another(cast, time):
    first = cast.registered(number="FIRST")
    second = cast.assigned(number="SECOND")
    assert {first, second} == set(SecrecyReview.objects.all())


@pytest.mark.parametrize("time", [1, 2, 3])
def test_what_is_changed_is_shown_to_who_holds_it(cast, time):
    held = cast.gsn
    by_two(held, cast.per, cast.pia, kind="company", regime="fl_full")
    assert held.kind == "company"


@pytest.mark.parametrize("time", [1, 2, 3])
def test_whoever_has_written_gets_a_world_of_their_own(cast, time):
    signed_in(cast.karin)
    cast.registered(number="OWN")
    assert "_world_" not in database()


@pytest.mark.parametrize("time", [1, 2, 3])
def test_whoever_has_changed_how_it_is_made_makes_it(cast, time, monkeypatch, settings):
    if time % 2:
        monkeypatch.setattr(acting, "MOST_DIFFERENCE", acting.MOST_DIFFERENCE)
    else:
        settings.LOCAL = settings.LOCAL
    cast.registered(number="CHANGED")
    assert "_world_" not in database()


@pytest.mark.parametrize("time", [1, 2, 3])
def test_none_is_taken_while_they_are_held_off(cast, time):
    with worlds.held_off():
        cast.registered(number="HELD OFF")
    assert "_world_" not in database()


@pytest.mark.parametrize("time", [1, 2, 3])
def test_what_fails_fails_each_time(cast, time):
    subject = cast.registered(number="FAILS")
    with pytest.raises(Exception, match="."):
        cast.assess(subject, genuine="perhaps")
    assert cast.new(number="AFTER").status == "new"


@pytest.mark.parametrize("time", [1, 2])
def test_none_is_left_when_a_test_is_over(cast, time):
    assert "_world_" not in database()
    cast.registered(number="LEFT")


@reused
def held_by(cast, person):
    return person


def test_a_row_that_is_not_kept_yet_names_no_world(cast):
    person = type(cast.karin)(username="none")
    assert held_by(cast, person) is person
