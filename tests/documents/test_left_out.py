"""The recipient's copy: all reasons; or openly less, where that has been tried."""

from dataclasses import fields

import pytest

from requests_app.cases.review.papers.decision import document_of
from tests.helpers.cases import decided_under
from tests.helpers.reasons import INSTEAD, left_out

pytestmark = pytest.mark.django_db

RESERVED = "granted_with_reservation"
LESS = {"motivation_for_recipient": INSTEAD}
# What the recipient's copy leaves out or says instead.
OWN = {"is_full", "closer_reasons", "left_out", "rules", "marking", "remark"}


def differing(made):
    full, told = (document_of(made, full=full) for full in (True, False))
    names = {field.name for field in fields(full)}
    return {name for name in names if getattr(full, name) != getattr(told, name)}


@pytest.mark.parametrize("outcome", ["granted", "refused", "partially_granted"])
@pytest.mark.parametrize("regime", ["fl_full", "kl_legality", "internal"])
def test_the_recipient_reads_all_reasons(cast, outcome, regime):
    """FL 32: nothing is left out that nobody has tried to leave out."""
    made = decided_under(cast, outcome, regime)
    assert differing(made) <= {"is_full", "remark"}
    told = document_of(made, full=False)
    assert told.reasons == made.motivation_internal.text
    assert not told.left_out and told.rules
    # Both hold what is secret, and each says so, and which of the two it is.
    full = document_of(made, full=True)
    assert told.marking == full.marking and "23 kap. 2 §" in told.marking
    assert told.foot.endswith("Exemplar till mottagaren")
    assert full.foot.endswith("Fullständig version, prövas före utlämnande")


@pytest.mark.parametrize("outcome", ["granted", "refused", "partially_granted"])
@pytest.mark.parametrize("regime", ["fl_full", "kl_legality", "internal"])
def test_both_copies_say_the_same_but_for_what_is_left_out(cast, outcome, regime):
    made = decided_under(cast, outcome, regime, **LESS)
    assert differing(made) <= OWN
    full, told = (document_of(made, full=full) for full in (True, False))
    assert full.reasons == told.reasons == made.motivation_for_recipient.text
    assert full.closer_reasons == made.motivation_internal.text
    assert not told.closer_reasons and not told.rules and not full.left_out
    assert full.marking and not told.marking
    assert "har en del av skälen utelämnats" in told.left_out
    by_law = "10 kap. 3 §" in told.left_out and "32 § andra stycket 3" in told.left_out
    assert by_law == (regime == "fl_full")
    assert "I stället upplyses ni om följande. It is of a pupil." in told.left_out


def test_it_says_what_is_protected_and_that_reasons_can_be_given_afterwards(cast):
    """FL 32, its second paragraph 3 and its last; OSL 10:3, whose interest it is."""
    made = decided_under(cast, "refused", "fl_full", **LESS)
    told = document_of(made, full=False).left_out
    for part in (
        "nödvändigt med hänsyn till skyddet för enskildas personliga eller ekonomiska",
        "av hänsyn till enskilt intresse av synnerlig vikt",
        "kan ni begära en motivering i efterhand (32 § tredje stycket",
    ):
        assert part in told, (part, told)
    for words in ("Somebody could be found", "Somebody could be hurt"):
        assert words not in told


@pytest.mark.parametrize("regime", ["fl_full", "internal"])
def test_where_there_was_no_time_reasons_are_short_and_come_afterwards(cast, regime):
    """FL 32, its second paragraph 2 and its last; a company tells it without the act."""
    short = left_out("Begäran avslås enligt 23 kap. 2 § OSL.")
    short = short._replace(interest="at_once", weight="", instead="")
    made = decided_under(cast, "refused", regime, omission=short)
    text = document_of(made, full=False).left_out
    assert "kräver att beslutet meddelas omedelbart" in text
    assert "kan ni begära en motivering i efterhand" in text
    assert "10 kap. 3 §" not in text and "sekretess" not in text
    by_law = "32 § andra stycket 2" in text and "32 § tredje stycket" in text
    assert by_law == (regime == "fl_full")


@pytest.mark.parametrize(("outcome", "tf"), [("refused", "yes"), (RESERVED, "no")])
@pytest.mark.parametrize("regime", ["kl_legality", "internal"])
def test_what_is_appealed_by_osl_is_made_by_fl_whatever_the_answer_is(
    cast, outcome, tf, regime
):
    """Its recipient is a party: OSL 10:3 says what a party may be kept from."""
    document = document_of(
        decided_under(cast, outcome, regime, tf=tf, **LESS), full=False
    )
    assert document.appeal is not None
    assert "10 kap. 3 §" in document.left_out and "8 kap. 1 §" not in document.left_out
