"""A client of the contract API that listens, and a receiver in a world of its own."""

import httpx
import pytest

from requests_app.cases.access import clients
from requests_app.providers import http
from tests.api.conftest import (
    caller,
    other,
)
from tests.standin.receiver import Receiver, World
from tests.standin.tls import TlsProxy, make_certificate

__all__ = ["caller", "other"]

OUTSIDE = "93.184.215.14"
URL = "https://hook.example/lockbox?from=city"


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """No test depends on how fast the machine is."""
    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(300.0))


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


@pytest.fixture
def receiver(world, tmp_path, monkeypatch):
    """A receiver over TLS, called hook.example, trusted and outside our network."""
    pem = make_certificate(tmp_path, "hook.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with Receiver() as server, TlsProxy(server.port, pem) as front:
        world.names["hook.example"] = [OUTSIDE]
        world.ports[OUTSIDE] = front.port
        yield server


@pytest.fixture
def listener(cast, caller, receiver):
    """A client that listens and has a secret to check by."""
    clients.listen_at(caller.client, by=cast.sam, webhook_url=URL)
    caller.signing = [new_secret(cast, caller)]
    return caller


def new_secret(cast, caller):
    return clients.new_webhook_secret(caller.client, by=cast.sam).secret


def withdraw(caller, number="P-1"):
    """A change of status, which is told."""
    caller.apply(number)
    caller.post(f"/requests/{number}/withdraw", {"reason": "x"})
