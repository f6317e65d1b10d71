"""A push of Pub/Sub wakes whoever asks, and nothing else: forged ones are refused."""

import base64
import json
import threading
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection
from django.test import Client

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.core.models import Heartbeat
from requests_app.oversight.sweep import poll_when_woken
from tests.providers.google.conftest import number

pytestmark = pytest.mark.django_db
OURS = {
    "aud": "https://lockbox.example.se/wake-up/google/",
    "email": "push@project.iam.gserviceaccount.com",
    "iss": "https://accounts.google.com",
    "email_verified": True,
}


@pytest.fixture
def pushed(monkeypatch, tmp_path):
    """pushed(...) sends one, signed by a key that we know unless another is given."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    known = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [{**known, "kid": "k1", "alg": "RS256"}]}))
    monkeypatch.setenv("LOCKBOX_GOOGLE_PUSH_KEYS", str(path))
    monkeypatch.setenv("LOCKBOX_GOOGLE_PUSH_AUDIENCE", OURS["aud"])
    monkeypatch.setenv("LOCKBOX_GOOGLE_PUSH_EMAIL", OURS["email"])

    def send(message="1", by=key, kid="k1", token=None, body=None, **claims):
        now = acting.now()
        told = {**OURS, "iat": now, "exp": now + timedelta(hours=1), **claims}
        told = {name: value for name, value in told.items() if value is not None}
        token = token or jwt.encode(told, by, algorithm="RS256", headers={"kid": kid})
        data = base64.b64encode(b"{}").decode()
        told = {"message": {"messageId": message, "data": data}, "subscription": "s"}
        return (
            Client()
            .post(
                "/wake-up/google/",
                json.dumps(told) if body is None else body,
                "application/json",
                headers={"Authorization": f"Bearer {token}"},
            )
            .status_code
        )

    return send


def woken():
    return Heartbeat.objects.filter(name__startswith=Heartbeat.WOKEN).count()


def test_a_push_is_taken_once(cast, google, pushed):
    assert pushed("1") == 204 and woken() == 1
    assert pushed("1") == 401 and woken() == 1
    assert pushed("2") == 204 and woken() == 2
    for row in Heartbeat.objects.filter(name__startswith=Heartbeat.WOKEN):
        row.at -= timedelta(hours=4)
        row.save()
    assert pushed("3") == 204 and woken() == 1
    assert not AccessRequest.objects.exists()
    (line,) = LedgerEntry.objects.filter(event="wake_up.refused")
    assert line.object_type == ""


def another():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


FORGED = {
    "another key": lambda: {"by": another()},
    "a key nobody knows": lambda: {"kid": "k2"},
    "for somebody else": lambda: {"aud": "https://another.example.se"},
    "of somebody else": lambda: {"email": "other@project.iam.gserviceaccount.com"},
    "not verified": lambda: {"email_verified": False},
    "by another issuer": lambda: {"iss": "https://evil.example"},
    "run out": lambda: {"exp": acting.now() - timedelta(minutes=5)},
    "without an end": lambda: {"exp": None},
    "from the future": lambda: {"iat": acting.now() + timedelta(hours=1)},
    "no token": lambda: {"token": "x"},
    "without signature": lambda: {"token": jwt.encode(OURS, "", algorithm="none")},
    "signed by what is public": lambda: {
        "token": jwt.encode(OURS, "k" * 32, algorithm="HS256", headers={"kid": "k1"})
    },
    "no JSON": lambda: {"body": "x"},
    "no message": lambda: {"body": "{}"},
    "a list": lambda: {"body": "[]"},
    "nested": lambda: {"body": "[" * 5000},
    "huge": lambda: {"body": json.dumps({"message": {"messageId": "x" * 70_000}})},
}


@pytest.mark.parametrize("how", FORGED)
def test_what_is_forged_is_refused_on_record_and_wakes_nobody(
    cast, google, pushed, how
):
    assert pushed(**FORGED[how]()) == 401
    assert woken() == 0 and google.calls == []
    assert LedgerEntry.objects.filter(event="wake_up.refused").count() == 1


def test_without_its_settings_nobody_is_let_in(cast, google, pushed, monkeypatch):
    monkeypatch.setenv("LOCKBOX_GOOGLE_PUSH_KEYS", "/nowhere.json")
    assert pushed() == 401
    monkeypatch.delenv("LOCKBOX_GOOGLE_PUSH_EMAIL")
    assert pushed() == 401 and woken() == 0


def test_providers_that_push_nothing_have_no_such_page(cast):
    assert Client().post("/wake-up/azure/").status_code == 404
    assert Client().get("/wake-up/google/").status_code == 405


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_who_listens_asks_at_once(cast, google, pushed):
    google.apply(number("1"))
    over, came = threading.Event(), threading.Event()
    google.hooks["list"] = lambda number: came.set()
    listener = threading.Thread(target=poll_when_woken, args=(over,), daemon=True)
    listener.start()
    for attempt in range(20):
        assert pushed(str(attempt)) == 204
        if came.wait(1):
            break
    assert came.is_set()
    over.set()
    listener.join(30)
    assert AccessRequest.objects.get().external_id == number("1")
    connection.close()
