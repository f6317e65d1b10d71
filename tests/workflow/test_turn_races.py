"""Two who press “I take it” at once: one has it, the other is told who."""

import pytest

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.duty.models.notices import TurnTaken
from requests_app.duty.steps import take_turn
from tests.workflow.test_races import at_once

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_two_who_take_it_at_once_are_one(cast):
    pk = cast.registered().pk

    def taking(person):
        review = SecrecyReview.objects.get(pk=pk)
        return lambda: take_turn(review, by=person, act="review")

    results = at_once(taking(cast.karin), taking(cast.jonas))
    (taken,) = [row for row in results if isinstance(row, TurnTaken)]
    (error,) = [row for row in results if isinstance(row, Exception)]
    assert TurnTaken.objects.get() == taken
    assert str(taken.person) in str(error)
