"""Pages look as the document does, and words stand where they are seen."""

import io
import socket

import pikepdf
import pytest
from PIL import Image

from requests_app.disclosure.masking.process import (
    page_at,
    pages_of,
    paper_of,
    redacted,
)
from requests_app.disclosure.masking.sheets import Box, Mask
from tests.redaction import papers
from tests.redaction.test_nothing_is_left import cut


def picture_of(page):
    return Image.open(io.BytesIO(page.png))


def saved(picture, file_type, **saving):
    stream = io.BytesIO()
    picture.save(stream, file_type, **saving)
    return stream.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "I;16", "LA", "RGBA"])
def test_pictures_of_every_kind_are_black_on_white(mode):
    picture = Image.new("RGBA", (200, 100), (255, 255, 255, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 100, 100))
    if mode in ("RGB", "L", "1", "P"):
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture).convert("RGB").convert(mode)
    elif mode == "I;16":
        picture = Image.new("I;16", (200, 100), 65535)
        picture.paste(0, (0, 0, 100, 100))
    else:
        picture = picture.convert(mode)
    (page,) = pages_of(saved(picture, "PNG"), "image/png")
    grey = picture_of(page)
    assert (grey.mode, grey.getpixel((20, 50)), grey.getpixel((180, 50))) == (
        "L",
        0,
        255,
    )


def test_a_photograph_stands_upright_and_is_no_larger_than_a_sheet():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    photograph = Image.new("RGB", (4000, 3000), "white")
    (page,) = pages_of(saved(photograph, "JPEG", exif=exif), "image/jpeg")
    assert (page.width, page.height) == (1654, 2205)


def test_each_picture_of_a_fax_is_a_page():
    sheets = [Image.new("1", (100, 100 + number), 1) for number in range(3)]
    body = saved(sheets[0], "TIFF", save_all=True, append_images=sheets[1:])
    assert [page.height for page in pages_of(body, "image/tiff")] == [100, 101, 102]


@pytest.mark.parametrize("kind", ["image/tiff", "application/pdf"])
def test_one_page_is_drawn_alone_and_how_many_there_are_is_told(kind):
    if kind == "image/tiff":
        sheets = [Image.new("1", (100, 100 + number), 1) for number in range(3)]
        body = saved(sheets[0], "TIFF", save_all=True, append_images=sheets[1:])
    else:
        body = paper_of("", [("", "Rad\n" * 120)])
    pages = pages_of(body, kind)
    assert len(pages) == 3
    assert [page_at(body, kind, place) for place in range(4)] == [
        *((3, page) for page in pages),
        (3, None),
    ]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_stand_where_they_are_seen(turn):
    with pikepdf.open(io.BytesIO(paper_of("", [("", "Hemligt namn")]))) as pdf:
        pdf.pages[0].Rotate = turn
        pdf.pages[0].CropBox = [30, 30, 500, 820]
        stream = io.BytesIO()
        pdf.save(stream)
    (page,) = pages_of(stream.getvalue(), "application/pdf")
    picture = picture_of(page)
    for word in page.words:
        assert cut(picture, word.box).getextrema()[0] < 100, word
    # And nowhere else: the sheet is white when all words are covered, but for a line.
    for word in page.words:
        picture.paste(255, wider(word.box, picture.size))
    assert sum(picture.histogram()[:120]) < 50


def wider(box, size):
    """Its dots, and those of letters that reach over it."""
    dots = (side * whole // 10_000 for side, whole in zip(box, size * 2, strict=True))
    return tuple(dot + step for dot, step in zip(dots, (-3, -3, 4, 4), strict=True))


def test_what_is_filled_in_is_seen():
    """Of a form, the value; and what somebody noted on the page."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(300, 200))
    look = pdf.make_stream(
        b"0 0 100 40 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form
    )
    look.BBox = [0, 0, 100, 40]
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Tx,
        T="name",
        V="Hemlig",
        F=4,
        Rect=[20, 20, 120, 60],
        AP=pikepdf.Dictionary(N=look),
    )
    field = pdf.make_indirect(field)
    pdf.pages[0].Annots = [field]
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
    stream = io.BytesIO()
    pdf.save(stream)
    (page,) = pages_of(stream.getvalue(), "application/pdf")
    assert picture_of(page).getextrema()[0] == 0


def test_json_stands_as_it_came_with_its_letters_shown():
    body = b'{"a":"\\u00c5sa","a":1.10,"b":[]}'
    (page,) = pages_of(body, "application/json")
    words = [word.text for word in page.words]
    assert words[: words.index("Sida")] == [
        *("{", '"a":', '"Åsa",', '"a":', "1.10,", '"b":', "[", "]", "}")
    ]


def test_a_word_longer_than_the_paper_is_seen_whole():
    (page,) = pages_of(b"x" * 1000, "text/plain")
    assert sum(len(word.text) for word in page.words if "x" in word.text) == 1000
    assert max(word.box.right for word in page.words) < 9_000


def test_a_mail_shows_its_head_its_text_and_what_is_attached():
    (page,) = pages_of(*reversed(papers.KINDS[3](["Namn", "Annat"])[:2]))
    text = " ".join(word.text for word in page.words)
    assert "Subject: Fråga från Annat" in text
    assert "Bilaga lista.txt (text/plain, 1 byte)" in text


def test_nothing_is_said_while_it_is_drawn(capfd):
    """The finding: fonts were cached nowhere, and each document told of it."""
    pages_of(b"x", "text/plain")
    assert capfd.readouterr() == ("", "")


def test_a_page_in_html_fetches_nothing():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        html = f"<img src=http://127.0.0.1:{port}/x><p>Text<style>@import 'x'</style>"
        (page,) = pages_of(html.encode(), "text/html")
        with pytest.raises(BlockingIOError):  # who had called would wait here
            server.accept()
    assert "Text" in [word.text for word in page.words]


def test_a_label_stands_inside_or_beside_its_mask():
    sheet = Image.new("L", (1000, 1000), 255)
    (page,) = pages_of(saved(sheet, "PNG"), "image/png")
    large, small = Box(1000, 1000, 4000, 2000), Box(5000, 5000, 5100, 5100)
    label = "23 kap. 2 § OSL"
    body = redacted([page], {0: [Mask(large, label), Mask(small, label)]}, "x")
    (masked,) = pages_of(body, "application/pdf")
    seen = picture_of(masked)
    assert cut(seen, large).getextrema() == (0, 255)
    assert cut(seen, small).getextrema() == (0, 0)
    assert cut(seen, Box(5150, 4900, 7000, 5200)).getextrema()[0] < 50
