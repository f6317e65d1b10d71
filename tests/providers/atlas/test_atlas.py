"""MongoDB Atlas: a person records what the support case asks; a cluster is opened for a
time and closed again."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.urls import reverse

from audit_app import acting
from lockbox_site.simulators.atlas import GRANT, Simulator
from requests_app.cases.access.models import (
    AccessGrant,
    Delivery,
    OutboxMessage,
    SideDoor,
)
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.review.steps import revocation
from requests_app.core.models import Heartbeat
from requests_app.oversight.sweep import poll_all, troubles
from requests_app.providers import atlas
from requests_app.providers.atlas import client
from requests_app.providers.protocol import Answer, Unreachable
from requests_app.providers.reading import Unreadable
from tests.cast import hours
from tests.helpers.prism import prism
from tests.helpers.web import signed_in
from tests.providers.doors import Patience, connected, decided, typed
from tests.standin.tls import TlsProxy, make_certificate

pytestmark = pytest.mark.django_db
SPECIFICATION = Path(__file__).parent / "specification" / "atlas-employee-access.json"
PROJECT = "32b6e34b3d91647abb20e7b8"
CLUSTER = "cluster0"
NUMBER = f"{CLUSTER}/01234567"


@pytest.fixture
def server(cast, monkeypatch):
    with Simulator() as simulator:
        monkeypatch.setattr(client, "TIMEOUT", Patience(simulator))
        monkeypatch.setenv("LOCKBOX_ATLAS_ENDPOINT", simulator.url)
        simulator.apply(CLUSTER)
        simulator.connection = connected(cast, "atlas", PROJECT, CLUSTER)
        yield simulator


def opened(cast, server, service="CLUSTER_INFRASTRUCTURE"):
    typed(cast, server.connection, NUMBER, CLUSTER, service)
    poll_all()
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


def test_a_recorded_request_opens_the_cluster_as_decided_and_is_read_back(cast, server):
    opened(cast, server)
    grant = server.requests[CLUSTER][GRANT]
    assert grant["grantType"] == "CLUSTER_INFRASTRUCTURE"
    ends = datetime.fromisoformat(grant["expirationTime"]) - acting.now()
    assert timedelta(minutes=88) < ends <= timedelta(minutes=90)
    assert Delivery.objects.get().status == "confirmed"
    poll_all()
    request = AccessRequest.objects.get()
    assert (request.revision, request.status) == (1, "access_open")
    assert not SideDoor.objects.exists()


def test_it_closes_by_the_clock_there_as_here(cast, server):
    opened(cast, server)
    server.requests[CLUSTER].pop(GRANT)  # its time is out there
    with later(88):
        poll_all()
        assert AccessGrant.objects.get().status == "open"


def test_a_refusal_leaves_it_closed_without_a_call(cast, server):
    typed(cast, server.connection, NUMBER, CLUSTER)
    decided(cast, NUMBER, outcome="refused", granted_minutes=None)
    deliver_due()
    assert server.decisions == [] and GRANT not in server.requests[CLUSTER]
    assert Delivery.objects.get().status == "confirmed"


def test_a_revocation_closes_it_and_is_read_back(cast, server):
    ordered = revoke(cast, opened(cast, server))
    deliver_due()
    assert [word for _name, word in server.decisions] == ["grant", "revoke"]
    ordered.refresh_from_db()
    assert ordered.status == "confirmed"
    assert AccessGrant.objects.get().end_reason == "revoked"


def test_what_the_vendor_closes_by_itself_has_ended_here(cast, server):
    opened(cast, server)
    server.become(CLUSTER, "closed")
    with later(1):
        poll_all()
    assert AccessGrant.objects.get().end_reason == "completed"


@pytest.mark.long
@pytest.mark.parametrize(
    "fault", ["429", "500", "cut", "cut after", "500 after", "slow"]
)
def test_faults_of_the_answer_open_it_once(cast, server, fault):
    typed(cast, server.connection, NUMBER, CLUSTER)
    decided(cast, NUMBER, granted_minutes=90)
    server.faults["decide"] = [fault]
    for turn in range(8):
        with later(5 * turn):
            deliver_due()
    assert server.decisions == [(CLUSTER, "grant")]
    assert OutboxMessage.objects.get(topic="answer").result == "delivered"
    # Without a type of Atlas's own the least is granted.
    assert server.requests[CLUSTER][GRANT]["grantType"] == "CLUSTER_DATABASE_LOGS"


def test_a_grant_of_before_does_not_stand_for_a_request(cast, server):
    server.become(CLUSTER, "approved")
    typed(cast, server.connection, NUMBER, CLUSTER)
    poll_all()
    assert AccessRequest.objects.get().status == "elsewhere"


def test_a_cluster_that_is_gone_says_so_in_words(cast, server):
    typed(cast, server.connection, NUMBER, CLUSTER)
    del server.requests[CLUSTER]
    poll_all()
    (trouble,) = troubles(Heartbeat.objects.all())
    assert CLUSTER in trouble


def test_a_number_that_leads_to_no_cluster_is_refused_where_it_is_typed(cast, server):
    page = signed_in(cast.nils)
    answer = page.post(
        reverse("admin:requests_app_accessrequest_add"),
        {"connection": server.connection.pk, "external_id": "01234567"},
    )
    assert "cluster0/01234567" in answer.content.decode()
    assert not AccessRequest.objects.exists()


@pytest.mark.parametrize("value", [[], {}, {"cluster": 1}, {"cluster": {GRANT: "x"}}])
def test_what_is_no_cluster_is_said_to_be_none(value):
    with pytest.raises(Unreadable):
        atlas.application(value)


def test_the_list_is_read_to_its_end(server, monkeypatch):
    monkeypatch.setattr(client, "PER_PAGE", 1)
    monkeypatch.setattr(client, "MOST_PAGES", 3)
    with pytest.raises(Unreachable):
        list(client.connect(PROJECT).open_doors())


@pytest.mark.long
@pytest.mark.needs("node")
def test_prism_holds_our_calls_against_atlas_s_specification(
    cast, server, tmp_path, monkeypatch
):
    certificate = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with (
        prism(SPECIFICATION, "proxy", server.url) as address,
        TlsProxy(int(address.rpartition(":")[2]), certificate) as front,
    ):
        monkeypatch.setenv("LOCKBOX_ATLAS_ENDPOINT", front.url)
        monkeypatch.setitem(client._tokens, front.url, (float("inf"), "a-token"))
        opened(cast, server)
        assert server.decisions == [(CLUSTER, "grant")]
        assert Delivery.objects.get().status == "confirmed"
        revoke(cast, AccessRequest.objects.get().reviews.get())
        deliver_due()
        assert server.decisions[-1] == (CLUSTER, "revoke")
        # Prism would have noticed: a name that no cluster has, or no token. (The
        # specification calls the whole grant read-only, so its body is not held.)
        reply = client.connect(PROJECT).decide("-odd-/1", "revoke", b"")
        assert reply.status in (400, 422)
        assert (
            httpx.get(
                f"{address}/api/atlas/v2/groups/{PROJECT}/clusters", timeout=60
            ).status_code
            == 401
        )


def test_the_body_of_a_grant_is_what_the_specification_has():
    at = datetime.fromisoformat("2026-01-24T11:13:14+00:00")
    body = json.loads(
        atlas.answer_body(Answer("approve", "x", 60, at, "cluster_infrastructure"))
    )
    assert body == {
        "grantType": "CLUSTER_INFRASTRUCTURE",
        "expirationTime": "2026-01-24T11:13:14Z",
    }
    assert atlas.answer_body(Answer("revoke", "x")) == ""
