"""Signed out at the oidc_provider, signed out here: by its own word (OpenID Connect
Back-Channel Logout 1.0); and sign-in over TLS with an authority of one's own."""

import re
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from audit_app.models import LedgerEntry
from tests.helpers.refusals import fresh
from tests.helpers.web import Browser
from tests.signin.provider import Surfer, running
from tests.standin.tls import make_certificate

pytestmark = pytest.mark.django_db
EVENT = "http://schemas.openid.net/event/backchannel-logout"
TOLD = []


class Told(BaseHTTPRequestHandler):
    """Where the provider sends its word; the test hands it on."""

    def do_POST(self):
        TOLD.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_what):
        pass


@pytest.fixture(scope="module")
def oidc_provider(tmp_path_factory):
    """The real one, over TLS with a certificate of our own, and what it tells."""
    pem = make_certificate(tmp_path_factory.mktemp("tls"))
    server = HTTPServer(("127.0.0.1", 0), Told)
    Thread(target=server.serve_forever, daemon=True).start()
    with running(pem, f"http://127.0.0.1:{server.server_port}/") as process:
        yield process
    server.shutdown()
    server.server_close()


@pytest.fixture
def karin(configured, oidc_provider, known, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", oidc_provider.trust)
    person = known("karin")
    configured.tell("oid-karin", "legal_reviewer")
    return person


def surfer(oidc_provider):
    return Surfer(Browser(), oidc_provider.trust)


def here(one):
    return one.client.get("/").status_code == 200


def send(token):
    return Client().post("/sign-in/ended/", {"logout_token": token})


def test_who_signs_out_at_the_provider_is_signed_out_in_every_browser(
    karin, oidc_provider
):
    one, other = surfer(oidc_provider), surfer(oidc_provider)
    assert one.sign_in().status_code == other.sign_in().status_code == 302
    assert here(one) and here(other)
    TOLD.clear()
    page = one.elsewhere.get(f"{oidc_provider.url}/session/end", timeout=30).text
    word = re.search(r'name="xsrf" value="([^"]+)"', page)[1]
    one.elsewhere.post(
        f"{oidc_provider.url}/session/end/confirm",
        data={"xsrf": word, "logout": "yes"},
        allow_redirects=False,
        timeout=30,
    )
    (body,) = TOLD
    answer = Client().post(
        "/sign-in/ended/", body, content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert not here(one) and not here(other)
    assert LedgerEntry.objects.filter(event="user.signed_out_elsewhere").count() == 1
    # The same word again ends nothing.
    assert surfer(oidc_provider).sign_in().status_code == 302
    again = Client().post(
        "/sign-in/ended/", body, content_type="application/x-www-form-urlencoded"
    )
    assert again.json()["error_description"] == "used before"
    assert LedgerEntry.objects.filter(event="sign_out.refused").count() == 1


@pytest.fixture
def sign(oidc_provider, configured, monkeypatch):
    """A token signed by the provider's own key, which the test has it hand out."""
    key = RSAKey.generate_key(2048, parameters={"kid": "of the test"}, private=True)
    from lockbox_site import oidc as asking
    from lockbox_site import oidc as exchange

    real = exchange._client

    def with_this_key(own):
        client = real(own)
        keys = {"keys": [key.as_dict(private=False)]}
        client.server_metadata = {**client.server_metadata, "jwks": keys}
        return client

    monkeypatch.setenv("SSL_CERT_FILE", oidc_provider.trust)
    monkeypatch.setattr(exchange, "_client", with_this_key)

    def sign(**changes):
        now = int(time.time())
        claims = {
            **{
                "iss": oidc_provider.url,
                "aud": "lockbox",
                "sub": "oid-karin",
                "iat": now,
            },
            **{"jti": str(time.monotonic_ns()), "events": {EVENT: {}}, "exp": now + 60},
            **changes,
        }
        claims = {name: one for name, one in claims.items() if one is not None}
        return jwt.encode({"alg": "RS256", "kid": "of the test"}, claims, key)

    yield sign
    asking.forget(oidc_provider.url)


@pytest.mark.parametrize(
    ("wrong", "changes"),
    [
        ("iss", lambda now: {"iss": "https://other.example.se"}),
        ("aud", lambda now: {"aud": ["another"]}),
        ("iat", lambda now: {"iat": now - 3600}),
        ("iat", lambda now: {"iat": now + 3600}),
        ("exp", lambda now: {"exp": now - 3600}),
        ("events", lambda now: {"events": None}),
        ("events", lambda now: {"events": {"https://other.example": {}}}),
        ("nonce", lambda now: {"nonce": "x"}),
        ("jti", lambda now: {"jti": None}),
        ("sub", lambda now: {"sub": None, "sid": "a session alone"}),
    ],
)
def test_a_token_that_is_not_as_it_should_be_ends_nothing(karin, sign, wrong, changes):
    before = fresh(karin).session_epoch
    answer = send(sign(**changes(int(time.time()))))
    assert answer.status_code == 400 and wrong in answer.json()["error_description"]
    assert fresh(karin).session_epoch == before
    assert send(sign()).status_code == 200
    assert fresh(karin).session_epoch == before + 1


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.e30", "x" * 20_000])
def test_what_is_no_token_is_refused(karin, token):
    assert send(token).status_code == 400


def test_a_token_that_another_key_signed_is_refused(karin, sign, oidc_provider):
    other = RSAKey.generate_key(2048, parameters={"kid": "of the test"}, private=True)
    claims = {"iss": oidc_provider.url, "aud": "lockbox", "sub": "oid-karin"}
    forged = jwt.encode({"alg": "RS256", "kid": "of the test"}, claims, other)
    assert send(forged).status_code == 400
    secret = jwt.encode({"alg": "none"}, claims, other, algorithms=["none"])
    assert send(secret).status_code == 400


def test_of_somebody_unknown_nothing_is_done(karin, sign):
    assert send(sign(sub="oid-nobody")).status_code == 200
    assert not LedgerEntry.objects.filter(event="user.signed_out_elsewhere").exists()
    assert Client().get("/sign-in/ended/").status_code == 405


def test_sign_in_over_tls_fails_where_our_authority_is_not_trusted(
    karin, oidc_provider, monkeypatch, tmp_path
):
    from lockbox_site import oidc as asking

    asking.forget(oidc_provider.url)
    other = make_certificate(tmp_path, "other")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    answer = surfer(oidc_provider).sign_in()
    assert answer.status_code == 503
    asking.forget(oidc_provider.url)
    monkeypatch.setenv("SSL_CERT_FILE", oidc_provider.trust)
    one = surfer(oidc_provider)
    assert one.sign_in().status_code == 302 and here(one)
