"""What was answered of other people, another place or another company is asked anew."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from audit_app import acting
from requests_app.cases.review.steps import assessment
from tests.helpers.cases import NAMED, arrive
from tests.helpers.consents import consented
from tests.helpers.refusals import fresh

pytestmark = pytest.mark.django_db


def refused_as_outdated(cast, subject):
    with (
        pytest.raises(ValidationError, match="har ändrats sedan"),
        transaction.atomic(),
    ):
        cast.propose(fresh(subject))


def test_a_consent_taken_back_before_the_answer_and_told_after_it(cast):
    """Two have consented; the letter of the one is read when all is answered."""
    subject = cast.assigned()
    first = consented(cast, subject, NAMED)
    consented(cast, subject, NAMED, whom="Pupil B")
    written = acting.now()
    cast.assess(fresh(subject), ground="osl-12-2")
    told = {"withdrawn_at": written, "withdrawal": "By letter, read afterwards"}
    assessment.withdraw(fresh(subject), by=cast.karin, consent=first, **told)
    refused_as_outdated(cast, subject)


def test_that_all_have_consented_is_confirmed_in_the_same_words(cast):
    subject = cast.assigned()
    first = consented(cast, subject, NAMED)
    cast.assess(fresh(subject), ground="osl-12-2")
    told = {"withdrawn_at": acting.now(), "withdrawal": "By telephone"}
    assessment.withdraw(fresh(subject), by=cast.karin, consent=first, **told)
    consented(cast, fresh(subject), NAMED)
    cast.assess(fresh(subject), ground="osl-12-2")
    cast.propose(fresh(subject))


def test_a_transfer_to_one_country_and_company_says_nothing_of_another(cast):
    subject = cast.assigned(engineer_country="IN", employer_entity="Under Ltd")
    answers = {
        "N9.country": "third",
        "N9.entity": "subcontractor",
        "N9.transfer": "clauses",
    }
    cast.assess(fresh(subject), answers=answers)
    arrive(cast, engineer_country="CN", employer_entity="Annan Ltd")
    refused_as_outdated(cast, subject)
