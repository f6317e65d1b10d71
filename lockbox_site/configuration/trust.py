"""Whose certificates are believed by all that calls out: the authorities of the server,
among them its own, or those of the file that SSL_CERT_FILE names."""

import os
import ssl
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# As `update-ca-certificates` writes it.
SYSTEM = "/etc/ssl/certs/ca-certificates.crt"
BEGINS, ENDS = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
MEND = (
    " Take the broken one away from /usr/local/share/ca-certificates, or put a whole"
    " one there, and run update-ca-certificates; or name another file in SSL_CERT_FILE."
)


def trust() -> None:
    """Let each library go by the same file. Raises ImproperlyConfigured where one of
    its certificates is broken: OpenSSL would then believe only some, or nobody."""
    path = os.environ.get("SSL_CERT_FILE", "")
    if not path and not Path(SYSTEM).exists():
        return  # what the packages bring
    _look(path or SYSTEM)
    os.environ["SSL_CERT_FILE"] = path or SYSTEM
    os.environ.setdefault("REQUESTS_CA_BUNDLE", path or SYSTEM)


def _look(path: str) -> None:
    try:
        _before, *parts = Path(path).read_text("ascii", "replace").split(BEGINS)
    except OSError as error:
        reason = f"SSL_CERT_FILE: {path} can not be read: {error.strerror}."
        raise ImproperlyConfigured(reason + MEND) from error
    if not parts:
        raise ImproperlyConfigured(f"{path} holds no certificate.{MEND}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for number, part in enumerate(parts, start=1):
        body, end, _after = part.partition(ENDS)
        try:
            context.load_verify_locations(cadata=f"{BEGINS}{body}{end}\n")
        except (ssl.SSLError, ValueError) as error:
            raise ImproperlyConfigured(
                f"Certificate {number} of {len(parts)} in {path} is broken.{MEND}"
            ) from error
