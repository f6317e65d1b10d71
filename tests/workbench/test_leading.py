"""Whoever has not taken a step for a year is led by the hand, until they put it away."""

from datetime import timedelta

import pytest

from audit_app import acting
from requests_app.core.pages.steps import is_first_in_a_year
from tests.helpers.web import signed_in, step_url, words

pytestmark = pytest.mark.django_db
FIRST = "Första gången på ett år"
LATER = timedelta(days=400)


def test_it_stands_there_until_the_step_has_been_taken_elsewhere(cast):
    first, second = cast.registered(number="A"), cast.registered(number="B")
    client = signed_in(cast.karin)
    assert FIRST in words(client.get(step_url(first, "take")))
    # To have looked is not to have done it.
    assert FIRST in words(client.get(step_url(first, "take")))
    answer = client.post(step_url(first, "take"), {"do": "1", "no_conflict": "on"})
    assert answer.status_code == 302
    assert FIRST not in words(client.get(step_url(second, "take")))
    assert FIRST in words(signed_in(cast.jonas).get(step_url(second, "take")))
    with acting.at(acting.now() + LATER):
        assert is_first_in_a_year(cast.karin, second, "take")


def test_what_is_put_away_stays_away_for_a_year_and_nothing_typed_is_lost(cast):
    review = cast.registered()
    client, url = signed_in(cast.lena), step_url(review, "note")
    assert FIRST in words(client.get(url))
    answer = client.post(url, {"put_away": "1", "text": "Leverantören ringde."})
    assert FIRST not in words(answer) and "Leverantören ringde." in words(answer)
    assert not answer.context["form"].errors
    assert FIRST not in words(client.get(url))
    # Of this step, and of this person.
    assert FIRST in words(client.get(step_url(review, "attach")))
    assert FIRST in words(signed_in(cast.lena).get(step_url(review, "attach")))
    with acting.at(acting.now() + LATER):
        assert is_first_in_a_year(cast.lena, review, "note")
