"""What a notice lacks is added from the portal; its names stand apart until joined."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import request as steps_request
from requests_app.core.step import WrongState
from tests.cast import MAILBOX
from tests.helpers.mailboxes import received
from tests.helpers.request_form import send_request
from tests.helpers.web import page, signed_in, step_url

pytestmark = pytest.mark.django_db

GUID = "3f0c8f6e-1111-4222-8333-444455556666"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"picture"
PORTAL = {
    "service": "Exchange",
    "object_ids": MAILBOX,
    "justification": "Felsökning",
    "hours": "2",
    "support_case": "SR-77",
    "portal_text": "EXSR100001 Exchange 4 hours",
}


def draft(cast):
    return received(cast).access_request


def test_one_form_completes_a_draft_and_routes_it(cast):
    request = draft(cast)
    client = signed_in(cast.nils)
    shown = client.get(page(request)).content.decode()
    assert "Komplettera från portalen" in shown
    url = step_url(request, "complete")
    asked = client.get(url).content.decode()
    assert "id_external_id" not in asked and "id_requested_at" not in asked
    file = SimpleUploadedFile("portal.png", PICTURE)
    client.post(url, {**PORTAL, "seen": request.version, "do": "1", "picture": file})
    request = AccessRequest.objects.get()
    assert not request.is_draft and request.duration_minutes == 120
    assert (request.external_id, request.support_case) == ("EXSR100001", "SR-77")
    assert SecrecyReview.objects.get().authority == cast.gsn
    arrival = request.arrivals.first()
    assert arrival.result == "completion" and arrival.source.body == PICTURE
    assert json.loads(arrival.payload.text)["portal_text"] == PORTAL["portal_text"]
    kept_at = page(request, "payload", arrival.pk)
    shown = signed_in(cast.lena).get(kept_at, {"picture": "1"})
    assert shown.getvalue() == PICTURE


def test_what_came_whole_is_not_completed(cast):
    request = cast.request()
    with pytest.raises(WrongState):
        steps_request.complete_notice(
            request, by=cast.lena, application=None, payload=b""
        )
    with pytest.raises(PermissionDenied):
        steps_request.complete_notice(
            draft(cast), by=cast.karin, application=None, payload=b""
        )


def test_the_three_names_are_joined_by_a_person_with_a_ground(cast):
    request = draft(cast)
    steps_request.join_audit_id(
        request, by=cast.nils, audit_id=GUID, reason="Samma tid och godkännare i loggen"
    )
    assert request.history.first().history_change_reason.startswith("Samma tid")
    with pytest.raises(WrongState):
        steps_request.join_audit_id(request, by=cast.nils, audit_id=GUID, reason="x")
    other = cast.request("EXSR7")
    with pytest.raises(ValidationError):
        steps_request.join_audit_id(
            other, by=cast.lena, audit_id=GUID.upper(), reason="x"
        )


def test_each_name_finds_it(cast):
    request = draft(cast)
    steps_request.join_audit_id(request, by=cast.nils, audit_id=GUID, reason="x")
    client = signed_in(cast.nils)
    for name in ("EXSR100001", "SR-77", GUID, GUID[:8], GUID.upper()):
        shown = client.get("/requests_app/accessrequest/", {"q": name})
        assert "EXSR100001" in shown.content.decode(), name
    assert GUID in client.get(page(request)).content.decode()


def test_what_the_machine_does_not_tell_leaves_the_join_alone(cast):
    request = draft(cast)
    steps_request.join_audit_id(request, by=cast.nils, audit_id=GUID, reason="x")
    url = step_url(request, "complete")
    signed_in(cast.nils).post(url, {**PORTAL, "seen": request.version, "do": "1"})
    assert AccessRequest.objects.get().audit_id == GUID


def test_an_id_that_is_none_is_told_at_its_field(cast):
    request = draft(cast)
    values = {"audit_id": "EXSR1", "reason": "x", "seen": request.version, "do": "1"}
    url = step_url(request, "join-audit-id")
    shown = signed_in(cast.nils).post(url, values).content.decode()
    assert "<title>Fel:" in shown and "EXSR1" in shown
    assert not AccessRequest.objects.get().audit_id


def test_a_typed_request_keeps_what_it_was_typed_from(cast):
    file = SimpleUploadedFile("portal.jpg", b"\xff\xd8\xff" + b"picture")
    send_request(cast, "eva", **PORTAL, picture=file, do="1")
    arrival = AccessRequest.objects.get().arrivals.get()
    assert arrival.source.media_type == "image/jpeg"
    assert "4 hours" in arrival.payload.text
