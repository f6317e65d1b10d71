"""Every exchange with the world has a deadline for the whole of it."""

import threading
import time

import httpx
import pytest

from requests_app.providers import http
from requests_app.providers.azure import client
from requests_app.providers.http import exchange
from requests_app.providers.protocol import Unreachable
from tests.standin.dripping import Dripping
from tests.standin.receiver import Receiver, World
from tests.standin.tls import TlsProxy, make_certificate

pytestmark = pytest.mark.long

WAYS = pytest.mark.parametrize("way", ["silent", "headers", "body"])
# For each read, so that only the deadline of the whole can end it.
PATIENT = httpx.Timeout(300.0)
SOON = 30  # seconds; a drip lasts more than half an hour


@pytest.fixture(autouse=True)
def in_time():
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SOON
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(SOON)
            assert not thread.is_alive(), "a deadline outlives its exchange"


@WAYS
def test_azure_is_not_waited_for_longer_than_one_exchange_may_take(way, monkeypatch):
    monkeypatch.setattr(client, "TIMEOUT", PATIENT)
    monkeypatch.setattr(client, "LONGEST", 1.0)
    with Dripping(way) as server:
        monkeypatch.setenv("LOCKBOX_AZURE_ENDPOINT", f"http://127.0.0.1:{server.port}")
        lockbox = client.connect("1")
        for call in (
            lambda: list(lockbox.pending()),
            lambda: lockbox.get("R-1"),
            lambda: lockbox.decide("R-1", "deny", b"{}"),
        ):
            with pytest.raises(Unreachable, match="1"):
                call()
    assert server.got == 3


@WAYS
def test_nor_is_the_receiver_of_a_webhook(way, tmp_path, monkeypatch):
    monkeypatch.setattr(http, "TIMEOUT", PATIENT)
    monkeypatch.setattr(http, "LONGEST", 2.0)
    pem = make_certificate(tmp_path, "hook.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    world = World(monkeypatch)
    with Dripping(way) as server, TlsProxy(server.port, pem) as front:
        world.ports["93.184.215.14"] = front.port
        with pytest.raises(Unreachable):
            http.post("https://hook.example/", "93.184.215.14", b"{}", {})


def test_what_answers_in_time_is_read_to_its_end():
    with Receiver() as server:
        reply = exchange(
            "POST",
            f"http://127.0.0.1:{server.port}/",
            timeout=PATIENT,
            longest=SOON,
            most_bytes=10,
            content=b"{}",
        )
    assert (reply.status, reply.body) == (204, b"")
