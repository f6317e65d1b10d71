"""Render, of the documents of secrecy review: seal."""

import io
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from requests_app.cases.review.papers import drawing
from requests_app.cases.review.papers.document import Document
from requests_app.core.words.texts import shown

# The renderer behind one function: a document in, the bytes of a PDF/A-3a out.

Draw = Callable[[Document, datetime], bytes]
TEMPLATES = {
    "sv": "lockbox/document/decision.html",
    "en": "lockbox/document/translation.html",
}
LONGEST = 60.0  # seconds for one document


class NotDrawn(Exception):
    """The document can't be drawn up here; the text says why."""


@contextmanager
def pen(longest: float = LONGEST) -> Iterator[Draw]:
    """Draws any number of documents, in a process that ends when one takes too long.
    What it gives raises NotDrawn."""
    holder = _Process(longest)
    try:
        yield holder.draw
    finally:
        holder.end()


def pdf(document: Document, made_at: datetime) -> bytes:
    """Draw up one document. Raises NotDrawn."""
    with pen() as draw:
        return draw(document, made_at)


def pdf_of(html: str) -> bytes:
    """Draw up a page that is no decision. Raises NotDrawn."""
    holder = _Process(LONGEST)
    try:
        return holder.draw_html(shown(html))
    finally:
        holder.end()


class _Process:
    """Begun by the first document, and anew by the one after a failure."""

    def __init__(self, longest: float) -> None:
        self.longest = longest
        self.process: subprocess.Popen[bytes] | None = None

    def draw(self, document: Document, made_at: datetime) -> bytes:
        return self.draw_html(_html(document, made_at))

    def draw_html(self, html: str) -> bytes:
        if settings.PRACTICE:
            html = html.replace("</head>", f"{drawing.WATERMARK}</head>", 1)
        if obstacle := hindrance():
            raise NotDrawn(obstacle)
        process = self.process = self.process or _begin()
        alarm = threading.Timer(self.longest, process.kill)
        alarm.start()
        try:
            body = _exchange(process, html)
        finally:
            alarm.cancel()
        if not body:
            self.end()
            raise NotDrawn(
                f"The drawing stopped, or took longer than {self.longest:g} seconds."
            )
        return body

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
        self.process = None


def _begin() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 — our own
        [sys.executable, "-m", drawing.__name__],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Whoever asks for the drawing ends it: Ctrl-C is for them.
        process_group=0,
    )


def _exchange(process: subprocess.Popen[bytes], html: str) -> bytes:
    assert process.stdin is not None and process.stdout is not None  # noqa: S101
    try:
        drawing.send(process.stdin, html.encode())
        return drawing.receive(process.stdout)
    except OSError:
        return b""


def _html(document: Document, made_at: datetime) -> str:
    with translation.override(document.language):
        html = render_to_string(
            TEMPLATES[document.language],
            {"document": document, "made_at": _second(made_at)},
        )
    return shown(html)


def _second(moment: datetime) -> datetime:
    """To the second: PDF/A wants the same instant in both of its descriptions."""
    return timezone.localtime(moment).replace(microsecond=0)


def hindrance() -> str:
    """Why nothing can be drawn up on this machine; empty where it can."""
    try:
        # It would print six lines about where to read on, each time it is asked for.
        with redirect_stdout(io.StringIO()):
            import weasyprint  # noqa: F401 — it asks for the system's Pango
    except OSError as error:
        # The loader names the first library it did not find.
        return str(error).splitlines()[0]
    return ""


# The seal (e-stämpel): a PAdES B-B signature of the organisation, where configured.

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


def hindrance_to_sealing() -> str:
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
