"""The seal (e-stämpel): a PAdES B-B signature of the organisation, where configured."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

from requests_app.documents.render import NotDrawn

FIELD = "Stampel"


def is_configured() -> bool:
    return bool(settings.SEAL_CERTIFICATE)


def seal(document: bytes) -> bytes:
    """Seal a PDF. Raises NotDrawn where the certificate can't be used: where documents
    are sealed, none goes out without."""
    # pyHanko takes half a second to import: only where there is something to seal.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
    )
    writer = IncrementalPdfFileWriter(BytesIO(document))
    sealed = signers.sign_pdf(writer, meta, signer=_signer())
    content: bytes = sealed.getvalue()
    return content


def hindrance() -> str:
    """Why nothing can be sealed; empty where it can, or where nothing is to be."""
    if not is_configured():
        return ""
    try:
        _signer()
    except NotDrawn as error:
        return str(error)
    return ""


def _signer() -> Any:
    from pyhanko.sign import signers

    try:
        key = Path(settings.SEAL_CERTIFICATE).read_bytes()
        phrase = Path(settings.SEAL_PASSPHRASE).read_bytes().strip()
        signer = signers.SimpleSigner.load_pkcs12_data(key, [], phrase)
        until = signer.signing_cert.not_valid_after
        if until <= datetime.now(UTC):
            raise ValueError(f"expired {until:%Y-%m-%d}")
    except (OSError, ValueError) as error:
        raise NotDrawn(f"LOCKBOX_SEAL_CERTIFICATE: {error}") from error
    return signer
