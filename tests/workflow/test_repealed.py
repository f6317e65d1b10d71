"""A provision is repealed, or amended, between its test and the decision."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.steps import assessment, decision
from tests.cast import provision
from tests.helpers.cases import NAMED
from tests.helpers.refusals import fresh

pytestmark = pytest.mark.django_db


def repeal(cast, code=NAMED):
    row = provision(code)
    row.valid_to = acting.today() - timedelta(days=1)
    with acting_as(cast.sam):
        row.save()
    return row


def refused_for(step, *args, **fields):
    with pytest.raises(ValidationError) as caught:
        step(*args, **fields)
    return " ".join(caught.value.messages)


@pytest.mark.parametrize("outcome", ["granted", "refused"])
@pytest.mark.parametrize("tf", ["no", "yes"])
def test_nothing_is_decided_on_it(cast, outcome, tf):
    subject = cast.assigned()
    ground = "none" if outcome == "refused" else "osl-10-2a"
    cast.assess(subject, answers={"N0.tf": tf}, ground=ground)
    cast.propose(subject, outcome=outcome)
    row = repeal(cast)
    said = refused_for(decision.decide, fresh(subject), by=cast.bo, no_conflict=True)
    assert str(row) in said, said
    assert not Decision.objects.exists()


def test_what_was_tested_stays_and_can_be_tested_anew(cast):
    subject = cast.assessed()
    other = [cast.tested("OSL-18-8", "does_not_apply")]
    anew = cast.assessment_of(fresh(subject), tested=other)
    repeal(cast)
    said = refused_for(cast.propose, fresh(subject))
    assert "är inte längre i kraft" in said or "gäller inte längre" in said, said
    kept = fresh(subject).harm_tests.get(provision__code=NAMED)
    assert kept.motivation.text == "Not clear."
    assessment.assess(fresh(subject), by=cast.karin, **anew)
    cast.propose(fresh(subject))
