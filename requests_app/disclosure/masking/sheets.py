"""Pages of a file: read, turned into pictures, masked and looked through."""

import email
import io
import json
import re
import subprocess
import tempfile
import time
import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.message import Message
from html import escape
from importlib.resources import files
from math import sqrt
from typing import IO, Any, NamedTuple

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from pikepdf import Name
from PIL import Image, ImageDraw, ImageFont, ImageOps

from requests_app.cases.review.papers.drawing import WATERMARK, draw, typeface
from requests_app.core.words.texts import shown
from requests_app.providers import mail

BLACK, WHITE = 0, 255
LABEL, BESIDE, LEAST = 26, 20, 15  # dots of a label's height: inside, beside, at least

# What is handed between a page on the screen and the process that draws.

DPI = 200
POINTS = 72  # of an inch, in which a PDF measures
WHOLE = 10_000  # parts of a page's width and height, in which a box is given
MOST_BYTES = 100 * 1024 * 1024
MOST_PAGES = 300
MOST_PIXELS = 40_000_000  # of a page as it is drawn
MOST_PIXELS_OF_PICTURE = 100_000_000  # of a picture as it comes
MOST_CHARACTERS = 300_000


class Box(NamedTuple):
    """In ten-thousandths of the page's width and height, from the top left corner."""

    left: int
    top: int
    right: int
    bottom: int


class Word(NamedTuple):
    text: str
    box: Box


class Page(NamedTuple):
    """A page as it is seen, in grey; `words` is empty where it is only a picture."""

    png: bytes
    width: int
    height: int
    words: list[Word]


class Mask(NamedTuple):
    """What is made black, and the provision that is printed with it."""

    box: Box
    label: str


def chosen(count: int, only: int | None) -> range:
    """Which pages are drawn: all, or the one at a place, from 0, if it is there."""
    numbers = range(count)
    return numbers if only is None else numbers[only : only + 1]


class NotTurned(Exception):
    """It can't be turned into pages; the text says why, to people."""


# A question or an answer between two processes: a line of JSON, and bytes after it.


class Load(NamedTuple):
    about: dict[str, Any]
    bodies: list[bytes]


def write(stream: IO[bytes], about: dict[str, Any], bodies: Sequence[bytes]) -> None:
    sizes = [len(body) for body in bodies]
    stream.write(json.dumps({"about": about, "sizes": sizes}).encode() + b"\n")
    for body in bodies:
        stream.write(body)
    stream.flush()


def read(stream: IO[bytes]) -> Load:
    """Raises ValueError for what is cut short."""
    head = json.loads(stream.readline())
    bodies = [stream.read(size) for size in head["sizes"]]
    if [len(body) for body in bodies] != head["sizes"]:
        raise ValueError("cut short")
    return Load(head["about"], bodies)


# Why a document could not be turned, as a code: words are found outside.


class Fault(Exception):
    def __init__(self, code: str, number: int = 0) -> None:
        super().__init__(code)
        self.code, self.number = code, number


EDGE = 3  # dots around a mask: letters reach over the boxes of their words
GAP = 6  # dots between a mask and what is printed beside it
BLANK = 250  # as light as paper
LEAST_SHEET = 3  # points: less is no page
Area = tuple[int, int, int, int]


def masked(
    pngs: Sequence[bytes], masks: Mapping[int, Sequence[Mask]], title: str
) -> bytes:
    """Raises Fault."""
    if not pngs:
        raise Fault("nothing")
    with pikepdf.new() as pdf:
        for place, png in enumerate(pngs):
            _add(pdf, _masked(png, masks.get(place, ())))
        _describe(pdf, "".join(char if char.isprintable() else " " for char in title))
        stream = io.BytesIO()
        pdf.save(stream, deterministic_id=True)
        return stream.getvalue()


def _add(pdf: Any, picture: Image.Image) -> None:
    width, height = (dots * POINTS / DPI for dots in picture.size)
    page = pdf.add_blank_page(
        page_size=(max(width, LEAST_SHEET), max(height, LEAST_SHEET))
    )
    drawn = pdf.make_stream(
        zlib.compress(picture.tobytes()),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
        Filter=Name.FlateDecode,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=drawn))
    page.Contents = pdf.make_stream(b"%f 0 0 %f 0 0 cm /Page Do" % (width, height))


def _describe(pdf: Any, title: str) -> None:
    """As PDF/A-2b asks, and no more: no time, no program, no name but the title's."""
    # A file that WeasyPrint brings.
    colours = pdf.make_stream((files("weasyprint.pdf") / "sRGB2014.icc").read_bytes())
    colours.N = 3
    pdf.Root.OutputIntents = [
        pikepdf.Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier="sRGB",
            DestOutputProfile=colours,
        )
    ]
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["pdfaid:part"] = "2"
        metadata["pdfaid:conformance"] = "B"
        metadata["dc:title"] = title


def _masked(png: bytes, masks: Sequence[Mask]) -> Image.Image:
    """All is made black first: what is printed beside a mask stands on no other."""
    page = Image.open(io.BytesIO(png), formats=["PNG"]).convert("L")
    pen = ImageDraw.Draw(page)
    areas = [_area(page, mask) for mask in masks]
    for area in areas:
        pen.rectangle(area, fill=BLACK)
    for mask, area in zip(masks, areas, strict=True):
        if mask.label:
            _label(page, pen, area, mask.label)
    return page


def _area(page: Image.Image, mask: Mask) -> Area:
    box, width, height = mask.box, page.width, page.height
    return (
        max(0, box.left * width // WHOLE - EDGE),
        max(0, box.top * height // WHOLE - EDGE),
        min(width - 1, -(-box.right * width // WHOLE) + EDGE),
        min(height - 1, -(-box.bottom * height // WHOLE) + EDGE),
    )


def _label(page: Image.Image, pen: ImageDraw.ImageDraw, area: Area, label: str) -> None:
    """Inside the mask, else beside it or in the margin, where the paper is blank."""
    left, top, right, bottom = area
    for size in range(LABEL, LEAST - 1, -1):
        font = _font(size)
        if font.getlength(label) < right - left - 4 and size < bottom - top:
            at = (left + right) / 2, (top + bottom) / 2
            pen.text(at, label, fill=WHITE, font=font, anchor="mm")
            return
    font, middle = _font(BESIDE), (top + bottom) // 2
    width = int(font.getlength(label)) + 2
    for start in (right + GAP, left - GAP - width, GAP, page.width - GAP - width):
        place = (start, middle - BESIDE // 2, start + width, middle + BESIDE // 2)
        if _is_blank(page, place):
            pen.text((start, middle), label, fill=BLACK, font=font, anchor="lm")
            return


def _is_blank(page: Image.Image, place: Area) -> bool:
    left, top, right, bottom = place
    if left < 0 or top < 0 or right > page.width or bottom > page.height:
        return False
    darkest, _lightest = page.crop(place).getextrema()
    return isinstance(darkest, int) and darkest >= BLANK


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(typeface() / "SourceSansPro-Semibold.ttf", size)


# Pages of a PDF as they are seen, with the words that stand on them.

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


# Pictures as pages: upright, on white, in grey, and not larger than a page.

FORMATS = ("PNG", "JPEG", "TIFF")
SHORT_SIDE = 1654  # dots of an A4 sheet


def pages_of_picture(
    stream: io.BytesIO, only: int | None = None
) -> tuple[int, list[Page]]:
    """How many there are, and these. Raises Fault."""
    # Larger pictures are refused below, by what their head says.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        with Image.open(stream, formats=FORMATS) as picture:
            count = getattr(picture, "n_frames", 1)
            if count > MOST_PAGES:
                raise Fault("many", count)
            return count, [_frame(picture, number) for number in chosen(count, only)]
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Fault("broken") from error


def _frame(picture: Image.Image, number: int) -> Page:
    picture.seek(number)
    width, height = picture.size
    if width * height > MOST_PIXELS_OF_PICTURE:
        raise Fault("picture", width * height // 10**6)
    grey = _fitted(_on_white(ImageOps.exif_transpose(picture)))
    return Page(png_of(grey), grey.width, grey.height, [])


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        return picture.point(lambda dot: dot / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("L")
    clear = picture.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("L")


def _fitted(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    factor = min(
        1, SHORT_SIDE / min(width, height), sqrt(MOST_PIXELS / (width * height))
    )
    if factor == 1:
        return picture
    return picture.resize((max(1, int(width * factor)), max(1, int(height * factor))))


# What can be taken out of a masked file, by tools and by text recognition.

Left = tuple[str, int, str]  # what, on which page, which word or thing
REMAINS_LONGEST = 60  # seconds to read one page
LONGEST_OF_ALL = 180  # seconds after which no other page is begun
# What a page or a catalogue has that is no picture of a page.
REMAINS_BESIDE = (
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
        yield from (("beside", 0, name) for name in REMAINS_BESIDE if name in holder)


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
                timeout=REMAINS_LONGEST,
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


# What is made of words, as a PDF in our own style.

Parts = Sequence[tuple[str, str]]
# A text, to the end where it is not closed; what nests, what stands between, all else.
PIECES = re.compile(
    r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\]]|[,:]|[^\s{}\[\],:"]+', re.DOTALL
)


def parts_of(kind: str, body: bytes) -> Parts:
    """Raises Fault."""
    try:
        if kind == "message/rfc822":
            return list(_mail(body))
        if kind == "text/html":
            return [("", mail.without_tags(text_of(body)))]
        if kind == "application/json" or kind.endswith("+json"):
            return [("", _json(text_of(body)))]
        if kind.startswith("text/"):
            return [("", text_of(body))]
    except MemoryError:
        raise
    except Exception as error:  # whatever odd bytes do to those who read them
        raise Fault("broken") from error
    raise Fault("kind")


def text_of(body: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1")


def _json(text: str) -> str:
    """A text as it reads; all else as it is nested, with nothing lost that a reader of
    JSON would lose. What is none stands as it came."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str) else "".join(_nested(text))


def _nested(text: str) -> Iterator[str]:
    depth, before = 0, ""
    for piece in PIECES.findall(text):
        depth -= piece in "}]"
        if before and before in "{[," or piece in "}]":
            yield "\n" + "  " * depth
        depth += piece in "{["
        is_text = piece.startswith('"')
        yield json.dumps(json.loads(piece), ensure_ascii=False) if is_text else piece
        if piece == ":":
            yield " "
        before = piece


def _mail(raw: bytes) -> Iterator[tuple[str, str]]:
    """Every line of its head, every text, and what else it holds by name."""
    mail.refuse_too_much(raw)
    message = email.message_from_bytes(raw)
    head = (f"{name}: {mail.line(value)}" for name, value in message.items())
    yield "", "\n".join(head)
    for part in mail.parts(message):
        if isinstance(part.get_payload(), list):
            continue
        payload = part.get_payload(decode=True)
        body = payload if isinstance(payload, bytes) else b""
        kind = part.get_content_type()
        if part.get_filename() or not kind.startswith("text/"):
            yield "Bilaga", _attachment(part, len(body))
            continue
        words = mail.decoded(body, part.get_content_charset())
        yield "", mail.without_tags(words) if kind == "text/html" else words


def _attachment(part: Message, size: int) -> str:
    name = mail.line(part.get_filename()) or "utan namn"
    return f"{name} ({part.get_content_type()}, {size} byte)"


def drawn(title: str, parts: Parts, is_practice: bool) -> bytes:
    """Raises Fault."""
    length = sum(len(label) + len(text) for label, text in parts)
    if length > MOST_CHARACTERS:
        raise Fault("text", length)
    head = f"<h1 data-foot='{_text(title)}'>{_text(title)}</h1>" if title else ""
    sections = "".join(_section(label, text) for label, text in parts)
    mark = WATERMARK if is_practice else ""
    html = (
        "<!doctype html><html lang=sv><head>"
        f"<title>{_text(title) or 'Handling'}</title>{mark}</head>"
        f"<body><main>{head}{sections}</main></body></html>"
    )
    try:
        return draw(shown(html))
    except OSError as error:
        raise Fault("drawing") from error


def _section(label: str, text: str) -> str:
    heading = f"<h2>{_text(label)}</h2>" if label else ""
    paragraphs = "".join(f"<p class=typed>{_text(line)}</p>" for line in _blocks(text))
    return heading + paragraphs


def _blocks(text: str) -> list[str]:
    """Lines in paragraphs of at most fifty: one of thousands takes minutes to draw."""
    lines = text.replace("\r\n", "\n").split("\n")
    return ["\n".join(lines[at : at + 50]) for at in range(0, len(lines), 50)]


def _text(value: str) -> str:
    """As HTML holds it; what no page can draw is left out."""
    seen = "".join(char for char in value if char >= " " or char in "\n\t")
    return escape(seen)
