"""What DNS says: the keys with which providers sign their mail."""

import os

import dns.exception
import dns.resolver
from django.utils.translation import gettext as _

from requests_app.providers.protocol import Unreachable

SECONDS = 5.0


class NoDns(Unreachable):
    """DNS gives no answer now: nobody knows who has signed."""


def txt(name: bytes, timeout: float = SECONDS) -> bytes | None:
    """The text that stands under a name, or None. Raises NoDns."""
    try:
        answer = _resolver(timeout).resolve(name.decode("ascii"), "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, UnicodeDecodeError):
        return None
    except dns.exception.DNSException as error:
        trouble = _("DNS does not answer (%(error)s): the mail's signature is unknown.")
        raise NoDns(trouble % {"error": type(error).__name__}) from error
    for row in answer:
        return b"".join(row.strings)
    return None


def _resolver(timeout: float) -> dns.resolver.Resolver:
    """That of the system, or the one that LOCKBOX_MAILBOX_DNS names as host:port."""
    own = os.environ.get("LOCKBOX_MAILBOX_DNS", "")
    resolver = dns.resolver.Resolver(configure=not own)
    if own:
        host, _colon, port = own.partition(":")
        resolver.nameservers, resolver.port = [host], int(port or 53)
    resolver.lifetime = timeout
    return resolver
