"""What is asked for turns out to be something else than it was registered as."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from requests_app.cases.review.law.facts import basis_of
from requests_app.cases.review.steps import case, decision
from requests_app.core.step import WrongState
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.django_db


def reclassify(cast, subject, matter, by=None, **fields):
    case.reclassify(
        subject, by=by or cast.karin, matter=matter, reason="Found out", **fields
    )
    return fresh(subject)


def test_a_demand_found_out_during_the_review_is_refused_as_one(cast):
    """The CLOUD Act: OSL 8:3 and GDPR 48, whatever carried the access."""
    subject = cast.assigned(engineer_country="US")
    cast.assess(subject, answers={"N0.foreign": "yes", "N0.foreign.told": "told"})
    with pytest.raises(ValidationError) as caught:
        cast.propose(fresh(subject))
    assert "Ändra vad som begärs" in str(caught.value)
    subject = reclassify(cast, fresh(subject), "foreign")
    refused(ValidationError, cast.propose, subject)
    cast.propose(subject, outcome="refused")
    made = decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    assert made.outcome == "refused"
    assert "krav" in words(signed_in(cast.karin).get(page(subject)))


def test_what_is_asked_anew_after_it(cast):
    """That no demand lies behind it was confirmed of what it was registered as."""
    subject = cast.assessed()
    assert not basis_of(fresh(subject)).facts.outdated
    subject = reclassify(cast, fresh(subject), "foreign")
    assert "N0.foreign" in basis_of(subject).facts.outdated
    subject = reclassify(cast, subject, "documents")
    assert "N0.tf" in basis_of(subject).facts.outdated
    subject = reclassify(cast, subject, "access")
    assert not basis_of(subject).facts.outdated


def test_the_clock_of_official_documents_is_not_the_providers(cast):
    subject = reclassify(cast, cast.assigned(), "documents")
    assert subject.asks_for_documents
    assert not reclassify(cast, subject, "access").asks_for_documents


def test_who_may_and_when(cast):
    subject = cast.assigned()
    for error, number, person, status in (
        (PermissionDenied, "1", cast.bo, cast.assigned),
        (WrongState, "2", cast.karin, cast.proposed),
        (WrongState, "3", cast.lena, cast.new),
    ):
        with pytest.raises(error):
            reclassify(cast, status(number=number), "foreign", by=person)
    reclassify(cast, fresh(subject), "foreign", by=cast.lena)
    with pytest.raises(ValidationError):
        reclassify(cast, fresh(subject), "foreign")
