"""A document to draw in tests, and a certificate that nobody trusts."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pypdf import PdfReader

from requests_app.cases.review.papers.document import (
    Appeal,
    Document,
    ReservationText,
    Rule,
    Signature,
)

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PHRASE = b"only for this test"


def sheet(**changes):
    fields = {
        "authority": "Grundskolenämnden",
        "diary_number": "GSN 2026-0012",
        "made_on": date(2026, 11, 23),
        "subject": "Åtkomst till e-postlåda",
        "numbers": (("Begäran", "EXSR418822"), ("Supportärende", "SR 2026-1123-0417")),
        "heading": "Beslut om åtkomst",
        "order": "Grundskolenämnden medger Exempeldrift Irland Ltd åtkomst.",
        "extent": (("Objekt", "O-17 (e-postlåda)"), ("Tid", "Högst 2 timmar")),
        "conditions": ("Åtgärden utförs av namngiven tekniker inom EES.",),
        "reservations": (ReservationText("Åsa Öström", "får inte röja uppgifterna."),),
        "reasons": "Uppgifterna är sekretessbelagda (23 kap. 2 § OSL).\n\nMen inte här.",
        "rules": (Rule("23 kap. 2 § första stycket OSL", "sekretess gäller"),),
        "decided_by": Signature("Bo Test, enhetschef", "Enligt punkt 4.7"),
        "rapporteur": Signature("Karin Test, stadsjurist"),
        "others": ("Jonas Ek", "Ines Ås"),
        "appeal": Appeal("Kammarrätten i Göteborg", "6 kap. 7 och 8 §§ OSL"),
        "is_full": True,
    }
    return Document(**{**fields, **changes})


def certificate(folder, days=30):
    """A PKCS#12 file with its passphrase beside it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Grundskolenämnden")]
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    file, phrase = folder / "seal.p12", folder / "passphrase"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", key, made, None, BestAvailableEncryption(PHRASE)
        )
    )
    phrase.write_bytes(PHRASE + b"\n")
    return str(file), str(phrase), made


def read_pdf(document):
    return PdfReader(BytesIO(document))


def text_of(document):
    """All words in one line, whatever the line breaks of the page."""
    return " ".join(
        " ".join(page.extract_text() for page in read_pdf(document).pages).split()
    )
