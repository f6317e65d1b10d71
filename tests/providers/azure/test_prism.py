"""The shape, held by Prism against the specification; the identity, by certificate."""

import httpx
import pytest
from azure.identity import ManagedIdentityCredential

from requests_app.cases.access.models import Delivery
from requests_app.oversight.sweep import poll_all
from requests_app.providers.azure import client
from requests_app.providers.azure.client import AzureLockbox
from tests.providers.azure.conftest import azure_decided, until_finished

pytestmark = [pytest.mark.long, pytest.mark.django_db]


def test_without_a_certificate_the_managed_identity_is_used(monkeypatch):
    client.credential.cache_clear()
    monkeypatch.delenv("AZURE_CLIENT_CERTIFICATE_PATH", raising=False)
    assert isinstance(client.credential(), ManagedIdentityCredential)
    client.credential.cache_clear()


SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
NUMBER = "22222222-2222-2222-2222-222222222222"


def test_prism_accepts_our_calls_and_refuses_a_wrong_body(
    cast, monkeypatch, prism, identity
):
    monkeypatch.setenv("LOCKBOX_AZURE_ENDPOINT", identity.secure(prism("mock")))
    connector = AzureLockbox(SUBSCRIPTION)
    # Prism makes up a next page; the first shows that the call was accepted.
    assert next(connector.pending()).value["type"]
    assert connector.get(NUMBER).value["properties"]
    good = b'{"status": "Approve", "reason": "OSL 10:2 a"}'
    assert connector.decide(NUMBER, "approve", good).status == 200
    # Prism would have noticed: a wrong value, a wrong type, no object at all.
    for wrong in (b'{"status": "Perhaps"}', b'{"status": 1}', b'"Approve"'):
        assert connector.decide(NUMBER, "approve", wrong).status in (400, 422), wrong
    # One token, for the certificate's proof, for the right scope.
    ((scope, claims),) = identity.entra.assertions
    assert scope.startswith("https://management.azure.com/.default")
    assert claims["iss"] == "a-client"


def test_prism_refuses_a_call_without_a_token(prism):
    address = prism("mock")
    url = f"{address}/subscriptions/x/providers/Microsoft.CustomerLockbox/requests"
    assert httpx.get(url, params={"api-version": "x"}, timeout=60).status_code == 401


def test_no_token_travels_unprotected(cast, standin, identity):
    poll_all()
    assert standin.calls and identity.entra.assertions == []
    assert "Authorization" not in standin.headers


def test_a_request_lives_its_whole_life_behind_prism(
    cast, standin, monkeypatch, prism, identity
):
    front = identity.secure(prism("proxy", standin.url))
    monkeypatch.setenv("LOCKBOX_AZURE_ENDPOINT", front)
    azure_decided(cast, standin)
    # Prism now and then drops a call; that is trouble like any other.
    until_finished()
    assert standin.decisions == [("R-1", "Approve")]
    assert Delivery.objects.get().status == "confirmed"
