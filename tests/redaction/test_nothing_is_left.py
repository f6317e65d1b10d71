"""What is masked is found by no tool, in documents of every kind."""

import io

import pikepdf
import pytest
from pikepdf import pdfa
from PIL import Image

from requests_app.disclosure.masking import sheets
from requests_app.disclosure.masking.process import redacted, what_is_left
from tests.redaction import papers, tools

FEW = len(papers.KINDS)


def searched(path, folder, secrets, by_eye=True):
    """Where each secret is found, by tools that are not ours."""
    folder.mkdir(exist_ok=True)
    texts = {
        "text": [tools.text(path)],
        "metadata": [tools.info(path)],
        "file": tools.unpacked(path),
    }
    if by_eye:
        texts["picture"] = [tools.read(row) for row in tools.pictures(path, folder)]
    return {
        (way, secret)
        for way, found in texts.items()
        for secret in secrets
        if any(secret.casefold() in text.casefold() for text in found)
    }


def written(folder, name, body):
    path = folder / f"{name}.pdf"
    path.write_bytes(body)
    return path


def the_same_where_masked(pages, masks, path, folder):
    """What stands in a mask tells nothing of what was under it: on an empty page the
    same masks look the same."""
    empty = [page._replace(png=white(page)) for page in pages]
    other = written(folder, "empty", redacted(empty, masks, "x"))
    seen = tools.pictures(path, made(folder / "seen"))
    blank = tools.pictures(other, made(folder / "blank"))
    for place, on_page in masks.items():
        for box, _label in on_page:
            one, two = (cut(Image.open(rows[place]), box) for rows in (seen, blank))
            assert one.tobytes() == two.tobytes()
            assert one.getextrema()[0] == 0


def made(folder):
    folder.mkdir()
    return folder


def cut(picture, box):
    width, height = picture.size
    area = [
        box.left * width // 10_000,
        box.top * height // 10_000,
        box.right * width // 10_000,
        box.bottom * height // 10_000,
    ]
    return picture.convert("L").crop(area)


def white(page):
    stream = io.BytesIO()
    Image.new("L", (page.width, page.height), 255).save(stream, "PNG")
    return stream.getvalue()


def sound(path):
    tools.run("qpdf", "--check", path)
    with pikepdf.open(path) as pdf:
        assert not pdfa.check(pdf, "2b").findings


def masks_one(paper, folder):
    pages = papers.pages(paper)
    masks = papers.masked_places(paper, pages)
    count = sum(len(rows) for rows in masks.values())
    assert count >= len(paper.secrets), paper
    body = redacted(pages, masks, "Handling 3, maskad")
    return pages, masks, written(folder, "masked", body)


@pytest.mark.needs("poppler", "qpdf", "tesseract")
@pytest.mark.parametrize("number", [0, 1, 3, 4])
def test_a_document_of_each_kind(tmp_path, number):
    """A PDF with all that may be in it, a picture, a mail, and a sheet on its side. All
    kinds are in the long test; of these the first is read by text recognition."""
    secrets = papers.secret_words(2 * FEW, "each kind")
    paper = papers.papers(FEW, secrets)[number]
    pages, masks, path = masks_one(paper, tmp_path)
    by_eye = number == 0
    assert searched(path, tmp_path / "x", paper.secrets, by_eye) == set()
    the_same_where_masked(pages, masks, path, tmp_path)
    sound(path)
    if by_eye:
        assert what_is_left(path.read_bytes(), paper.secrets) == []


@pytest.mark.needs("poppler", "qpdf", "tesseract")
def test_without_masks_each_way_finds_something(tmp_path):
    """So the search can fail."""
    secrets = papers.secret_words(2, "unmasked")
    paper = papers.KINDS[0](secrets)
    original = written(tmp_path, "original", paper.body)
    found = searched(original, tmp_path / "x", secrets, by_eye=False)
    assert {way for way, _secret in found} == {"text", "metadata", "file"}
    body = redacted(papers.pages(paper), {}, "Handling 3")
    drawn = written(tmp_path, "drawn", body)
    found = searched(drawn, tmp_path / "y", secrets)
    assert found == {("picture", secret) for secret in secrets}
    told = what_is_left(body, secrets)
    assert told == [
        f"”{secret}” går fortfarande att läsa på sidan 1." for secret in secrets
    ]


def test_what_is_left_tells_of_all_that_may_hold_words():
    secrets = papers.secret_words(2, "left")
    told = what_is_left(papers.KINDS[0](secrets).body, secrets)
    assert "Filen har fortfarande en bilaga: unmasked.txt." in told
    assert "Sidan 1 har fortfarande en text som kan kopieras." in told
    assert f"”{secrets[0]}” står fortfarande i filen." in told
    for name in ("/Annots", "/Thumb", "/Names"):
        assert (
            f"Filen har fortfarande något som inte är en bild av en sida: {name}."
            in told
        )


def test_what_takes_too_long_to_read_is_told(monkeypatch):
    monkeypatch.setattr(sheets, "LONGEST_OF_ALL", -1)
    body = redacted(papers.pages(papers.KINDS[1](["Ett"])), {}, "x")
    assert sheets.left(body, ["Ett"], "tesseract") == [("rest", 1, "")]


def test_what_is_left_tells_of_an_earlier_version():
    body = redacted(papers.pages(papers.KINDS[1](["Ett"])), {}, "x")
    assert what_is_left(body, []) == []
    later = body + b"\n%%EOF\n"
    assert what_is_left(later, []) == [
        "Filen har fortfarande en tidigare version av sig själv."
    ]


@pytest.mark.needs("poppler", "qpdf", "tesseract")
@pytest.mark.long
def test_30_secrets_in_10_documents(tmp_path):
    secrets = papers.secret_words(30, "all")
    seen, looked_for = 0, 0
    for number, paper in enumerate(papers.papers(10, secrets)):
        folder = made(tmp_path / str(number))
        pages, masks, path = masks_one(paper, folder)
        found = searched(path, folder / "x", paper.secrets)
        assert found == set(), (number, paper.media_type)
        the_same_where_masked(pages, masks, path, folder)
        sound(path)
        if number < FEW:  # each kind: text recognition reads these
            bare = written(folder, "bare", redacted(pages, {}, "x"))
            seen += len(searched(bare, made(folder / "y"), paper.secrets))
            looked_for += len(paper.secrets)
    assert seen > 0.9 * looked_for, (seen, looked_for)
