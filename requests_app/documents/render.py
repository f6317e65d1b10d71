"""The renderer behind one function: a document in, the bytes of a PDF/A-3a out."""

import importlib.util
import io
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from requests_app.documents.document import Document
from requests_app.words.unseen import shown

FONTS = "font_source_sans_pro"
STYLE = Path(__file__).parent / "document.css"
VARIANT = "pdf/a-3a"


class NotDrawn(Exception):
    """The document can't be drawn up here; the text says why."""


def pdf(document: Document, made_at: datetime) -> bytes:
    """Draw up the document. Raises NotDrawn where the machine lacks what it takes."""
    weasyprint = _weasyprint()
    fetch = _fetcher()
    fonts = _fonts()
    style = weasyprint.CSS(
        string=STYLE.read_text(), font_config=fonts, url_fetcher=fetch
    )
    with translation.override("sv"):
        html = render_to_string(
            "lockbox/document/decision.html",
            {"document": document, "made_at": _second(made_at)},
        )
    page = weasyprint.HTML(string=shown(html), url_fetcher=fetch)
    body: bytes = page.write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant=VARIANT, pdf_tags=True
    )
    return body


def _second(moment: datetime) -> datetime:
    """To the second: PDF/A wants the same instant in both of its descriptions."""
    return timezone.localtime(moment).replace(microsecond=0)


def hindrance() -> str:
    """Why nothing can be drawn up on this machine; empty where it can."""
    try:
        _weasyprint()
    except NotDrawn as error:
        return str(error)
    return ""


def _weasyprint() -> Any:
    """WeasyPrint, which needs the system's Pango; it is asked for when it is used."""
    try:
        # It would print six lines about where to read on, each time it is asked for.
        with redirect_stdout(io.StringIO()):
            import weasyprint
    except OSError as error:
        # The loader names the first library it did not find.
        raise NotDrawn(str(error).splitlines()[0]) from error
    return weasyprint


def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _fetcher() -> Any:
    """Reads the typeface's own files, and refuses everything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    package = importlib.util.find_spec(FONTS)
    assert package is not None and package.origin is not None  # noqa: S101 — a dependency
    files = {
        f"font:{path.name}": path
        for path in (Path(package.origin).parent / "files").glob("*.ttf")
    }

    class Packaged(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in files:
                raise ValueError(f"not a packaged file: {url}")
            return URLFetcherResponse(url, files[url].read_bytes())

    return Packaged()
