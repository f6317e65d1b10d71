"""What was answered of other people, another place or another company is asked anew."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from audit_app import clock
from requests_app.workflow import consent
from tests.helpers.cases import NAMED, arrive
from tests.helpers.consents import consented
from tests.helpers.refusals import fresh

pytestmark = pytest.mark.django_db


def refused_as_outdated(cast, subject):
    with (
        pytest.raises(ValidationError, match="har ändrats sedan"),
        transaction.atomic(),
    ):


def test_that_all_have_consented_is_confirmed_in_the_same_words(cast):
    subject = cast.assigned()
    first = consented(cast, subject, NAMED)
    cast.assess(fresh(subject), ground="osl-12-2")
    told = {"withdrawn_at": clock.now(), "withdrawal": "By telephone"}
    consent.withdraw(fresh(subject), by=cast.karin, consent=first, **told)
    consented(cast, fresh(subject), NAMED)
    cast.assess(fresh(subject), ground="osl-12-2")
