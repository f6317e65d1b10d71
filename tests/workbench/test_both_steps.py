"""Two steps of the same person by one button: each by its own rule."""

import pytest

from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.steps import decision
from tests.helpers.people import give
from tests.helpers.request_form import ADD_REQUEST, typed_request
from tests.helpers.web import signed_in, step_url, words

pytestmark = pytest.mark.django_db
BOTH = "Skriv in och registrera"


def send(cast, person, **changes):
    return signed_in(person).post(
        ADD_REQUEST, typed_request(cast, **changes) | {"on": "1"}, follow=True
    )


def test_a_registrar_records_and_registers_at_once(cast):
    give(cast, cast.lena, "registrar", cast.nis)
    assert BOTH in words(signed_in(cast.lena).get(ADD_REQUEST))
    send(cast, cast.lena)
    review = SecrecyReview.objects.get()
    assert review.status == "registered" and review.diary_number
    assert review.public_subject == (
        f"Begäran om åtkomst, Microsoft 365, {review.access_request.external_id}"
    )


def test_whoever_registers_nothing_is_not_offered_it(cast):
    assert BOTH not in words(signed_in(cast.eva).get(ADD_REQUEST))
    send(cast, cast.eva)
    assert SecrecyReview.objects.get().status == "new"


def test_a_registrar_of_another_authority_has_it_recorded_only(cast):
    page = send(cast, cast.nils)
    assert SecrecyReview.objects.get().status == "new"
    assert "registreras av den myndighet vars information det är" in words(page)


def test_a_subject_that_may_name_somebody_is_left_to_the_registrar(cast):
    give(cast, cast.lena, "registrar", cast.nis)
    page = send(cast, cast.lena, external_id="Anna Andersson")
    review = SecrecyReview.objects.get()
    assert review.status == "new" and AccessRequest.objects.count() == 1
    assert page.redirect_chain[-1][0] == step_url(review, "register")
    assert "något ska fyllas i först" in words(page)


def followed(cast, *kinds, said):
    subject = cast.assessed()
    cast.propose(subject, conditions=[ConditionTerm(kind, kind) for kind in kinds])
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    delivery.end_access(subject.access_request.grants.get(), by=cast.eva)
    rows = list(subject.conditions.order_by("pk"))[:said]
    url, client = step_url(subject, "follow-up"), signed_in(cast.karin)
    assert "Följ upp och avsluta" in words(client.get(url))
    told = {f"kept_{row.pk}": "kept" for row in rows}
    page = client.post(url, told | {"on": "1"}, follow=True)
    assert all(row.follow_ups.get().is_kept for row in rows)
    return SecrecyReview.objects.get(), page


def test_what_is_followed_up_is_closed_at_once(cast):
    review, page = followed(cast, "duration", said=1)
    assert review.status == "closed"
    said = words(page)
    assert "Uppföljningen av villkoren har sparats." in said
    assert "Prövningen är avslutad." in said


def test_what_is_left_open_is_asked_about_before_it_is_closed(cast):
    review, page = followed(cast, "duration", "account", said=1)
    assert review.status == "decided"
    assert page.redirect_chain[-1][0] == step_url(review, "close")
    assert "Avsluta ärendet: något ska fyllas i först." in words(page)
