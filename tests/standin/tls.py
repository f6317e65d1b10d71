"""TLS for the stand-ins: a certificate authority of a test's own, and a proxy with it."""

import contextlib
import datetime
import ipaddress
import select
import socket
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


def make_certificate(folder, name="127.0.0.1", *, here=True, ran_out=False, days=1):
    """A key and self-signed certificate in one PEM file; returns its path. `here`: it
    is for this machine too."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    places = [x509.DNSName(name)]
    if here:
        places.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        places.append(x509.DNSName("localhost"))
    ends = now + datetime.timedelta(days=-1 if ran_out else days)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=2))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class TlsProxy:
    """TLS in front of a plain server on this machine. `url` is its https address."""

    def __init__(self, target_port, pem):
        self.target = ("127.0.0.1", target_port)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                caller, _address = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller):
        try:
            outside = self.context.wrap_socket(caller, server_side=True)
            inside = socket.create_connection(self.target)
        except OSError:
            caller.close()
            return
        with outside, inside, contextlib.suppress(OSError):
            _relay(outside, inside)


def _relay(outside, inside):
    """In one thread: two must not read and write one TLS connection at a time."""
    while True:
        ready = [outside] if outside.pending() else []
        for source in ready or select.select([outside, inside], [], [])[0]:
            part = source.recv(65536)
            if not part:
                return
            (inside if source is outside else outside).sendall(part)
