"""What is proposed for the recipient to read, and what the database lets be decided."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.rules import Naming
from requests_app.cases.review.steps import decision
from requests_app.core.content import keep
from tests.helpers.cases import forged_decision
from tests.helpers.reasons import left_out
from tests.helpers.refusals import fresh, refused
from tests.helpers.two_persons import by_two
from tests.law.forgery import forge

pytestmark = pytest.mark.django_db

THREAT = "OSL-21-3-st1"


def threatened(cast):
    """Somebody lives under threat: naming the provision tells that."""
    subject = cast.assigned()
    tested = [
        cast.tested("OSL-23-2-st1", "struck", "None."),
        cast.tested(THREAT, "applies", "A pupil is threatened."),
    ]
    cast.assess(subject, tested=tested, ground="none")
    return SecrecyReview.objects.get(pk=subject.pk)


def test_without_a_word_the_recipient_reads_all_reasons(cast):
    subject = cast.assessed()
    made = cast.propose(subject, outcome="refused")
    assert made.motivation_for_recipient == made.motivation_internal
    assert (made.left_out_for, made.named_codes) == ("", ["OSL-23-2-st1"])


def test_a_provision_that_tells_something_by_its_name_is_not_proposed_to_be_read(cast):
    subject = threatened(cast)
    error = refused(
        ValidationError, lambda s: cast.propose(s, outcome="refused"), subject
    )
    assert "21 kap. 3 §" in str(error) and "leaves_out" in error.message_dict
    cast.propose(fresh(subject), outcome="refused", omission=left_out())


def test_it_may_be_where_somebody_says_why(cast):
    subject = threatened(cast)
    named = Naming(frozenset([THREAT]), "The provider has told us of it.")
    made = cast.propose(subject, outcome="refused", naming=named)
    assert made.named_because.text == "The provider has told us of it."
    decision.decide(subject, by=cast.bo, no_conflict=True)
    assert subject.decisions.get().named_codes == [THREAT]


def test_what_osl_asks_of_a_party_is_asked_under_the_act_alone(cast):
    """FL 2 §, OSL 10:3: the demand on its words goes with the regime."""
    untried = left_out()._replace(weight="", instead="")
    subject = cast.assessed()
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = fresh(subject)
    error = refused(
        ValidationError,
        lambda s: cast.propose(s, outcome="refused", omission=untried),
        subject,
    )
    assert set(error.message_dict) == {"left_out_weight", "told_instead"}
    by_two(cast.gsn, cast.per, cast.pia, regime="internal")
    cast.propose(fresh(subject), outcome="refused", omission=untried)


def test_the_decision_keeps_what_was_tried(cast):
    subject = cast.assessed()
    cast.propose(subject, outcome="refused", omission=left_out())
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    assert made.left_out_for == "individual"
    assert made.left_out_because.text == "Somebody could be found."
    assert made.left_out_weight.text == "Somebody could be hurt."
    assert made.told_instead.text == "It is of a pupil."


def test_the_database_lets_no_reasons_be_left_out_untried(cast):
    with acting_as(cast.karin):
        less = keep("Less")
    with pytest.raises(IntegrityError, match="untried"):
        forge(cast, cast.assessed(), motivation_for_recipient=less)


@pytest.mark.parametrize("changes", [{"named_codes": []}, {"named_because": None}])
def test_nor_lets_the_recipient_read_of_what_tells_something(cast, changes):
    subject = threatened(cast)
    refusal = {
        "outcome": "refused",
        "ground": "",
        "granted_minutes": None,
        "granted_scope": "",
    }
    with pytest.raises(IntegrityError, match="may not read of a provision"):
        forge(cast, subject, **refusal, **changes)


def test_a_proposal_says_why_reasons_are_left_out(cast):
    with pytest.raises(IntegrityError, match="says_why_reasons"):
        forge(cast, cast.assessed(), left_out_for="individual")


def test_what_is_proposed_is_what_is_decided(cast):
    with pytest.raises(IntegrityError, match="not what was proposed"):
        forged_decision(cast, named_codes=[])
