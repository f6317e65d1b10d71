"""A certificate as our identity at Microsoft, and an authority that knows it."""

from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

from cryptography import x509

from tests.standin.entra import EntraStandIn
from tests.standin.tls import TlsProxy, make_certificate


@contextmanager
def identity(folder, monkeypatch, prefix):
    """Of the room whose settings begin so. `certificate` is its file, `server` that of
    whoever answers over TLS on this machine."""
    mine = make_certificate(folder, "identity")
    server = make_certificate(folder, "127.0.0.1")
    public = x509.load_pem_x509_certificate(mine.read_bytes()).public_key()
    with ExitStack() as stack:
        entra = stack.enter_context(EntraStandIn(public))
        front = stack.enter_context(TlsProxy(entra.port, server))
        entra.address = front.url
        for name, value in {
            "AZURE_AUTHORITY_HOST": front.url,
            f"{prefix}_TENANT_ID": "tenant",
            f"{prefix}_CLIENT_ID": "a-client",
            f"{prefix}_CERTIFICATE_FILE": str(mine),
            "REQUESTS_CA_BUNDLE": str(server),
            "SSL_CERT_FILE": str(server),
        }.items():
            monkeypatch.setenv(name, value)

        yield SimpleNamespace(entra=entra, certificate=mine, server=server)
