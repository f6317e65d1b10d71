"""Pages of a PDF as they are seen, with the words that stand on them."""

import io
from collections.abc import Iterator
from math import sqrt
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from requests_app.redaction.faults import Fault
from requests_app.redaction.kinds import (
    DPI,
    MOST_PAGES,
    MOST_PIXELS,
    POINTS,
    WHOLE,
    Box,
    Page,
    Word,
    chosen,
)

LEAST_DPI = 72  # of a large drawing: less can't be read
# Where a word is divided between two lines.
HYPHENS = "\u0002\u00ad\ufffe"


def pages_of_pdf(body: bytes, only: int | None = None) -> tuple[int, list[Page]]:
    """How many there are, and these. Raises Fault."""
    with opened(body) as pdf:
        if len(pdf) > MOST_PAGES:
            raise Fault("many", len(pdf))
        if not len(pdf):
            raise Fault("nothing")
        # What somebody filled in is seen, so it is drawn.
        if pdf.get_formtype():
            pdf.init_forms()
        return len(pdf), [_page(pdf, number) for number in chosen(len(pdf), only)]


def opened(body: bytes) -> Any:
    """Raises Fault."""
    try:
        return pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        locked = error.err_code == raw.FPDF_ERR_PASSWORD
        raise Fault("encrypted" if locked else "broken") from error


def _page(pdf: Any, number: int) -> Page:
    try:
        page = pdf[number]
    except pdfium.PdfiumError as error:
        raise Fault("broken") from error
    bitmap = page.render(scale=_scale(*page.get_size()), grayscale=True)
    picture = bitmap.to_pil()
    words = list(_words(page, bitmap.get_posconv(page), *picture.size))
    return Page(png_of(picture), picture.width, picture.height, words)


def _scale(width: float, height: float) -> float:
    """Of points to dots: smaller where a page is larger than anybody prints."""
    inches = width * height / POINTS**2
    dpi = min(DPI, sqrt(MOST_PIXELS / inches))
    if dpi < LEAST_DPI:
        raise Fault("picture", int(inches * LEAST_DPI**2 / 10**6))
    return dpi / POINTS


def png_of(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.convert("L").save(stream, "PNG")
    return stream.getvalue()


def _words(page: Any, conv: Any, width: int, height: int) -> Iterator[Word]:
    for text, corners in _runs(page.get_textpage()):
        dots = [conv.to_bitmap(*corner) for corner in corners]
        across, down = [dot[0] for dot in dots], [dot[1] for dot in dots]
        box = Box(
            _part(min(across), width),
            _part(min(down), height),
            _part(max(across), width, up=1),
            _part(max(down), height, up=1),
        )
        if box.right > box.left and box.bottom > box.top:
            yield Word(text, box)


def _part(dots: float, whole: int, up: int = 0) -> int:
    return max(0, min(WHOLE, int(dots * WHOLE / whole) + up))


def _runs(textpage: Any) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Each word, with the corners of its letters."""
    text, corners = "", list[tuple[float, float]]()
    for place in range(textpage.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(textpage, place))
        if char.isspace() or char in HYPHENS or char == "\0":
            if text:
                yield text, corners
            text, corners = "", []
            continue
        left, bottom, right, top = textpage.get_charbox(place, loose=True)
        text += char
        corners += [(left, bottom), (right, top)]
    if text:
        yield text, corners
