"""What a page says on paper, where nobody knows which day it was printed."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tests.helpers.web import page

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]
NEAR = re.compile(r"\b(i dag|i går|i morgon)\b")
FULL = """[...document.querySelectorAll("main time[data-full]")]
    .filter(time => time.checkVisibility())
    .map(time => getComputedStyle(time, "::after").content)"""


def test_every_sheet_says_who_printed_it_and_when(cast, visit, tmp_path):
    subject = cast.answered()
    karin = visit("karin")
    karin.page.goto(karin.address + page(subject))
    printed = tmp_path / "case.pdf"
    karin.page.pdf(path=printed, format="A5")
    sheets = [sheet.extract_text() for sheet in PdfReader(printed).pages]
    assert len(sheets) > 2
    year = timezone.localtime().year
    said = rf"{subject} · så som det stod .* utskrivet av Karin Test, .* {year} kl"
    for sheet in sheets:
        assert re.search(said, " ".join(sheet.split())), sheet


def test_no_time_on_paper_is_told_by_how_far_it_is_from_today(cast, visit):
    subject = cast.answered()
    karin = visit("karin")
    lists = reverse("admin:requests_app_secrecyreview_changelist")
    grant = subject.access_request.grants.get()
    for path in (page(subject), page(subject, "history"), page(grant), lists, "/"):
        karin.page.emulate_media(media="screen")
        karin.page.goto(karin.address + path)
        karin.page.emulate_media(media="print")
        assert not NEAR.search(karin.page.inner_text("main")), path
        for time in karin.page.evaluate(FULL):
            assert re.search(r"\b20\d\d kl\.\s\d\d\.\d\d", time), (path, time)
    karin.page.emulate_media(media="screen")
    karin.page.goto(karin.address + page(subject))
    assert NEAR.search(karin.page.inner_text("main"))
