"""Providers' notices by mail, invented: what Microsoft really writes is told nowhere."""

import base64
from datetime import UTC, datetime
from email.utils import format_datetime

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SENDER, DOMAIN = "lockbox@provider.example", "provider.example"
TENANT = "exempelstad.onmicrosoft.example"
TEXT = """A Microsoft engineer asks for access to data of {tenant}.

Request: {number}
Service request: {case}
"""


# As Microsoft signs.
SIGNED = [b"from", b"date", b"subject", b"to", b"content-type", b"mime-version"]


class Signer:
    """A domain that signs its mail; its key lies with the name server."""

    def __init__(self, names, domain=DOMAIN):
        self.domain = domain
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        text = base64.b64encode(public).decode()
        names.texts[f"s1._domainkey.{domain}."] = f"v=DKIM1; k=rsa; p={text}"
        self.names = names

    def signed(self, raw, **terms):
        terms = {"include_headers": SIGNED, **terms}
        line = dkim.sign(raw, b"s1", self.domain.encode(), self.pem, **terms)
        return line.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + raw

    def sealed(self, raw, found):
        """As whoever forwards it seals it (ARC), with what they found."""
        domain = self.domain.encode()
        results = b"Authentication-Results: " + domain + b"; " + found.encode()
        with_results = results + b"\r\n" + raw
        lines = dkim.arc_sign(
            with_results,
            b"s1",
            domain,
            self.pem,
            domain,
            include_headers=SIGNED,
        )
        return b"".join(lines) + raw


def notice(number="EXSR100001", case="SR-77", tenant=TENANT, at=None, **heads):
    """One that is not signed."""
    when = format_datetime(at or datetime.now(UTC))
    lines = {
        "From": f"Customer Lockbox <{SENDER}>",
        "To": "notiser@exempelstad.example",
        "Subject": f"Customer Lockbox request {number}",
        "Date": when,
        "Message-ID": f"<{number}@provider.example>",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in heads.items()},
    }
    text = lines.pop("text", TEXT).format(number=number, case=case, tenant=tenant)
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return (head + "\r\n" + text.replace("\n", "\r\n")).encode()


def other(number):
    """A mail of somebody else."""
    return notice(
        From=f"Någon <n{number}@elsewhere.example>",
        Subject=f"Nyhetsbrev {number}",
        Message_ID=f"<{number}@elsewhere.example>",
    )
