"""Exchange Online to talk to, over TLS and with a certificate, and the cast's Microsoft
365 set to use it."""

import pytest
from django.utils import translation

from lockbox_site.simulators.exchange_online import Simulator
from requests_app.providers import http
from requests_app.providers.exchange_online import client
from requests_app.registers.models.cloud import Connection
from tests.helpers.entra import identity
from tests.helpers.mailboxes import (
    mailbox,  # noqa: F401
    names,  # noqa: F401
    provider,  # noqa: F401
    read,  # noqa: F401
)
from tests.helpers.two_persons import changed_by_managers
from tests.providers.azure.conftest import Patience
from tests.providers.exchange_online.activity_feed import Feed
from tests.providers.exchange_online.graph_server import Graph
from tests.providers.exchange_online.log_reading import NOW


@pytest.fixture
def exchange(cast, monkeypatch, tmp_path):
    """The simulator behind TLS; `identity` is who we are to it."""
    with (
        identity(tmp_path, monkeypatch, "LOCKBOX_EXCHANGE") as known,
        Simulator(pem=str(known.server)) as server,
    ):
        monkeypatch.setattr(client, "TIMEOUT", Patience(server))
        server.identity = known
        monkeypatch.setenv("LOCKBOX_EXCHANGE_ONLINE_ENDPOINT", server.url)
        connection = Connection.objects.get(name="m365")
        changed_by_managers(cast, connection.product, channel="exchange_online")
        changed_by_managers(cast, connection, is_automatic=True)
        yield server


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def feed(monkeypatch):
    with Feed() as server:
        server.hold.set()
        # As these tests reckon: they were read in before the first of them began.
        server.now = lambda: NOW
        monkeypatch.setitem(http.LIMITS, "timeout", Patience(server))
        monkeypatch.setenv("LOCKBOX_EXCHANGE_LOG_ENDPOINT", server.url)
        yield server


@pytest.fixture
def graph(monkeypatch):
    with Graph() as server:
        server.hold.set()
        monkeypatch.setitem(http.LIMITS, "timeout", Patience(server))
        monkeypatch.setenv("LOCKBOX_GRAPH_ENDPOINT", server.url)
        yield server
