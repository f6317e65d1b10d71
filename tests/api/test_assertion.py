"""A token by a JWT that the client signs, and what of it is refused."""

import datetime
import json
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.utils import timezone

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.api.clients import ASSERTION
from requests_app.cases.access import clients
from tests.api.problems import refused
from tests.helpers.caller import Caller

pytestmark = pytest.mark.django_db
HERE = "http://testserver/oauth/token"


def public(key, kid="k-1", alg="ES256"):
    algorithm = jwt.get_algorithm_by_name(alg)
    row = json.loads(algorithm.to_jwk(key.public_key()))
    row.pop("key_ops", None)
    return {**row, "kid": kid, "alg": alg}


class Signer:
    def __init__(self, caller):
        self.caller = caller
        self.key = ec.generate_private_key(ec.SECP256R1())
        answer = caller.put("/client-keys", {"keys": [public(self.key)]})
        assert answer.status_code == 200, answer.content

    def claims(self, **changes):
        name, now = self.caller.client_id, timezone.now()
        claims = {
            "iss": name,
            "sub": name,
            "aud": HERE,
            "exp": now + datetime.timedelta(minutes=5),
            "jti": uuid.uuid4().hex,
            **changes,
        }
        return {name: at for name, at in claims.items() if at is not None}

    def sign(self, key=None, kid="k-1", alg="ES256", **changes):
        headers = {"kid": kid} if kid else {}
        return jwt.encode(
            self.claims(**changes), key or self.key, algorithm=alg, headers=headers
        )

    def ask(self, assertion, **more):
        told = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": assertion,
            **more,
        }
        return self.caller.http.post("/oauth/token", told)


@pytest.fixture
def signer(caller):
    return Signer(caller)


def told(answer, status=401):
    assert answer.status_code == status, answer.content
    document = answer.json()
    assert document["error"] and document["detail"] and document["status"] == status
    assert document["request_id"] == answer.headers["X-Request-Id"]
    return document["code"]


def test_a_signed_assertion_gets_a_token_that_works(signer):
    answer = signer.ask(signer.sign())
    assert answer.status_code == 200, answer.content
    caller = Caller.bare(answer.json()["access_token"])
    assert caller.get("/requests").status_code == 200


def test_by_rsa_too_and_by_two_keys_at_a_time(signer):
    rsa_key = rsa.generate_private_key(65537, 2048)
    keys = [public(signer.key), public(rsa_key, "k-2", "PS256")]
    assert signer.caller.put("/client-keys", {"keys": keys}).status_code == 200
    assert signer.ask(signer.sign()).status_code == 200
    by_rsa = signer.sign(key=rsa_key, kid="k-2", alg="PS256")
    assert signer.ask(by_rsa).status_code == 200


def test_used_twice_it_is_refused(signer):
    assertion = signer.sign()
    assert signer.ask(assertion).status_code == 200
    assert told(signer.ask(assertion)) == "assertion_replayed"
    assert LedgerEntry.objects.filter(event="oauth.refused").exists()


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"exp": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)}, "expired"),
        ({"exp": datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)}, "malformed"),
        ({"exp": None}, "malformed"),
        ({"exp": "soon"}, "malformed"),
        ({"jti": None}, "malformed"),
        ({"jti": 7}, "malformed"),
        ({"aud": "https://other.example/oauth/token"}, "wrong_audience"),
        ({"aud": None}, "malformed"),
        ({"iss": "somebody"}, "malformed"),
        ({"sub": "somebody"}, "unknown_key"),
        ({"sub": None}, "unknown_key"),
        ({"kid": "k-9"}, "unknown_key"),
        ({"kid": None}, "unknown_key"),
        ({"nbf": datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)}, "malformed"),
    ],
)
def test_what_is_wrong_has_its_code(signer, changes, code):
    assert told(signer.ask(signer.sign(**changes))) == f"assertion_{code}"


def test_forged_by_another_key_by_none_or_by_the_public_one_as_a_secret(signer):
    other = ec.generate_private_key(ec.SECP256R1())
    assert told(signer.ask(signer.sign(key=other))) == "assertion_forged"
    unsigned = jwt.encode(
        signer.claims(), None, algorithm="none", headers={"kid": "k-1"}
    )
    assert told(signer.ask(unsigned)) == "assertion_forged"
    as_secret = jwt.encode(
        signer.claims(), "x" * 32, algorithm="HS256", headers={"kid": "k-1"}
    )
    assert told(signer.ask(as_secret)) == "assertion_forged"
    cut = signer.sign()[:-4]
    assert told(signer.ask(cut)) in ("assertion_forged", "assertion_malformed")


@pytest.mark.parametrize("assertion", ["", "x", "a.b.c", "é.é.é", "e30.e30.e30"])
def test_what_is_no_jwt_is_refused(signer, assertion):
    assert told(signer.ask(assertion)).startswith("assertion_")


def test_another_type_doubled_parameters_and_a_huge_body_are_refused(signer):
    answer = signer.ask(signer.sign(), client_assertion_type="saml")
    assert told(answer) == "assertion_malformed"
    http = signer.caller.http
    form = "application/x-www-form-urlencoded"
    twice = "grant_type=client_credentials&client_id=a&client_id=b&client_secret=c"
    assert told(http.post("/oauth/token", twice, content_type=form), 400)
    huge = "grant_type=client_credentials&client_secret=" + "x" * 3_000_000
    assert told(http.post("/oauth/token", huge, content_type=form), 400)
    as_json = http.post("/oauth/token", "{}", content_type="application/json")
    assert told(as_json, 400) == "call_malformed"
    assert http.get("/oauth/token").status_code == 405


def test_an_ended_clients_assertion_is_refused(cast, signer):
    signer.caller.client.refresh_from_db()
    clients.end_client(signer.caller.client, by=cast.sam, reason="x")
    assert told(signer.ask(signer.sign())) == "assertion_unknown_key"


def test_a_key_that_is_no_longer_named_is_no_longer_good(signer):
    signer.caller.put("/client-keys", {"keys": []})
    assert told(signer.ask(signer.sign())) == "assertion_unknown_key"


def test_a_replay_is_known_after_the_assertion_has_run_out(signer):
    assertion = signer.sign()
    assert signer.ask(assertion).status_code == 200
    with acting.at(timezone.now() + datetime.timedelta(minutes=5)):
        assert told(signer.ask(assertion)) == "assertion_replayed"


def bad_keys():
    key = ec.generate_private_key(ec.SECP256R1())
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505 — to be refused
    private = json.loads(jwt.get_algorithm_by_name("ES256").to_jwk(key))
    good = public(key)
    return {
        "private": [{**private, "kid": "a", "alg": "ES256"}],
        "without a kid": [{**good, "kid": None}],
        "a short one": [public(small, alg="RS256")],
        "a secret": [{"kty": "oct", "k": "AAAA", "kid": "a", "alg": "HS256"}],
        "another alg": [{**good, "alg": "RS256"}],
        "no point": [{**good, "x": "AAAA"}],
        "twice": [good, good],
        "none": [None],
        "too many": [{**good, "kid": str(n)} for n in range(6)],
    }


@pytest.mark.parametrize("name", list(bad_keys()))
def test_a_key_that_will_not_do_is_refused(caller, name):
    answer = caller.put("/client-keys", {"keys": bad_keys()[name]})
    refused(answer, 422)
    assert caller.get("/status").json()["client"]["keys"] == []
