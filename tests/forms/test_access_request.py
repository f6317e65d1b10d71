"""The form of a request: bad input is named, and nothing typed is lost."""

import datetime
import re

import pytest
from django.utils import timezone

from requests_app.models import AccessRequest
from tests.helpers.request_form import send_request, typed_request
from tests.helpers.web import errors, in_english, page, words

pytestmark = pytest.mark.django_db


def test_a_request_is_typed_in_and_its_deadline_computed(cast):
    assert send_request(cast).status_code == 302
    request = AccessRequest.objects.get()
    assert request.engineer_country == "IE" and request.duration_minutes == 240
    wait = request.answer_deadline - timezone.now()
    assert datetime.timedelta(hours=11.9) < wait <= datetime.timedelta(hours=12)
    assert request.reviews.get().authority == cast.gsn
    assert request.arrivals.get().payload.text.startswith('{"connection"')


def test_the_executor_types_in_a_request_at_night_and_the_lawyer_does_not(cast):
    assert send_request(cast, name="eva").status_code == 302
    assert send_request(cast, name="karin").status_code == 403


@pytest.mark.parametrize(
    "field, changes",
    [
        ("external_id", {"external_id": ""}),
        ("service", {"service": None}),
        ("hours", {"hours": "0"}),
        ("hours", {"hours": "Support request lifetime"}),
        ("hours", {"hours": "-1"}),
        ("engineer_country", {"engineer_country": "12"}),
        ("requested_at", {"requested_at_0": "2026-13-45"}),
        ("requested_at", {"requested_at_0": "2999-01-01"}),
        ("recorded_afterwards", {"requested_at_0": "2026-01-01"}),
        ("justification", {"justification": "x" * 20_001}),
    ],
)
def test_a_field_that_is_wrong_is_named_and_the_rest_is_kept(cast, field, changes):
    response = send_request(cast, **changes)
    assert response.status_code == 200 and field in errors(response)
    told = {**typed_request(cast), **changes}
    page_text = response.content.decode()
    for value in (told["justification"][:50], told["object_ids"]):
        assert value in page_text
    assert not AccessRequest.objects.exists()


def test_a_number_that_is_recorded_is_refused_by_name(cast):
    send_request(cast)
    response = send_request(cast)
    assert "external_id" in errors(response)
    assert AccessRequest.objects.count() == 1


def test_a_request_recorded_afterwards_says_when_and_why(cast):
    why = "Portalen var nere"
    day = f"{timezone.localtime() - datetime.timedelta(days=3):%Y-%m-%d}"
    response = send_request(cast, requested_at_0=day, recorded_afterwards=why)
    assert response.status_code == 302
    request = AccessRequest.objects.get()
    assert request.recorded_afterwards.text == why
    assert request.recorded_at - request.received_at > datetime.timedelta(days=2)


@pytest.mark.parametrize(
    "text", ["👩‍⚕️ läkare", "\u202eabc\u202c عربي", "å" * 5000, "Tab\tetc"]
)
def test_any_text_is_kept_as_typed(cast, text):
    send_request(cast, justification=text)
    assert AccessRequest.objects.get().justification.text == text


def test_an_employer_that_is_not_told_is_not_made_up(cast):
    subject = cast.new()
    who = subject.access_request
    assert who.employer_entity == ""
    shown = words(in_english(cast.karin).get(page(subject)))
    assert "employer not told" in shown
    assert not re.search("<dd> ?Microsoft", shown)
