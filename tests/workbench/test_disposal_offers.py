"""Every button of a list to dispose of leads to a step that takes it, years later."""

import pytest
from django.contrib.auth import get_user_model

from audit_app import acting
from requests_app.records import steps
from requests_app.records.models import Disposal
from tests.helpers.disposals import (
    closed_case,
    disposal_rule,
    fresh_list,
    list_of,
    receipted_package,
    years_later,
)
from tests.workbench.offers import violations
from tests.workbench.words import WORDS

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def test_what_is_offered_is_taken(cast):
    lists_in_every_state(cast)
    people = get_user_model().objects.filter(is_machine=False, is_active=True)
    taken = set()
    with years_later(9):
        assert not (found := "\n".join(violations(people, taken))), found
    assert {name for model, _pk, name in taken if model == "disposal"} == set(
        WORDS["disposal"]
    )


def lists_in_every_state(cast):
    """Each of a case of its own, for a case is on one list alone."""
    disposal_rule(cast)
    packed = closed_case(cast, number="for the archive")
    receipted_package(cast, packed.pk)
    with years_later(2):
        sent = drawn_up(cast)
        items = list(sent.items.all())
        steps.answer(sent, by=cast.lena, items=items, answer="transfer")
        closed_case(cast, number="not answered")
    with years_later(4):
        drawn_up(cast)
        closed_case(cast, number="answered")
    with years_later(6):
        list_of(cast)
        closed_case(cast, number="proposed")
    with years_later(8):
        steps.propose(list_of(cast), by=cast.lena)
    states = set(Disposal.objects.values_list("status", flat=True))
    assert states == {"drawn_up", "proposed"}


def drawn_up(cast):
    row = steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())
    return fresh_list(row)
