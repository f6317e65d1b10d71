"""What the provider says it did: the page says of it what the deviations say."""

import pytest

from audit_app import acting
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import revocation
from requests_app.oversight.models import Deviation
from tests.cast import hours
from tests.helpers.refusals import fresh
from tests.helpers.web import page, signed_in, words
from tests.workflow.acts import ready, reported

pytestmark = pytest.mark.django_db
OUTSIDE = "Utanför tiden"
WITHIN = "ligger inom den medgivna åtkomsten"


def shown_to(person, request):
    return words(signed_in(person).get(page(request.reviews.get())))


def test_what_was_done_after_it_was_revoked_is_shown_as_outside(cast):
    request = ready(cast, "hand")
    reported(cast, "hand", request)
    shown = shown_to(cast.karin, request)
    assert WITHIN in shown and OUTSIDE not in shown
    with acting.at(hours(0.5)):
        subject = fresh(request.reviews.get())
        told = {"reason": "Suspected", "reason_for_recipient": "Suspected"}
        revocation.revoke(subject, by=cast.bo, ground="security", **told)
    with acting.at(hours(1)):
        reported(cast, "hand", request, hours=0.9)
    assert Deviation.objects.get().divergences[0]["kind"] == "time"
    shown = shown_to(cast.karin, request)
    assert OUTSIDE in shown and WITHIN not in shown


def test_what_was_in_time_and_otherwise_outside_is_not_said_to_be_within(cast):
    request = ready(cast, "hand")
    reported(cast, "hand", request, country="IN")
    assert Deviation.objects.exists()
    assert WITHIN not in shown_to(cast.karin, request)


def test_what_was_done_without_any_access_is_shown(cast):
    request = cast.answered("refused").access_request
    reported(cast, "hand", request, action="rebuild index")
    assert AccessEvent.objects.exists() and SecrecyReview.objects.exists()
    assert "rebuild index" in shown_to(cast.karin, request)
