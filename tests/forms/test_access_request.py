"""The form of a request: bad input is named, and nothing typed is lost."""

import datetime
import re

import pytest
from django.utils import timezone

from audit_app.acting import acting_as
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.registers.models.cloud import CloudObject, CloudSystem
from tests.cast import MAILBOX
from tests.helpers.people import give
from tests.helpers.request_form import send_request, typed_request
from tests.helpers.web import errors, in_english, page, step_url, words

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


@pytest.mark.parametrize("name", [MAILBOX, MAILBOX.upper(), "O-17"])
def test_the_service_is_that_of_the_map(cast, name):
    assert send_request(cast, service=None, object_ids=name).status_code == 302
    request = AccessRequest.objects.get()
    assert request.service == CloudObject.objects.get(designation="O-17").system.name


def test_objects_of_two_systems_tell_no_service(cast):
    with acting_as(cast.rut):
        system = CloudSystem.objects.create(connection=cast.m365, name="Another")
        CloudObject.objects.create(
            system=system,
            kind="site",
            designation="O-99",
            external_id="https://site.example",
            authority=cast.gsn,
        )
    response = send_request(cast, service=None, object_ids="O-17\nO-99")
    assert "service" in errors(response)


@pytest.mark.parametrize(
    "field, changes",
    [
        ("external_id", {"external_id": ""}),
        ("service", {"service": None, "object_ids": ""}),
        ("service", {"service": None, "object_ids": "okand@skola.example"}),
        ("service", {"service": None, "object_ids": f"{MAILBOX}\nokand@x.example"}),
        ("hours", {"hours": "0"}),
        ("hours", {"hours": "Support request lifetime"}),
        ("hours", {"hours": "-1"}),
        ("hours", {"hours": "9"}),
        ("engineer_country", {"engineer_country": "12"}),
        ("requested_at", {"requested_at_0": "2026-13-45"}),
        ("requested_at", {"requested_at_0": "2999-01-01"}),
        ("recorded_afterwards", {"requested_at_0": "2026-01-01"}),
        ("justification", {"justification": "x" * 20_001}),
        ("object_ids", {"object_ids": "x" * 1_001}),
    ],
)
def test_a_field_that_is_wrong_is_named_and_the_rest_is_kept(cast, field, changes):
    response = send_request(cast, **changes)
    assert response.status_code == 200 and field in errors(response)
    typed = {**typed_request(cast), **changes}
    page_text = response.content.decode()
    for value in (typed["justification"][:50], typed["object_ids"]):
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


def test_a_number_in_other_letters_leads_to_the_case_for_whoever_sees_it(cast):
    request = cast.request("EXSR418822")
    give(cast, cast.lena, "registrar", cast.nis)
    shown = send_request(cast, name="lena", external_id=" exsr418822 ")
    assert page(request) in str(errors(shown)["external_id"])
    hidden = send_request(cast, external_id="exsr418822")
    assert "external_id" in errors(hidden)
    assert page(request) not in hidden.content.decode()


def test_our_own_designation_is_taken_for_the_object(cast):
    send_request(cast, object_ids="o-17")
    request = AccessRequest.objects.get()
    assert request.requested_objects.get().external_id == MAILBOX
    assert request.reviews.get().authority == cast.gsn
    assert "o-17" in request.arrivals.get().payload.text


def test_a_designation_of_several_objects_is_asked_about(cast):
    with acting_as(cast.intake):
        CloudObject.objects.create(
            system=CloudSystem.objects.get(name="M365"),
            kind="mailbox",
            designation="O-17",
            external_id="other@snc.example",
            authority=cast.snc,
        )
    assert "object_ids" in errors(send_request(cast, object_ids="O-17"))


def test_a_correction_begins_with_what_stands_and_keeps_what_is_typed(cast):
    request = cast.assigned().access_request
    url = step_url(request, "correct-entry")
    client = in_english(cast.lena)
    form = client.get(url).context["form"]
    typed = {
        **typed_request(cast, external_id="EXSR2", hours="9"),
        "reason": "Fel rad",
        "seen": request.version,
    }
    assert form["hours"].value() == "4" and form["object_ids"].value() == MAILBOX
    refused = client.post(url, typed)
    assert "hours" in errors(refused) and "Fel rad" in refused.content.decode()
    assert client.post(url, {**typed, "hours": "3"}).status_code == 302
    request.refresh_from_db()
    assert (request.external_id, request.duration_minutes) == ("EXSR2", 180)


def test_an_answer_past_us_asks_for_a_reference_or_a_proof(cast):
    request = cast.assigned().access_request
    url = step_url(request, "answered-outside")
    now = timezone.localtime()
    typed = {
        "answer": "deny",
        "given_at_0": f"{now:%Y-%m-%d}",
        "given_at_1": f"{now:%H:%M}",
        "way": "phone",
        "given_by": "Jouren",
        "account": "Nätet var nere.",
        "seen": request.version,
    }
    client = in_english(cast.lena)
    assert "reference" in errors(client.post(url, typed))
    assert client.post(url, {**typed, "reference": "INC 1"}).status_code == 302
    assert "Jouren" in client.get(page(request)).content.decode()
