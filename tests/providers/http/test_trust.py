"""Whose certificates are believed, and calls by way of a proxy."""

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.core.exceptions import ImproperlyConfigured

from lockbox_site.configuration import SYSTEM, trust
from requests_app.providers import http
from requests_app.providers.http import LIMITS, exchange
from requests_app.providers.protocol import Unreachable
from tests.standin.forward_proxy import ForwardProxy
from tests.standin.tls import TlsProxy, make_certificate

CLONE = Path(__file__).resolve().parents[3]


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(204)
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_what):
        pass


@pytest.fixture
def receiver(tmp_path, monkeypatch):
    """Behind TLS with the certificate of a name that is not this machine's."""
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    pem = make_certificate(tmp_path, "hooks.example.se", here=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with TlsProxy(server.server_port, pem) as front:
        yield front
    server.shutdown()
    server.server_close()


def post(port, host="hooks.example.se"):
    return http.post(f"https://{host}:{port}/in", "127.0.0.1", b"{}", {}).status


def test_a_pinned_address_shows_the_certificate_of_its_name(receiver):
    assert post(receiver.port) == 204
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        post(receiver.port, "other.example.se")


def test_by_a_proxy_too_and_it_is_asked_for_the_address_that_was_looked_at(
    receiver, monkeypatch
):
    """A name would be looked up again there, and could by then lie inside."""
    with ForwardProxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert post(receiver.port) == 204
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            post(receiver.port, "other.example.se")
        assert set(proxy.asked) == {f"127.0.0.1:{receiver.port}"}
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert post(receiver.port) == 204
    assert len(proxy.asked) == 2


def test_other_calls_go_by_the_proxy_as_well(tmp_path, monkeypatch, receiver):
    pem = make_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with ForwardProxy() as proxy, TlsProxy(receiver.target[1], pem) as front:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert exchange("GET", front.url, **LIMITS).status == 204
        assert proxy.asked == [front.url.removeprefix("https://")]


@pytest.mark.skipif(not Path(SYSTEM).exists(), reason="apt-get install ca-certificates")
def test_the_authorities_of_the_server_are_believed_by_every_library(monkeypatch):
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    trust()
    assert os.environ["SSL_CERT_FILE"] == os.environ["REQUESTS_CA_BUNDLE"] == SYSTEM


def broken(path, where):
    first = make_certificate(path, "first").read_text()
    text = first + make_certificate(path, "second").read_text()
    start = text.rindex("-----BEGIN CERTIFICATE-----") + 60 if where else 0
    file = path / "bundle.pem"
    file.write_text(text[:start] + "%%%" + text[start + 3 :] if where else "# nothing")
    return file


def test_a_broken_certificate_is_named_with_what_to_do(tmp_path, monkeypatch):
    bundle = broken(tmp_path, "second")
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with pytest.raises(ImproperlyConfigured) as error:
        trust()
    assert f"Certificate 2 of 2 in {bundle} is broken." in str(error.value)
    assert "update-ca-certificates" in str(error.value)
    monkeypatch.setenv("SSL_CERT_FILE", str(broken(tmp_path, "")))
    with pytest.raises(ImproperlyConfigured, match="holds no certificate"):
        trust()
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with pytest.raises(ImproperlyConfigured, match="No such file"):
        trust()


def test_it_is_said_at_the_start_without_a_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=CLONE,
        env={**os.environ, "SSL_CERT_FILE": str(broken(tmp_path, "second"))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "is broken. Take" in done.stderr
    assert "Traceback" not in done.stderr
