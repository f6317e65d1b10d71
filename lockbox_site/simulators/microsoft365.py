"""Microsoft 365 as it tells of itself: a notice by mail for each request, and Exchange
Online's cmdlets.

The mail is put into the mailbox that LOCKBOX_MAILBOX names, where that is set: signed
by an invented domain, whose key a name server on this machine has.
"""

import base64
import os
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from imapclient import IMAPClient

from lockbox_site.simulators import exchange_online
from lockbox_site.simulators.name_server import NameServer

DOMAIN, SELECTOR = "lockbox.example", "s1"
SENDER = f"customerlockbox@{DOMAIN}"
SUBJECT = "Customer Lockbox request"
TENANT = "exempelstad.onmicrosoft.example"
# Where Lockbox asks for keys: LOCKBOX_MAILBOX_DNS.
NAMES_PORT = 8653
TEXT = """An engineer asks for access to data of {tenant}.

Request: {number}
Service request: {case}

Sign in to the admin center to approve or deny it within 12 hours. (Invented.)
"""
HERE = ("127.0.0.1", "localhost")


class Simulator(exchange_online.Simulator):
    """`names_port`: any free one, where it is 0."""

    def __init__(self, *args: Any, names_port: int = NAMES_PORT, **more: Any) -> None:
        super().__init__(*args, **more)
        self.names = NameServer(names_port)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        text = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
        self.names.texts[f"{SELECTOR}._domainkey.{DOMAIN}."] = text

    def __enter__(self) -> Self:
        self.names.__enter__()
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self.names.__exit__(*error)

    def apply(self, number: str, at: datetime | None = None, **terms: Any) -> None:
        super().apply(number, at, **terms)
        address = urlsplit(os.environ.get("LOCKBOX_MAILBOX", ""))
        # Nothing invented goes to a mailbox elsewhere.
        if address.hostname in HERE:
            put(self.notice(number, at or self.now()), address)

    def notice(self, number: str, at: datetime) -> bytes:
        """The mail of a request, with its DKIM signature."""
        case = self.requests[number]["ServiceRequestNumber"]
        text = TEXT.format(tenant=TENANT, number=number, case=case)
        heads = {
            "From": f"Customer Lockbox <{SENDER}>",
            "To": "notiser@exempelstad.example",
            "Subject": f"{SUBJECT} {number}",
            "Date": format_datetime(at),
            "Message-ID": f"<{number}@{DOMAIN}>",
            "Content-Type": "text/plain; charset=utf-8",
        }
        lines = [f"{name}: {value}" for name, value in heads.items()]
        raw = "\r\n".join([*lines, "", *text.splitlines(), ""]).encode()
        signed = [b"from", b"subject", b"date", b"to", b"content-type"]
        names = (SELECTOR.encode(), DOMAIN.encode())
        return dkim.sign(raw, *names, self.key, include_headers=signed) + raw


def put(raw: bytes, address: Any) -> None:
    """Into the mailbox at this address, on this machine."""
    with IMAPClient(address.hostname, port=address.port, ssl=False) as client:
        password = os.environ["LOCKBOX_MAILBOX_PASSWORD"]
        client.login(unquote(address.username), password)
        folder = unquote(address.path.strip("/")) or "INBOX"
        client.append(folder, raw, msg_time=datetime.now(UTC))
