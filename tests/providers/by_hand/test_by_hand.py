"""What a person does in a portal, no machine does."""

import pytest

from requests_app.cases.access.models import Delivery, OutboxMessage
from requests_app.cases.review.steps import decision
from requests_app.oversight.sweep import poll_all
from requests_app.providers import by_hand
from requests_app.providers.protocol import Unable
from tests.helpers.two_persons import changed_by_managers

pytestmark = pytest.mark.django_db


def test_nothing_is_asked_of_a_portal_by_machine():
    for ability in (by_hand.applications, by_hand.answer_body, by_hand.concluded):
        with pytest.raises(Unable):
            ability("anything")
    assert by_hand.abilities.limits


def test_a_connection_marked_automatic_by_mistake_is_left_to_people(cast):
    changed_by_managers(cast, cast.m365, is_automatic=True)
    assert poll_all() == []
    decision.decide(cast.proposed(), by=cast.bo, no_conflict=True)
    assert Delivery.objects.get().status == "open"
    assert not OutboxMessage.objects.exists()
