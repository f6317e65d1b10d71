"""Google Cloud Access Approval: asked, answered, read back, revoked, and its signature."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from audit_app import acting
from requests_app.cases.access.models import (
    AccessGrant,
    Delivery,
    OutboxAttempt,
    OutboxMessage,
)
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.core.models import Heartbeat
from requests_app.oversight.sweep import poll_all, troubles
from requests_app.providers import google as room
from requests_app.providers.google import client
from requests_app.providers.protocol import Unreachable
from tests.helpers.web import in_english, page, work_of
from tests.providers.azure.conftest import until_finished
from tests.providers.google.conftest import number
from tests.providers.helpers import applied, decided, revoke

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parent / "specification" / "sample_access_approval_request.json"


def test_the_documents_sample_is_read():
    (piece,) = room.applications(SAMPLE.read_bytes())
    read = room.application(piece.value)
    assert read.external_id == "projects/123456/approvalRequests/xyzabc123"
    assert read.object_ids == ("projects/123456",)
    assert (read.engineer_country, read.support_case) == ("US", "Case number: bar123")
    assert read.duration_minutes == 5 * 24 * 60
    assert (read.provider_status, read.concluded) == ("PENDING", "")


@pytest.mark.parametrize(
    "shown, status, concluded",
    [
        ({"approve": {}}, "APPROVED", "approved"),
        ({"approve": {"autoApproved": True}}, "AUTO_APPROVED", "approved"),
        ({"approve": {"policyApproved": True}}, "POLICY_APPROVED", "approved"),
        ({"approve": {"invalidateTime": "x"}}, "INVALIDATED", "revoked"),
        ({"dismiss": {}}, "DISMISSED", "denied"),
        ({"dismiss": {"implicit": True}}, "EXPIRED", "lapsed"),
        ({"state": "never heard of"}, "NEVER HEARD OF", ""),
    ],
)
def test_its_state_is_told_by_what_it_holds(shown, status, concluded):
    value = {**json.loads(SAMPLE.read_text()), **shown, "aNewField": 7}
    read = room.application(value)
    assert (read.provider_status, read.concluded) == (status, concluded)
    assert read.extra["aNewField"] == 7
    without = room.application({**json.loads(SAMPLE.read_text()), "aNewField": 7})
    assert read.terms_digest == without.terms_digest


@pytest.mark.parametrize("outcome, word", [("granted", "approve"), ("refused", "deny")])
def test_it_is_answered_for_the_time_granted_and_read_back(cast, google, outcome, word):
    google.apply(number("1"), at=applied())
    decided(cast, number("1"), outcome)
    deliver_due()
    assert google.decisions == [(number("1"), word)]
    task = Delivery.objects.get()
    assert (task.status, str(task.confirmed_by)) == ("confirmed", "Lockbox (outbox)")
    if word == "approve":
        sent = json.loads(OutboxAttempt.objects.get().sent.text)
        ends = datetime.fromisoformat(sent["expireTime"]) - acting.now()
        assert timedelta(minutes=58) < ends <= timedelta(minutes=60)
        assert task.signature == "verified"
        kept = json.loads(OutboxAttempt.objects.get().came_back.text)
        assert kept["approve"]["signatureInfo"]["signature"]
        shown = in_english(cast.eva).get(page(task)).content.decode()
        assert "Verified" in shown
    assert AccessGrant.objects.count() == (word == "approve")


def test_access_is_invalidated_when_it_is_revoked(cast, google):
    google.apply(number("1"), at=applied())
    subject = decided(cast, number("1"))
    deliver_due()
    revoke(cast, subject)
    deliver_due()
    assert google.decisions == [(number("1"), "approve"), (number("1"), "revoke")]
    assert AccessGrant.objects.get().end_reason == "revoked"
    assert google.known == {"list", "get", "approve", "invalidate"}


@pytest.mark.long
@pytest.mark.parametrize(
    "faults",
    [["cut after"], ["500 after"], ["429"], ["cut", "500 after"], ["unknown status"]],
    ids=",".join,
)
def test_every_trouble_ends_in_one_answer(cast, google, faults):
    google.apply(number("1"), at=applied())
    decided(cast, number("1"))
    google.faults["decide"] = list(faults)
    until_finished()
    assert google.decisions == [(number("1"), "approve")]
    assert Delivery.objects.get().status == "confirmed"
    if "unknown status" in faults:
        google.broken.clear()  # the document has no such field


@pytest.mark.parametrize(
    "fault, status",
    [
        ("expired", "lapsed"),
        ("other approves", "elsewhere"),
        ("other denies", "elsewhere"),
    ],
)
def test_what_another_did_is_looked_up_where_the_refusal_says_nothing(
    cast, google, fault, status
):
    google.apply(number("1"), at=applied())
    decided(cast, number("1"))
    google.faults["decide"] = [fault]
    until_finished()
    assert google.decisions == [] and not AccessGrant.objects.exists()
    assert AccessRequest.objects.get().status == status


# -- The signature -----------------------------------------------------------------------


def test_a_signature_by_another_key_is_put_before_a_person(cast, google):
    google.forges = True
    google.apply(number("1"), at=applied())
    decided(cast, number("1"))
    deliver_due()
    # It took effect all the same, and is told as it is.
    task = Delivery.objects.get()
    assert (task.status, task.signature) == ("confirmed", "doubtful")
    arrival = Arrival.objects.get(result="not_taken")
    assert number("1") in arrival.trouble
    assert any(item.wants == arrival.trouble for item in work_of(cast.nils).values())
    shown = in_english(cast.eva).get(page(task)).content.decode()
    assert "Could not be verified" in shown


def approved(google, **info):
    google.apply(number("1"))
    google.become(number("1"), "approved")
    value = google.requests[number("1")]
    value["approve"]["signatureInfo"].update(info)
    return value


@pytest.mark.parametrize(
    "info",
    [
        {"signature": "AAAA"},
        {"signature": "not base64!"},
        {"signature": 7},
        {"serializedApprovalRequest": "AAAA"},
        {"serializedApprovalRequest": None},
    ],
    ids=str,
)
def test_an_odd_signature_does_not_hold(google, info):
    value = approved(google, **info)
    assert client.proof_of(number("1"), value, google.public_key).trouble


def test_it_is_of_the_request_that_was_asked_about(google):
    value = approved(google)
    assert not client.proof_of(number("1"), value, google.public_key).trouble
    assert client.proof_of(number("2"), value, google.public_key).trouble
    assert client.proof_of(number("1"), value, b"no key").trouble
    assert client.proof_of(number("1"), {}, google.public_key) is None
    assert client._name_in(b"\x0a\x01a\x0a\x01b") is None  # named twice
    assert client._name_in(b"\x0a\x7fa") is None  # cut off


def test_without_a_pinned_key_nothing_is_verified_and_it_is_said(
    cast, google, monkeypatch
):
    monkeypatch.delenv("LOCKBOX_GOOGLE_SIGNING_KEY")
    proof = client.connect("projects/1").proof_of(number("1"), approved(google))
    assert "LOCKBOX_GOOGLE_SIGNING_KEY" in proof.trouble
    told = {
        str(row.name): row.trouble for row in client.connect("projects/1").standing()
    }
    assert len(told) == 2 and sum(map(bool, told.values())) == 1


# -- Who we are --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [None, "{}", "no json", '{"type": "service_account"}']
)
def test_odd_credentials_are_trouble_of_this_connection_alone(
    cast, google, monkeypatch, tmp_path, content
):
    path = tmp_path / "credentials.json"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("LOCKBOX_GOOGLE_ENDPOINT", "https://127.0.0.1:1")
    monkeypatch.setenv("LOCKBOX_GOOGLE_CREDENTIALS_FILE", str(path))
    client._credentials.cache_clear()
    poll_all()
    (told,) = troubles(Heartbeat.objects.all())
    assert "google" in told


def test_start_up_and_the_web_know_nothing_of_google_auth():
    code = (
        "import sys, django; django.setup();"
        "import lockbox_site.urls, requests_app.desk.sweep;"
        "import requests_app.providers.google.client;"
        "print([m for m in sys.modules if m.split('.')[0] in ('google', 'botocore')])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"DJANGO_SETTINGS_MODULE": "lockbox_site.settings", "PATH": "/usr/bin"},
        check=True,
    )
    assert told.stdout.strip() == "[]"


def test_where_google_auth_is_missing_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.auth", None)
    client._credentials.cache_clear()
    with pytest.raises(Unreachable, match=r"lockbox\[google\]"):
        client.token()


def test_it_is_given_up_where_google_does_not_know_the_request(cast, google):
    google.apply(number("1"), at=applied())
    decided(cast, number("1"))
    del google.requests[number("1")]
    deliver_due()
    assert number("1") in OutboxMessage.objects.get(topic="answer").trouble
    assert google.attempts == []
