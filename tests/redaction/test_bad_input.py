"""What is broken, locked, too large or a bomb: a sentence, and the process lives."""

import io
import zlib

import pikepdf
import pytest
from PIL import Image

from requests_app.disclosure.masking.process import (
    pages_of,
    paper_of,
    redacted,
    what_is_left,
)
from requests_app.disclosure.masking.sheets import NotTurned


def pdf_of(pages=1, size=(595, 842), content=b"", **saving):
    pdf = pikepdf.new()
    for _number in range(pages):
        pdf.add_blank_page(page_size=size)
        if content:
            pdf.pages[-1].Contents = pdf.make_stream(content)
    stream = io.BytesIO()
    pdf.save(stream, **saving)
    return stream.getvalue()


def refused(body, media_type="application/pdf"):
    with pytest.raises(NotTurned) as why:
        pages_of(body, media_type)
    # The next one is turned all the same.
    assert len(pages_of(pdf_of(), "application/pdf")) == 1
    return str(why.value)


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"no pdf at all", pdf_of()[:200]])
def test_a_broken_file(body):
    assert refused(body) == "Filen är trasig: den går inte att öppna."


def test_a_file_without_pages():
    assert refused(pdf_of(pages=0)) in (
        "Handlingen har ingen sida.",
        "Filen är trasig: den går inte att öppna.",
    )


def test_a_locked_file():
    locked = pdf_of(encryption=pikepdf.Encryption(user="x", owner="y"))
    assert refused(locked).startswith("Filen är låst med lösenord")


def test_a_file_of_500_megabytes():
    assert refused(bytes(500 * 1024**2)).startswith("Filen är större än 100 MB")


def test_a_document_of_two_thousand_pages():
    assert refused(pdf_of(pages=2000)) == (
        "Handlingen har 2000 sidor, och högst 300 maskas åt gången: dela upp den först."
    )


def test_a_page_as_large_as_a_house():
    assert "miljoner punkter" in refused(pdf_of(size=(14_400, 14_400)))


def test_a_large_drawing_is_drawn_smaller():
    (page,) = pages_of(pdf_of(size=(2384, 3370)), "application/pdf")  # A0
    assert 38_000_000 < page.width * page.height < 40_100_000


def bomb():
    """A picture of 875 kB that takes gigabytes when it is opened."""
    side = 40_000
    head = side.to_bytes(4) * 2 + b"\x08\x02\0\0\0"
    lines = zlib.compressobj(9)
    rows = [lines.compress(bytes(1 + 3 * side)) for _row in range(500)]
    data = b"".join(rows) + lines.flush()

    def chunk(kind, body):
        check = zlib.crc32(kind + body).to_bytes(4)
        return len(body).to_bytes(4) + kind + body + check

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", data)
        + chunk(b"IEND", b"")
    )


def test_a_picture_bomb():
    assert "1600 miljoner punkter" in refused(bomb(), "image/png")


def test_a_picture_that_ends_in_its_midst():
    stream = io.BytesIO()
    Image.effect_noise((400, 400), 50).save(stream, "JPEG")
    sentence = refused(stream.getvalue()[:3000], "image/jpeg")
    assert sentence == "Filen är trasig: den går inte att öppna."


@pytest.mark.long
def test_a_page_that_takes_all_memory_or_time():
    """262 kB that say two hundred million times to draw a line."""
    inner = b"0 0 m 500 500 l S " * 20_000
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    form = pdf.make_stream(inner, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    form.BBox = [0, 0, 595, 842]
    page = pdf.pages[0]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    page.Contents = pdf.make_stream(b"/F Do " * 40_000)
    stream = io.BytesIO()
    pdf.save(stream)
    assert "mer tid eller minne" in refused(stream.getvalue())


def test_a_text_longer_than_anybody_reads():
    assert "högst 300000 ställs upp" in refused(b"a " * 200_000, "text/plain")


@pytest.mark.parametrize("media_type", ["application/zip", "application/vnd.x", ""])
def test_files_of_other_kinds(media_type):
    assert refused(b"PK", media_type).startswith("Filer av det här slaget")


def test_a_mail_of_many_parts():
    body = b"From: a@example.se\n\n" + b"\n--x\n" * 1000
    assert refused(body, "message/rfc822") == "Filen är trasig: den går inte att öppna."


def test_nothing_to_mask():
    with pytest.raises(NotTurned, match="ingen sida"):
        redacted([], {}, "x")


def test_looking_through_what_is_no_file():
    with pytest.raises(NotTurned, match="trasig"):
        what_is_left(b"no pdf", ["x"])


def test_odd_letters_stand_on_paper():
    """What no page can show is left out, and what is not seen is shown."""
    body = paper_of("A\0B \u202e title", [("\ud7ff", "<script>x</script> \x07 &amp;")])
    assert body.startswith(b"%PDF")
