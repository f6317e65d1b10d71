"""The process that draws: HTML in, PDF/A-3a and PDF/UA-1 out, one after the other.

It is a process of its own so that it can be stopped: nobody waits longer for a document
than they said. It needs neither settings nor a database.
"""

import importlib
import importlib.util
import re
import struct
import sys
from functools import cache
from pathlib import Path
from typing import IO, Any

FONTS = "font_source_sans_pro"
STYLE = Path(__file__).parent / "document.css"
FOR_EVERYBODY = Path(__file__).parent / "for_everybody.xml"
VARIANT = "pdf/a-3a"
LENGTH = struct.Struct(">I")
# The second typeface of the style, where the guide has it installed.
SYSTEM_FONTS, SECOND = Path("/usr/share/fonts"), "DejaVuSans.ttf"
# Latin, with which every typeface begins, and the brackets of a mark.
BEYOND_LATIN = re.compile("[^\\x00-\u024f⟨⟩]")

# Across each sheet of a place to practise: nobody takes it for a decision.
WATERMARK = """<style>body::before { content: "ÖVNING"; position: fixed; top: 35%;
left: 0; width: 100%; text-align: center; font-size: 90pt; color: #ddd; z-index: -1;
transform: rotate(-35deg) }</style>"""


def main() -> None:
    # What libraries print would stand in the middle of a document.
    pages, drawn = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    while html := receive(pages):
        send(drawn, draw(html.decode()))


def send(stream: IO[bytes], body: bytes) -> None:
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """What `send` sent; empty where the other side has gone."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return b""
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else b""


def draw(html: str) -> bytes:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fetch, fonts = fetcher(), FontConfiguration()
    style = weasyprint.CSS(
        string=STYLE.read_text(), font_config=fonts, url_fetcher=fetch
    )
    page = weasyprint.HTML(string=with_marks(html), url_fetcher=fetch)
    body: bytes = page.write_pdf(
        stylesheets=[style],
        font_config=fonts,
        pdf_variant=VARIANT,
        pdf_tags=True,
        finisher=_say_for_everybody,
    )
    return body


def with_marks(html: str) -> str:
    """With a mark in place of each character that no typeface here can draw: an empty
    box says nothing, and keeps the document out of the archive."""
    return BEYOND_LATIN.sub(_marked, html)


def _marked(match: re.Match[str]) -> str:
    number = ord(match[0])
    return match[0] if number in _drawable() else f"⟨U+{number:04X}⟩"


@cache
def _drawable() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    regular = typeface() / "SourceSansPro-Regular.ttf"
    files = [regular, *SYSTEM_FONTS.rglob(SECOND)]
    return frozenset().union(*(TTFont(path, lazy=True).getBestCmap() for path in files))


def typeface() -> Path:
    package = importlib.util.find_spec(FONTS)
    assert package is not None and package.origin is not None  # noqa: S101 — a dependency
    return Path(package.origin).parent / "files"


def _say_for_everybody(_document: Any, pdf: Any) -> None:
    """Say that it holds to PDF/UA as well, beside what says that it holds to PDF/A."""
    reference = int(pdf.catalog["Metadata"].split()[0])
    metadata = pdf.objects[reference]
    (text,) = metadata.stream
    end = b"</rdf:RDF>"
    metadata.stream = [text.replace(end, FOR_EVERYBODY.read_bytes() + end)]


def fetcher() -> Any:
    """Reads the typeface's own files, and refuses everything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    files = {f"font:{path.name}": path for path in typeface().glob("*.ttf")}

    class Packaged(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in files:
                raise ValueError(f"not a packaged file: {url}")
            return URLFetcherResponse(url, files[url].read_bytes())

    return Packaged()


if __name__ == "__main__":
    main()
