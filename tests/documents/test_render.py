"""The bytes: an archivable, tagged PDF that reaches for nothing."""

import builtins
import os
import struct
import subprocess

import pytest

from requests_app.cases.review.papers import drawing, render
from tests.helpers.archive import faults
from tests.helpers.sheets import NOON, read_pdf, sheet, text_of

pytestmark = pytest.mark.usefixtures("laid_out")


@pytest.fixture(scope="module")
def drawn():
    return render.pdf(sheet(), NOON)


def test_it_is_a_tagged_pdf_for_the_archive(drawn):
    root = read_pdf(drawn).trailer["/Root"]
    assert root["/Lang"] == "sv"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    described = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="3"' in described
    assert 'pdfaid:conformance="A"' in described
    assert "<pdfuaid:part>1</pdfuaid:part>" in described
    assert read_pdf(drawn).xmp_metadata.pdf_producer
    assert read_pdf(drawn).metadata.title == "Beslut om åtkomst, GSN 2026-0012"


def test_headings_and_lists_are_told_apart_for_who_listens(drawn):
    kinds = set()

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for part in node:
                walk(part)
        elif hasattr(node, "get"):
            kinds.add(node.get("/S"))
            if "/K" in node and not isinstance(node["/K"], int):
                walk(node["/K"])

    walk(read_pdf(drawn).trailer["/Root"]["/StructTreeRoot"])
    assert {"/H1", "/H2", "/P", "/L", "/LI"} <= kinds
    # What a value is called belongs to it.
    assert {"/Table", "/TR", "/TH", "/TD"} <= kinds


def test_every_font_is_in_the_file(drawn):
    found = set()
    for page in read_pdf(drawn).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in inner["/FontDescriptor"]
            found.add(inner["/BaseFont"].split("+")[1])
    assert found == {"Lockbox-Sans", "Lockbox-Sans-Semi-Bold"}


def test_it_says_what_a_decision_says(drawn):
    words = text_of(drawn)
    for told in (
        "Grundskolenämnden",
        "Diarienummer GSN 2026-0012",
        "Datum 23 november 2026",
        "Supportärende SR 2026-1123-0417",
        "Åtgärden utförs av namngiven tekniker inom EES.",
        "Åsa Öström: får inte röja uppgifterna.",
        "23 kap. 2 § första stycket OSL: sekretess gäller",
        "Bo Test, enhetschef Enligt punkt 4.7",
        "Karin Test, stadsjurist",
        "också Jonas Ek och Ines Ås deltagit",
        "inom tre veckor från den dag då ni fick del av beslutet",
        "Kammarrätten i Göteborg",
        "beslutet den 23 november 2026 med diarienummer GSN 2026-0012",
        "Sida 1 (2)",
    ):
        assert told in words, told


def test_what_is_not_there_has_no_heading():
    bare = sheet(conditions=(), reservations=(), rules=(), others=(), appeal=None)
    words = text_of(render.pdf(bare, NOON))
    for heading in ("Villkor", "Förbehåll", "Tillämpade", "överklagar", "deltagit"):
        assert heading not in words


def test_what_people_wrote_is_text_and_nothing_else():
    text = '<img src="file:///etc/passwd"> <script>alert(1)</script> & {{ paper }}'
    words = text_of(render.pdf(sheet(reasons=text), NOON))
    assert text in words


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA"],
)
def test_the_renderer_fetches_nothing_but_the_typeface(address):
    with pytest.raises(ValueError, match="not a packaged file"):
        drawing.fetcher().fetch(address)
    assert drawing.fetcher().fetch("font:SourceSansPro-Regular.ttf")


def test_what_no_typeface_has_is_told_by_its_number():
    """An empty box would say nothing, and is not let into the archive (ISO 19005-3, 6.2.11.8)."""
    body = render.pdf(sheet(reasons="Hon heter 王芳, han Łukasz och de Σοφία."), NOON)
    assert not faults(body)
    assert "heter ⟨U+738B⟩⟨U+82B3⟩, han Łukasz och de Σοφία." in text_of(body)


def test_a_long_decision_breaks_over_pages_and_loses_nothing():
    parts = [f"Stycke {number}. {'Ord och åter ord. ' * 40}" for number in range(40)]
    drawn = render.pdf(sheet(reasons="\n\n".join(parts)), NOON)
    words = text_of(drawn)
    assert len(read_pdf(drawn).pages) > 8
    assert all(f"Stycke {number}." in words for number in range(40))


def test_without_pango_it_is_said_why(monkeypatch):
    found = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'\nmore")
        return found(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    assert render.hindrance() == "cannot load library 'libpango-1.0-0'"
    with pytest.raises(render.NotDrawn):
        render.pdf(sheet(), NOON)


def test_one_that_takes_too_long_is_given_up_and_the_next_is_drawn():
    """The finding: 6,600 paragraphs held a worker until it was killed."""
    long = sheet(reasons="x\n\n" * 20_000)
    with render.pen(longest=2.0) as draw:
        for _time in range(2):
            with pytest.raises(render.NotDrawn, match="2 seconds"):
                draw(long, NOON)


def test_what_a_terminal_sends_to_everybody_in_front_does_not_reach_the_drawing():
    with render.pen() as draw:
        draw(sheet(), NOON)
        listed = subprocess.run(
            ["ps", "-ww", "--ppid", str(os.getpid()), "-o", "pid=,pgid=,args="],
            capture_output=True,
            text=True,
        ).stdout
        (drawing_process,) = [
            line.split() for line in listed.splitlines() if drawing.__name__ in line
        ]
    assert drawing_process[0] == drawing_process[1]


def test_after_a_failure_the_same_pen_draws_on(monkeypatch):
    with render.pen() as draw:
        with monkeypatch.context() as patch:
            patch.setattr(render, "_html", lambda *_args: "\0" * 3)
            patch.setattr(render.drawing, "LENGTH", struct.Struct(">Q"))
            with pytest.raises(render.NotDrawn):
                draw(sheet(), NOON)
        assert draw(sheet(), NOON).startswith(b"%PDF")


def test_a_number_is_read_before_what_it_numbers(drawn):
    text = text_of(drawn)
    assert text.index("1.") < text.index(sheet().conditions[0])
