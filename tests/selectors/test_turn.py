"""Everybody who may know of a case is told whose turn it is."""

import pytest

from requests_app.workflow import named_list, review
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.django_db
MAKERS = {
    "new": ("registrering", "Lena Test"),
    "registered": ("handläggare", "Per Test"),
    "assigned": ("bedömning", "Karin Test"),
    "assessed": ("förslag till beslut", "Karin Test"),
    "proposed": ("beslut", "Bo Test"),
    "decided": ("svar till leverantören", "Eva Test"),
    "answered": ("leverantörens arbete", "Microsoft"),
}


@pytest.mark.parametrize("state", MAKERS)
@pytest.mark.parametrize("who", ["per", "karin", "agnes"])
def test_the_case_page_says_whose_turn_it_is(cast, state, who):
    subject = getattr(cast, state)()
    awaited, person = MAKERS[state]
    shown = words(signed_in(getattr(cast, who)).get(page(subject)))
    line = shown.partition('<p class="turn">')[2].partition("</p>")[0]
    assert f"<b>{awaited}</b>" in line
    assert person in line


def test_nothing_is_waited_for_in_a_closed_case(cast):
    subject = cast.answered("refused")
    review.close(subject, by=cast.karin)
    assert 'class="turn"' not in words(signed_in(cast.karin).get(page(subject)))


def test_on_a_named_list_the_role_is_told_and_no_name_of_whoever_is_not_on_it(cast):
    subject = cast.proposed()
    named_list.close_list(subject, by=cast.bo, reason="A staff matter")
    shown = words(signed_in(cast.karin).get(page(subject)))
    line = shown.partition('<p class="turn">')[2].partition("</p>")[0]
    assert "beslutsfattare" in line and "Test" not in line
