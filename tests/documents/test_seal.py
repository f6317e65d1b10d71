"""The seal: valid as it is made, and a changed byte is found."""

from io import BytesIO

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from requests_app.cases.review.papers import render
from requests_app.cases.review.papers.render import NotDrawn
from tests.helpers.sheets import NOON, certificate, sheet

pytestmark = pytest.mark.usefixtures("laid_out")


@pytest.fixture(scope="module")
def drawn():
    return render.pdf(sheet(), NOON)


@pytest.fixture
def trusted(tmp_path, settings):
    file, phrase, made = certificate(tmp_path)
    settings.SEAL_CERTIFICATE, settings.SEAL_PASSPHRASE = file, phrase
    roots = list(load_certs_from_pemder_data(made.public_bytes(Encoding.DER)))
    return ValidationContext(trust_roots=roots)


def verdict(document, trusted):
    (signature,) = PdfFileReader(BytesIO(document)).embedded_signatures
    return validate_pdf_signature(signature, trusted)


def test_a_sealed_document_is_valid_and_whole(drawn, trusted):
    sealed = render.seal(drawn)
    found = verdict(sealed, trusted)
    assert found.valid and found.intact and found.trusted
    assert found.bottom_line
    (signature,) = PdfFileReader(BytesIO(sealed)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert sealed.startswith(drawn)
    root = PdfReader(BytesIO(sealed)).trailer["/Root"]
    assert "/StructTreeRoot" in root and "/OutputIntents" in root


def test_a_changed_byte_is_found(drawn, trusted):
    sealed = bytearray(render.seal(drawn))
    sealed[sealed.index(b"/Lang (sv)") + 7] = ord("e")
    found = verdict(bytes(sealed), trusted)
    assert not found.intact and not found.bottom_line


def test_nothing_is_sealed_where_nothing_is_configured(settings):
    settings.SEAL_CERTIFICATE = ""
    assert not render.is_configured()
    assert render.hindrance_to_sealing() == ""


def test_a_certificate_that_can_not_be_used_is_said(drawn, trusted, settings, tmp_path):
    (tmp_path / "passphrase").write_text("wrong")
    assert "LOCKBOX_SEAL_CERTIFICATE" in render.hindrance_to_sealing()
    settings.SEAL_PASSPHRASE = ""
    assert "LOCKBOX_SEAL_CERTIFICATE" in render.hindrance_to_sealing()
    settings.SEAL_CERTIFICATE = str(tmp_path / "gone.p12")
    with pytest.raises(NotDrawn):
        render.seal(drawn)


def test_an_outdated_certificate_seals_nothing(settings, tmp_path):
    file, phrase, _made = certificate(tmp_path, days=-1)
    settings.SEAL_CERTIFICATE, settings.SEAL_PASSPHRASE = file, phrase
    assert (
        "2026" in render.hindrance_to_sealing()
        or "expired" in render.hindrance_to_sealing()
    )
