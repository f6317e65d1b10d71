"""Earlier cases that are like one at hand, and a motivation taken over from one."""

import pytest
from django.utils import translation

from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.review.models import decision
from requests_app.cases.review.selectors import similar_to
from requests_app.cases.review.steps import afterwards, people
from requests_app.core.content import keep
from requests_app.core.models import Outcome
from tests.cast import SITE
from tests.helpers.people import give
from tests.helpers.web import fetch, in_english, step_url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def numbers(found):
    return [row.review.access_request.external_id for row in found]


@pytest.fixture
def lived(cast):
    cast.decided(Outcome.GRANTED, number="OBJECT")
    return cast


def test_the_likest_comes_first_and_says_why(lived):
    newer = lived.decided(Outcome.REFUSED, number="NEWER")
    lived.proposed(number="UNDECIDED")
    now = lived.assessed(number="NOW")
    found = similar_to(now, by=lived.karin)
    assert numbers(found) == ["NEWER", "OBJECT"]
    assert found[0].decision == newer.decisions.get()
    assert found[0].decision.outcome == Outcome.REFUSED
    assert found[0].reasons == [
        "same object: O-17",
        "same information: Pupil health",
        "same product",
        "4 words of the purpose in common",
    ]


def test_without_an_object_in_common_the_purpose_must_be_alike(lived):
    now = lived.request(number="NOW", objects=(SITE,)).reviews.get()
    read_by_both = lived.lena
    with acting_as(lived.sam):
        give(lived, read_by_both, "registrar", lived.snc)
    (found,) = similar_to(now, by=read_by_both)
    assert found.reasons == ["same product", "4 words of the purpose in common"]
    now.access_request.justification = keep("Something else altogether")
    assert similar_to(now, by=read_by_both) == []


def test_what_the_person_may_not_read_is_never_similar(lived):
    hidden = lived.decided(number="HIDDEN")
    people.close_list(hidden, by=lived.bo, reason="A staff matter")
    stopped = lived.decided(number="STOPPED")
    afterwards.stop(stopped, by=lived.bo, level="suspected")
    now = lived.assessed(number="NOW")
    assert numbers(similar_to(now, by=lived.jonas)) == ["OBJECT"]
    assert numbers(similar_to(now, by=lived.karin)) == ["HIDDEN", "OBJECT"]
    for person in (lived.cilla, lived.per, lived.ivar):
        assert similar_to(now, by=person) == []


def test_a_motivation_is_taken_over_into_the_form_and_the_log_says_from_where(lived):
    hidden = lived.decided(number="HIDDEN")
    people.close_list(hidden, by=lived.bo, reason="A staff matter")
    now = lived.assigned(number="NOW")
    client = in_english(lived.karin)
    for name in ("assess", "propose"):
        page, queries = fetch(client, step_url(now, name))
        assert len(queries) <= 31, (name, len(queries))
        assert "Similar earlier cases" in page.content.decode()
    source = decision.Decision.objects.get(review__access_request__external_id="OBJECT")
    typed = {
        "take_over": source.review_id,
        "granted_scope": "As typed",
        "motivation_internal": "",
    }
    page = client.post(step_url(now, "propose"), typed)
    form = page.context["form"]
    text = form["motivation_internal"].value()
    assert text == source.motivation_internal.text
    assert form["granted_scope"].value() == "As typed" and not form.errors
    line = LedgerEntry.objects.get(event="review.text_taken_over")
    assert str(source.review) in line.detail.body and line.object_id == str(now.pk)
