"""When a decision comes with a notice of appeal: a table beside the code's rule."""

import itertools

import pytest

from requests_app.documents.decision import document_of
from tests.helpers.cases import decided_under

pytestmark = pytest.mark.django_db

OUTCOMES = ("granted", "partially_granted", "refused", "dismissed", "struck_off")

REGIMES = ("fl_full", "kl_legality", "internal")

# outcome, regime, is it a request under TF: is a notice due?
DUE = {
    (outcome, regime, tf)
    for outcome in ("partially_granted", "refused", "dismissed")
    for regime in REGIMES
    for tf in ("yes", "no")
    if regime == "fl_full" or tf == "yes"
}


@pytest.mark.parametrize(
    ("outcome", "regime", "tf"),
    list(itertools.product(OUTCOMES, REGIMES, ("yes", "no"))),
)
def test_a_notice_is_due_where_the_table_says(cast, outcome, regime, tf):
    made = decided_under(cast, outcome, regime, tf)
    found = document_of(made, full=False).may_be_appealed
    assert found == ((outcome, regime, tf) in DUE)


@pytest.mark.parametrize("regime", REGIMES)
def test_a_reservation_always_comes_with_a_notice(cast, regime):
    made = decided_under(cast, "granted_with_reservation", regime)
    told = document_of(made, full=False)
    assert told.may_be_appealed and told.reservations[0].who == "Åsa Öström"
    assert not told.remark


def test_review_of_legality_is_told_in_the_full_version_only(cast):
    made = decided_under(cast, "refused", "kl_legality")
    assert "laglighetsprövas" in document_of(made, full=True).remark
    assert document_of(made, full=False).remark == ""
