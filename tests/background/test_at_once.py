"""Clients are told as soon as it is committed, each by itself: one that hardly answers
keeps nobody else waiting, and what stops access goes first."""

import json
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest
from django.db import connection

from audit_app.acting import acting_as
from requests_app.cases.access import clients as access_clients
from requests_app.cases.access import outbox as access_outbox
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.access.steps import outbox
from requests_app.cases.intake.models.request import AccessRequest
from tests.cast import Cast
from tests.helpers.caller import Caller
from tests.standin.dripping import Dripping
from tests.standin.receiver import Receiver, World
from tests.standin.tls import TlsProxy, make_certificate

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
EVENTS, HEALTHY = 4, 4
STATUS, REVOKED = OutboxMessage.Event.STATUS, OutboxMessage.Event.REVOKED


@pytest.fixture
def receivers(monkeypatch, tmp_path):
    """Four that answer, and one that drips: each with its own name in the world."""
    world = World(monkeypatch)
    trusted = tmp_path / "trusted.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with ExitStack() as stack:
        healthy = [stack.enter_context(Receiver()) for _number in range(HEALTHY)]
        dripping = stack.enter_context(Dripping("headers"))
        for number, one in enumerate([dripping, *healthy]):
            name, address = f"hook{number}.example", f"93.184.215.{number + 1}"
            pem = make_certificate(tmp_path, name)
            with trusted.open("ab") as file:
                file.write(pem.read_bytes())
            world.names[name] = [address]
            world.ports[address] = stack.enter_context(TlsProxy(one.port, pem)).port
        yield healthy


@pytest.fixture
def requests(cast: Cast):
    """Four of a connection with five clients, of which the first drips."""
    clients = [
        access_clients.make_client(cast.contract, by=cast.sam, name=f"Client {number}")
        for number in range(HEALTHY + 1)
    ]
    for number in range(EVENTS):
        Caller(clients[0]).apply(f"P-{number}")
    for number, made in enumerate(clients):
        url = f"https://hook{number}.example/"
        access_clients.listen_at(made.client, by=cast.sam, webhook_url=url)
        access_clients.new_webhook_secret(made.client, by=cast.sam)
    return list(AccessRequest.objects.order_by("pk"))


def tell(cast, access_request, event):
    with acting_as(cast.sweeper):
        outbox.tell_provider(access_request, event)


def types(receiver):
    return [json.loads(body)["type"] for _headers, body in receiver.got]


def wait_until(is_so, seconds):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)


@contextmanager
def sending():
    over = threading.Event()
    sender = threading.Thread(target=access_outbox.send_at_once, args=(over,))
    sender.start()
    try:
        yield
    finally:
        over.set()
        with connection.cursor() as cursor:
            cursor.execute("notify lockbox_outbox")
        sender.join(60)


def test_one_that_drips_delays_no_other(cast, requests, receivers):
    with sending():
        began = time.monotonic()
        for access_request in requests:
            tell(cast, access_request, STATUS)
        wait_until(lambda: all(len(one.got) == EVENTS for one in receivers), 90)
        print(f"{EVENTS} events to {HEALTHY}: {time.monotonic() - began:.1f} s")
        began = time.monotonic()
        tell(cast, requests[-1], REVOKED)
        wait_until(lambda: all(REVOKED in types(one) for one in receivers), 5)
        print(f"a revocation: {time.monotonic() - began:.1f} s")


def test_the_sweep_alone_gives_each_its_share(cast, requests, receivers):
    for access_request in requests:
        tell(cast, access_request, STATUS)
    tell(cast, requests[-1], REVOKED)
    began = time.monotonic()
    deliver_due()
    assert time.monotonic() - began < 60
    for one in receivers:
        assert types(one)[0] == REVOKED and len(one.got) == EVENTS + 1
