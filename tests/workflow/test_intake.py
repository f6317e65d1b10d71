"""A decision covers one revision; what arrives is kept; the same is not two."""

import pytest

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.rights.involvement import can_read
from requests_app.cases.review.steps import case, decision, gate, people
from requests_app.core.step import WrongState
from requests_app.desk.sweep import sweep
from tests.cast import MAILBOX, SITE, hours
from tests.helpers.cases import arrive
from tests.helpers.refusals import fresh

pytestmark = pytest.mark.django_db


def test_the_same_request_arriving_twice_is_one(cast):
    cast.request()
    before = Arrival.objects.count()
    assert arrive(cast).result is None
    assert AccessRequest.objects.count() == 1 and Arrival.objects.count() == before


def test_a_change_after_the_proposal_sends_the_review_back(cast):
    subject = cast.proposed()
    assert arrive(cast, duration_minutes=60).result == "revision"
    subject = SecrecyReview.objects.get()
    assert subject.status == "in_assessment"
    assert subject.proposals.get().status == "overtaken"
    assert subject.access_request.revision == 2
    with pytest.raises(WrongState):
        decision.decide(subject, by=cast.bo, no_conflict=True)


def test_a_change_after_the_decision_blocks_the_answer(cast):
    subject = cast.decided()
    arrive(cast, justification="Something else")
    task = Delivery.objects.get()
    assert task.status == Delivery.Status.BLOCKED
    with pytest.raises(WrongState):
        cast.confirm(task)
    subject = SecrecyReview.objects.get()
    decision.reconsider(subject, by=cast.bo, reason="Changed request")
    cast.propose(subject)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    assert Delivery.objects.get(status="open").revision == 2


def test_a_new_status_alone_is_no_revision(cast):
    cast.proposed()
    assert arrive(cast, provider_status="Approving (new!)").result == "status"
    request = AccessRequest.objects.get()
    assert (request.revision, request.provider_status) == (1, "Approving (new!)")
    assert SecrecyReview.objects.get().status == "proposed"


def test_an_unknown_field_that_changes_is_a_revision(cast):
    cast.request()
    assert arrive(cast, extra={"newfield": 1}).result == "revision"


def test_the_payload_is_kept_byte_for_byte(cast):
    payload = '{"a":  "å\\u0000 …"}\r\n'.encode() + b"\xff"
    arrive(cast, payload=payload)
    assert bytes(Arrival.objects.get().payload.body) == payload


def test_a_provider_clock_an_hour_ahead_gives_no_hour_that_does_not_exist(cast):
    arrive(cast, requested_at=hours(1), answer_deadline=hours(13))
    request = AccessRequest.objects.get()
    assert request.answer_deadline <= hours(12.01)


def test_a_provider_clock_an_hour_behind_is_taken_at_its_word(cast):
    arrive(cast, requested_at=hours(-1))
    assert AccessRequest.objects.get().answer_deadline <= hours(11.01)


def test_a_deadline_in_the_past_lapses_at_the_next_sweep(cast):
    arrive(cast, requested_at=hours(-14), answer_deadline=hours(-2))
    assert AccessRequest.objects.get().status == "in_review"
    assert sweep() == ["EXSR1: lapsed"]


def test_what_was_answered_elsewhere_is_registered_but_not_decided(cast):
    cast.proposed()
    arrive(cast, provider_status="Approved", concluded="approved")
    assert AccessRequest.objects.get().status == "elsewhere"
    assert SecrecyReview.objects.get().status == "lapsed"


def test_a_change_after_the_end_goes_to_a_person(cast):
    cast.answered("refused")
    received = arrive(cast, duration_minutes=10)
    assert received.result == "not_taken"
    assert AccessRequest.objects.get().revision == 1


def test_objects_added_and_removed_are_marked_with_their_revision(cast):
    cast.request()
    arrive(cast, object_ids=("other@example.example",))
    request = AccessRequest.objects.get()
    rows = {row.external_id: row for row in request.requested_objects.all()}
    assert rows[MAILBOX].removed_in_revision == 2
    assert rows["other@example.example"].added_in_revision == 2
    arrive(cast)
    assert (
        request.requested_objects.get(external_id=MAILBOX).removed_in_revision is None
    )


@pytest.mark.parametrize(
    "text",
    ["👩‍⚕️ läkare", "\u202eright to left\u202c العربية", "x" * 5000, "Ärende\n\nrad"],
)
def test_any_text_of_a_provider_is_taken_in_whole(cast, text):
    arrive(cast, justification=text)
    assert AccessRequest.objects.get().justification.text == text


def test_the_domain_clock_decides_what_time_it_is(cast):
    with acting.at(hours(-5)):
        request = cast.request()
    assert request.answer_deadline <= hours(7.01)


def test_what_is_named_again_after_its_review_was_dropped_has_a_review_again(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    dropped = request.reviews.get(authority=cast.snc)
    arrive(cast)
    assert fresh(dropped).status == "dropped"
    arrive(cast, object_ids=(MAILBOX, SITE))
    row = request.requested_objects.get(external_id=SITE)
    assert row.review != dropped and row.review.authority == cast.snc
    assert row.review.status == "new" and row.removed_in_revision is None
    assert len(gate.live_reviews(fresh(request))) == 2


def test_what_nobody_knows_goes_back_to_who_had_it_and_stays_on_its_list(cast):
    request = cast.request(objects=("nobody@knows.example",))
    rows = list(request.requested_objects.all())
    first = case.route(request, by=cast.nils, authority=cast.gsn, objects=rows)
    people.close_list(first, by=cast.lena, reason="A staff matter")
    arrive(cast, object_ids=("other@knows.example",))
    assert fresh(first).status == "dropped"
    arrive(cast, object_ids=("nobody@knows.example",))
    row = request.requested_objects.get(external_id="nobody@knows.example")
    assert row.review != first and row.review.authority == cast.gsn
    assert row.review.is_named_list
    assert can_read(cast.lena, row.review)
    assert not can_read(cast.karin, row.review)
