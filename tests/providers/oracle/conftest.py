"""Oracle's two interfaces to talk to, which verify each signature by themselves."""

import base64
import hashlib
import re

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from lockbox_site.simulators import oracle, oracle_managed
from requests_app.providers import http
from tests.providers.azure.conftest import Patience
from tests.providers.helpers import connected

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY_ID = "ocid1.tenancy.oc1..t/ocid1.user.oc1..u/20:3b:97:13:55:1c:fe:0d:1c:2c:3a:4b:5c:6d:7e:8f"


def signed(call):
    """What Oracle's own description of its signatures asks for, once more."""
    parts = dict(re.findall(r'(\w+)="([^"]*)"', call.headers["authorization"]))
    assert (parts["version"], parts["algorithm"]) == ("1", "rsa-sha256")
    assert parts["keyId"] == KEY_ID
    names = parts["headers"].split()
    needed = {"date", "(request-target)", "host"}
    if call.method == "POST":
        needed |= {"content-length", "content-type", "x-content-sha256"}
        digest = base64.b64encode(hashlib.sha256(call.body).digest()).decode()
        assert call.headers["x-content-sha256"] == digest
    assert set(names) == needed
    target = {"(request-target)": f"{call.method.lower()} {call.target}"}
    text = "\n".join(
        f"{name}: {target.get(name) or call.headers[name]}" for name in names
    )
    KEY.public_key().verify(
        base64.b64decode(parts["signature"]),
        text.encode(),
        padding.PKCS1v15(),
        SHA256(),
    )


def checked(simulator):
    class Checked(simulator):
        broken = ()

        def answer(self, call):
            try:
                signed(call)
            except Exception as error:
                self.broken = (*self.broken, repr(error))
            return super().answer(call)

    return Checked


@pytest.fixture
def key(monkeypatch, tmp_path):
    path = tmp_path / "key.pem"
    path.write_bytes(
        KEY.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    monkeypatch.setenv("LOCKBOX_ORACLE_KEY_ID", KEY_ID)
    monkeypatch.setenv("LOCKBOX_ORACLE_PRIVATE_KEY_FILE", str(path))
    return path


@pytest.fixture
def operator(cast, key, monkeypatch):
    with checked(oracle.Simulator)() as server:
        monkeypatch.setitem(http.LIMITS, "timeout", Patience(server))
        monkeypatch.setenv("LOCKBOX_ORACLE_ENDPOINT", server.url)
        objects = [oracle.RESOURCE]
        server.connection = connected(
            cast, "oracle", oracle.COMPARTMENT, objects, can_extend=True
        )
        yield server
        assert server.broken == ()


@pytest.fixture
def managed(cast, key, monkeypatch):
    with checked(oracle_managed.Simulator)() as server:
        monkeypatch.setitem(http.LIMITS, "timeout", Patience(server))
        monkeypatch.setenv("LOCKBOX_ORACLE_MANAGED_ENDPOINT", server.url)
        lockbox = oracle_managed.LOCKBOX
        server.connection = connected(cast, "oracle_managed", lockbox, [lockbox])
        yield server
        assert server.broken == ()
