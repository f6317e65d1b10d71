"""An Azure Customer Lockbox to talk to, and the cast's connection set to use it."""

from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from cryptography import x509

from audit_app import acting
from lockbox_site.simulators.azure import Simulator
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import case, decision, people
from requests_app.oversight.sweep import poll_all
from requests_app.providers.azure import client
from requests_app.registers.models.cloud import CloudObject, Connection
from tests.cast import VM, hours
from tests.helpers import prism as helper
from tests.helpers.two_persons import changed_by_managers
from tests.helpers.worlds import reused
from tests.providers.helpers import applied
from tests.standin.entra import EntraStandIn
from tests.standin.tls import TlsProxy, make_certificate

GENEROUS = 300.0  # seconds
SPECIFICATION = (
    Path(__file__).parent
    / "specification"
    / "customerlockbox_2018-02-28-preview.swagger.json"
)


class Patience(httpx.Timeout):
    """Waits as long as this machine needs, but not for what will not answer: no test
    depends on how fast the machine is."""

    def __init__(self, standin=None):
        self.standin = standin
        self.connect = self.write = self.pool = GENEROUS

    @property
    def read(self):
        faults = self.standin.faults.values() if self.standin else []
        return 1.0 if any(queue[:1] == ["slow"] for queue in faults) else GENEROUS


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    monkeypatch.setattr(client, "TIMEOUT", Patience())


@pytest.fixture
def standin(cast, monkeypatch):
    """A simulator that the cast's Azure connection is asked and answered through."""
    with Simulator() as server:
        monkeypatch.setattr(client, "TIMEOUT", Patience(server))
        monkeypatch.setenv("LOCKBOX_AZURE_ENDPOINT", server.url)
        connection = Connection.objects.get(name="azure")
        changed_by_managers(cast, connection, is_automatic=True)
        yield server


@pytest.fixture
def identity(tmp_path, monkeypatch):
    """A certificate as our identity, an authority that knows it, and TLS in front of
    whatever is asked: `secure(address)` is its https address."""
    mine = make_certificate(tmp_path, "identity")
    server = make_certificate(tmp_path, "127.0.0.1")
    public = x509.load_pem_x509_certificate(mine.read_bytes()).public_key()
    with ExitStack() as stack:
        entra = stack.enter_context(EntraStandIn(public))
        front = stack.enter_context(TlsProxy(entra.port, server))
        entra.address = front.url
        for name, value in {
            "AZURE_AUTHORITY_HOST": front.url,
            "AZURE_TENANT_ID": "tenant",
            "AZURE_CLIENT_ID": "a-client",
            "AZURE_CLIENT_CERTIFICATE_PATH": str(mine),
            "REQUESTS_CA_BUNDLE": str(server),
            "SSL_CERT_FILE": str(server),
        }.items():
            monkeypatch.setenv(name, value)
        client.credential.cache_clear()

        def secure(address):
            port = int(address.rpartition(":")[2])
            return stack.enter_context(TlsProxy(port, server)).url

        yield SimpleNamespace(entra=entra, secure=secure)
    client.credential.cache_clear()


def azure_decided(cast, standin, outcome="granted", number="R-1"):
    """An Azure request polled, worked and decided: its answer waits in the outbox."""
    subject = azure_proposed(cast, standin, outcome, number)
    return _decided(cast, subject)


@reused
def _decided(cast, subject):
    decision.decide(subject, by=cast.bo, no_conflict=True)
    return subject


def azure_proposed(cast, standin, outcome="granted", number="R-1"):
    assert CloudObject.objects.filter(external_id=VM).exists()
    standin.apply(number, at=applied(), resourceIds=VM)
    return _proposed(cast, outcome, number)


@reused
def _proposed(cast, outcome, number):
    poll_all()
    subject = SecrecyReview.objects.get(access_request__external_id=number)
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject, tested=[cast.tested("OSL-18-8", "does_not_apply")])
    cast.propose(subject, outcome=outcome)
    return subject


def later(minutes):
    return acting.at(hours(minutes / 60))


def until_finished(rounds=20):
    """Sweep after sweep, as time goes on, until the outbox is empty."""
    minutes = 0.0
    for _round in range(rounds):
        with later(minutes):
            deliver_due()
        waits = OutboxMessage.objects.filter(finished_at=None).exclude(topic="webhook")
        if not waits.exists():
            return
        minutes += 31
    raise AssertionError("never concluded")


@pytest.fixture(scope="session")
def prism():
    """prism(*arguments) starts Prism on the specification; yields its address."""
    with ExitStack() as running:
        yield lambda *how: running.enter_context(helper.prism(SPECIFICATION, *how))
