"""What can be taken out of a masked file, by tools and by text recognition."""

import io
import re
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from requests_app.redaction.faults import Fault
from requests_app.redaction.kinds import DPI, POINTS
from requests_app.redaction.sheets import opened, png_of

Left = tuple[str, int, str]  # what, on which page, which word or thing
LONGEST = 60  # seconds to read one page
LONGEST_OF_ALL = 180  # seconds after which no other page is begun
# What a page or a catalogue has that is no picture of a page.
BESIDE = (
    "/Annots",
    "/Thumb",
    "/AA",
    "/OpenAction",
    "/AcroForm",
    "/PieceInfo",
    "/Names",
)
ENCODINGS = ("utf-8", "latin-1", "utf-16-be", "utf-16-le")


def left(body: bytes, words: Sequence[str], ocr: str | None) -> list[Left]:
    """Raises Fault."""
    rows = [*_in_file(body, words)]
    with opened(body) as pdf:
        rows += _on_pages(pdf, words, ocr)
    return list(dict.fromkeys(rows))


def _in_file(body: bytes, words: Sequence[str]) -> Iterator[Left]:
    try:
        with pikepdf.open(io.BytesIO(body)) as pdf:
            # A file that is made to be shown while it is fetched ends twice.
            if body.count(b"%%EOF") > 1 + pdf.is_linearized:
                yield "earlier", 0, ""
            yield from _beside(pdf)
            texts = [_folded(text) for text in _texts(pdf)]
    except pikepdf.PdfError as error:
        raise Fault("broken") from error
    for word in words:
        if any(_holds(text, word) for text in texts):
            yield "word", 0, word


def _beside(pdf: Any) -> Iterator[Left]:
    for name in pdf.attachments:
        yield "attachment", 0, name
    for holder in (pdf.Root, *(page.obj for page in pdf.pages)):
        yield from (("beside", 0, name) for name in BESIDE if name in holder)


def _texts(pdf: Any) -> Iterator[str]:
    """All of the file that is no picture, in each way that it may be written."""
    for obj in pdf.objects:
        if isinstance(obj, pikepdf.Stream) and obj.get("/Subtype") != "/Image":
            data = obj.read_bytes()
            yield from (data.decode(one, "replace") for one in ENCODINGS)
        yield from _strings(obj)
    yield from (str(value) for value in pdf.docinfo.values())


def _strings(obj: Any) -> Iterator[str]:
    """What is pointed at comes among the file's objects by itself."""
    waiting = [obj]
    while waiting:
        value = waiting.pop()
        if isinstance(value, pikepdf.String | pikepdf.Name):
            yield str(value)
        elif isinstance(value, pikepdf.Array):
            waiting += _direct(value)
        elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            yield from value.keys()
            waiting += _direct(inner for _name, inner in value.items())


def _direct(values: Iterable[Any]) -> list[Any]:
    return [one for one in values if not getattr(one, "is_indirect", False)]


def _on_pages(pdf: Any, words: Sequence[str], ocr: str | None) -> Iterator[Left]:
    begun = time.monotonic()
    for number, page in enumerate(pdf, 1):
        if text := page.get_textpage().get_text_bounded():
            yield "text", number, ""
            yield from (("word", 0, word) for word in _of(words, _folded(text)))
        if ocr and time.monotonic() - begun > LONGEST_OF_ALL:
            yield "rest", number, ""
            ocr = None
        if not ocr:
            continue
        seen = _read(page, ocr)
        if seen is None:
            yield "unread", number, ""
        yield from (("seen", number, word) for word in _of(words, seen or ""))


def _of(words: Sequence[str], text: str) -> list[str]:
    return [word for word in words if _holds(text, word)]


def _read(page: pdfium.PdfPage, ocr: str) -> str | None:
    """What text recognition reads; None where it took too long."""
    picture = png_of(page.render(scale=DPI / POINTS, grayscale=True).to_pil())
    with tempfile.TemporaryFile() as file:
        file.write(picture)
        file.seek(0)
        try:
            run = subprocess.run(  # noqa: S603 — Debian's
                [ocr, "stdin", "stdout", "-l", "swe", "--dpi", str(DPI)],
                stdin=file,
                capture_output=True,
                timeout=LONGEST,
                env={"OMP_THREAD_LIMIT": "1"},
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
    return (
        _folded(run.stdout.decode("utf-8", "replace")) if not run.returncode else None
    )


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _holds(text: str, word: str) -> bool:
    """As a word of its own, whatever its case and where lines break."""
    return re.search(rf"(?<!\w){re.escape(_folded(word))}(?!\w)", text) is not None
