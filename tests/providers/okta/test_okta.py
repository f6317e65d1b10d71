"""Okta Support access: a case asks, or a person does; the org is opened and closed."""

from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from audit_app import acting
from lockbox_site.simulators.okta import Simulator
from requests_app.cases.access.models import (
    AccessGrant,
    Delivery,
    OutboxMessage,
    SideDoor,
)
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.review.steps import revocation
from requests_app.core.models import Heartbeat
from requests_app.oversight.sweep import poll_all, troubles
from requests_app.providers.okta import ORG, client
from requests_app.providers.protocol import Unknown, Unreachable
from tests.cast import hours
from tests.helpers.prism import prism
from tests.providers.doors import Patience, connected, decided, typed
from tests.standin.tls import TlsProxy, make_certificate

pytestmark = pytest.mark.django_db
SPECIFICATION = Path(__file__).parent / "specification" / "okta-support.json"
HOST = "city.okta.example"
NUMBER = "00000144"
NOT_TAKEN_IN = Arrival.Result.NOT_TAKEN_IN


@pytest.fixture
def server(cast, monkeypatch):
    with Simulator() as simulator:
        monkeypatch.setattr(client, "TIMEOUT", Patience(simulator))
        monkeypatch.setenv("LOCKBOX_OKTA_ENDPOINT", simulator.url)
        simulator.connection = connected(cast, "okta", HOST, ORG)
        yield simulator


def asked_for(server, number=NUMBER):
    server.apply(number)
    poll_all()


def opened(cast, server):
    asked_for(server)
    subject = decided(cast, NUMBER, granted_minutes=90)
    deliver_due()
    return subject


def revoke(cast, subject):
    revocation.revoke(
        subject,
        by=cast.bo,
        ground="security",
        reason="An incident",
        reason_for_recipient="Stop",
        no_conflict=True,
    )
    return Delivery.objects.get(answer="revoke")


def later(minutes):
    return acting.at(hours(minutes / 60))


def sent_in_the_end(rounds=8):
    for turn in range(rounds):
        with later(31 * turn):
            deliver_due()


def test_a_case_that_asks_is_decided_opened_until_its_end_and_read_back(cast, server):
    opened(cast, server)
    shown = server.requests[NUMBER]["impersonation"]
    ends = datetime.fromisoformat(shown["expiration"]) - acting.now()
    assert shown["status"] == "ENABLED"
    assert timedelta(minutes=88) < ends <= timedelta(minutes=90)
    assert Delivery.objects.get().status == "confirmed"
    assert poll_all() == [f"{NUMBER}: status"] and poll_all() == []
    assert AccessGrant.objects.get().status == "open"
    assert not SideDoor.objects.exists()


def test_a_case_that_a_person_records_is_opened_by_what_was_typed(cast, server):
    server.apply(NUMBER, impersonation={"status": "NOT_REQUESTED", "expiration": None})
    assert poll_all() == []
    typed(cast, server.connection, NUMBER, ORG)
    poll_all()
    request = AccessRequest.objects.get()
    # What was typed stands: Okta tells only how the door is.
    assert request.justification.text.startswith("The support case")
    assert (request.revision, request.provider_status) == (1, "NOT_REQUESTED")
    decided(cast, NUMBER, granted_minutes=90)
    deliver_due()
    assert server.decisions == [(NUMBER, "ENABLED")]
    poll_all()
    request.refresh_from_db()
    assert (request.revision, request.status) == (1, "access_open")


def test_a_refusal_closes_the_case_and_is_read_back(cast, server):
    asked_for(server)
    decided(cast, NUMBER, outcome="refused", granted_minutes=None)
    deliver_due()
    assert server.decisions == [(NUMBER, "DISABLED")]
    assert Delivery.objects.get().status == "confirmed"


def test_access_is_closed_by_a_revocation_that_is_read_back(cast, server):
    ordered = revoke(cast, opened(cast, server))
    deliver_due()
    assert server.requests[NUMBER]["impersonation"]["status"] == "DISABLED"
    ordered.refresh_from_db()
    assert ordered.status == "confirmed"
    grant = AccessGrant.objects.get()
    assert (grant.status, grant.end_reason) == ("ended", "revoked")


def test_what_the_vendor_closes_by_itself_has_ended_here(cast, server):
    opened(cast, server)
    server.become(NUMBER, "revoked")
    with later(1):
        (line, *_more) = [row for row in poll_all() if "stängd" in row]
    assert line.startswith(NUMBER)
    grant = AccessGrant.objects.get()
    assert (grant.status, grant.end_reason) == ("ended", "completed")


@pytest.mark.long
@pytest.mark.parametrize(
    "fault", ["429", "500", "cut", "cut after", "500 after", "slow"]
)
def test_faults_of_the_answer_open_the_case_once(cast, server, fault):
    asked_for(server)
    decided(cast, NUMBER, granted_minutes=90)
    server.faults["decide"] = [fault]
    sent_in_the_end()
    assert server.decisions == [(NUMBER, "ENABLED")]
    assert OutboxMessage.objects.get(topic="answer").result == "delivered"


@pytest.mark.parametrize("fault", ["doubled", "out of order"])
def test_an_odd_list_changes_nothing(cast, server, fault):
    server.apply(NUMBER)
    server.apply("00000145")
    server.faults["list"] = [fault]
    poll_all()
    assert AccessRequest.objects.count() == 2
    assert not Arrival.objects.filter(result=NOT_TAKEN_IN).exists()


def test_a_case_that_is_gone_says_so_in_words(cast, server):
    asked_for(server)
    del server.requests[NUMBER]
    poll_all()
    (trouble,) = troubles(Heartbeat.objects.all())
    assert NUMBER in trouble
    with pytest.raises(Unknown):
        client.connect(HOST).get(NUMBER)


def test_a_refusal_says_okta_s_own_word(cast, server):
    server.faults["list"] = ["403"]
    with pytest.raises(Unreachable, match="Refused"):
        next(client.connect(HOST).pending())


@pytest.mark.long
@pytest.mark.needs("node")
def test_prism_holds_our_calls_against_okta_s_specification(
    cast, server, tmp_path, monkeypatch
):
    certificate = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("LOCKBOX_OKTA_TOKEN", "a-token")
    with (
        prism(SPECIFICATION, "proxy", server.url) as address,
        TlsProxy(int(address.rpartition(":")[2]), certificate) as front,
    ):
        monkeypatch.setenv("LOCKBOX_OKTA_ENDPOINT", front.url)
        opened(cast, server)
        assert server.decisions == [(NUMBER, "ENABLED")]
        assert Delivery.objects.get().status == "confirmed"
        revoke(cast, AccessRequest.objects.get().reviews.get())
        deliver_due()
        assert server.decisions[-1] == (NUMBER, "DISABLED")
        # Prism would have noticed: a wrong word, or no token.
        wrong = b'{"impersonation": {"status": "PERHAPS"}}'
        reply = client.connect(HOST).decide(NUMBER, "approve", wrong)
        assert reply.status in (400, 422)
        assert httpx.get(f"{address}{client.PATH}", timeout=60).status_code == 401
