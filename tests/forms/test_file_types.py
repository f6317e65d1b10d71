"""A file is known by its bytes, and never run."""

import io
import sys
import zipfile
from collections import Counter

import pytest
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.file import Attachment
from requests_app.cases.review.steps import afterwards
from requests_app.core.models import Content
from requests_app.core.uploads import LARGEST_FILE, type_of
from tests.helpers.refusals import fresh
from tests.helpers.web import PDF, attach, page, signed_in

pytestmark = pytest.mark.django_db


def packed(*names, types="<Types/>"):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name in names:
            made.writestr(name, "x")
        made.writestr("[Content_Types].xml", types)
    return held.getvalue()


@pytest.mark.parametrize(
    "name, body, kind",
    [
        ("a.pdf", PDF, "application/pdf"),
        ("A.PNG", b"\x89PNG\r\n\x1a\n.", "image/png"),
        ("a.jpeg", b"\xff\xd8\xff.", "image/jpeg"),
        ("a.log", "Å i dag\r\n".encode("cp1252"), "text/plain"),
        ("a.eml", b"From: a@b.example\r\nSubject: x\r\n\r\nHej", "message/rfc822"),
        ("a.docx", packed("word/document.xml"), "document"),
        ("a.xlsx", packed("xl/workbook.xml"), "sheet"),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_".encode("utf-16-le"), "outlook"),
    ],
)  # fmt: skip
def test_a_file_is_known_by_its_bytes(name, body, kind):
    found = type_of(name, body)
    assert found.fits and found.media_type.endswith(kind)
    assert not type_of("a.exe", body).fits


@pytest.mark.parametrize(
    "name, body",
    [
        ("a.pdf", b"\x89PNG\r\n\x1a\n."),
        ("a.txt", PDF),
        ("a.exe", b"MZ\x90\x00"),
        ("a.docx", packed("word/document.xml", "word/vbaProject.bin")),
        ("a.docx", packed("other.txt")),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Word"),
        ("a.txt", b"\x00\x01"),
        ("a", PDF),
        ("tom.txt", b""),
        ("stor.pdf", PDF + bytes(LARGEST_FILE)),
    ],
)
def test_a_bad_file_is_refused_and_the_title_stays(cast, name, body):
    subject = cast.assigned()
    kept = Content.objects.count()
    answer = attach(cast, subject, name, body)
    assert answer.status_code == 200 and answer.context["form"].errors["file"]
    assert "Loggen från i går" in answer.content.decode()
    assert Content.objects.count() == kept


def test_a_file_is_kept_and_fetched_on_record_and_never_run(cast):
    subject = cast.assigned()
    assert attach(cast, subject, "../ö <b>.pdf", PDF).status_code == 302
    made = Attachment.objects.get()
    url = reverse(
        "admin:requests_app_secrecyreview_attachment", args=[subject.pk, made.pk]
    )
    agnes = signed_in(cast.agnes)
    assert url in agnes.get(page(subject)).content.decode()
    answer = agnes.get(url)
    assert answer.content == PDF and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    line = LedgerEntry.objects.filter(event="attachment.read").get()
    assert (line.kind, line.actor_name) == ("read", "Agnes Test")
    for name in ("ines", "per", "cilla", "sam"):
        assert signed_in(getattr(cast, name)).get(url).status_code == 404, name
    other = cast.assigned(number="2")
    wrong = url.replace(f"/{subject.pk}/", f"/{other.pk}/", 1)
    assert agnes.get(wrong).status_code == 404
    assert agnes.get(page(subject, "history")).status_code == 200
    afterwards.stop(fresh(subject), by=cast.karin, level="yes")
    assert agnes.get(url).status_code == 404


MACRO_TYPES = (
    '<Types><Override PartName="/word/settings2.bin"'
    ' ContentType="application/vnd.ms-office.vbaProject"/></Types>'
)
TEMPLATE_TYPES = (
    '<Types><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
)


@pytest.mark.parametrize("types", [MACRO_TYPES, TEMPLATE_TYPES])
def test_a_macro_under_another_name_is_found_by_what_it_is(types):
    body = packed("word/document.xml", "word/settings2.bin", types=types)
    assert type_of("a.docx", body) is None


def calls_for(entries):
    """How much is done to tell what a packed file of so many entries is: none."""
    body = packed("word/document.xml", *(f"x{number}" for number in range(entries)))
    calls = Counter()
    sys.setprofile(lambda _frame, event, _told: calls.update([event]))
    try:
        found = type_of("a.docx", body)
    finally:
        sys.setprofile(None)
    assert found is None
    return calls["call"] + calls["c_call"]


def test_a_packed_file_of_sixty_thousand_entries_is_not_read():
    assert calls_for(60_000) == calls_for(6_000) < 100


@pytest.mark.parametrize("cut", [1, 10, 30, 200])
def test_a_packed_file_that_is_cut_off_is_none(cut):
    assert type_of("a.docx", packed("word/document.xml")[:-cut]) is None
