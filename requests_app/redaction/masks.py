"""Pages with what is secret made black, as one file of pictures alone."""

import io
import zlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import pikepdf
from pikepdf import Name
from PIL import Image, ImageDraw, ImageFont

from requests_app.documents.drawing import typeface
from requests_app.redaction.faults import Fault
from requests_app.redaction.kinds import DPI, POINTS, WHOLE, Mask

BLACK, WHITE = 0, 255
EDGE = 3  # dots around a mask: letters reach over the boxes of their words
LABEL, BESIDE, LEAST = 26, 20, 15  # dots of a label's height: inside, beside, at least
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
