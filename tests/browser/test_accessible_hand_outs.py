"""Pages of what is handed out, looked through by axe-core: whole, with a reservation,
appealed, and to whoever asks for their own."""

import pytest

from requests_app.disclosure.data_subjects import identify
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,
    looker,
)
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.hand_outs import appealed, given_whole, hand_out_rule, reserved
from tests.helpers.web import page, step_url

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]


def test_a_reservation_and_an_appeal_are_for_everybody(cast, look):
    hand_out_rule(cast)
    given = given_whole(cast, cast.assigned(number="given"))
    bound = reserved(cast, cast.assigned(number="bound"))
    tried, court = appealed(cast), appealed(cast, "at_court")
    look.sign_in(cast.lena)
    for row in (given, bound, tried, court):
        look.at(page(row))
    look.at(step_url(given, "reserve"))
    look.at(step_url(court, "end-appeal"))
    look.sign_in(cast.bo)
    look.at(page(bound))
    look.at(step_url(bound, "decide-reservation"))
    look.at(step_url(tried, "try-appeal"))


def test_ones_own_documents_are_for_everybody(cast, look):
    cast.assigned(number="theirs")
    row = asked_by_a_data_subject(cast)
    identify(row, by=cast.lena, identity="document")
    look.sign_in(cast.lena)
    look.at(page(row))
    look.at(step_url(row, "gather-documents"))
