"""Pictures as pages: upright, on white, in grey, and not larger than a page."""

import io
import warnings
from math import sqrt

from PIL import Image, ImageOps

from requests_app.redaction.faults import Fault
from requests_app.redaction.kinds import (
    MOST_PAGES,
    MOST_PIXELS,
    MOST_PIXELS_OF_PICTURE,
    Page,
    chosen,
)
from requests_app.redaction.sheets import png_of

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
