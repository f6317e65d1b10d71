"""What a page says on paper, where nobody knows which day it was printed."""

import re

import pytest
from django.urls import reverse

from tests.helpers.web import page

pytestmark = [
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
NEAR = re.compile(r"\b(i dag|i går|i morgon)\b")
FULL = """[...document.querySelectorAll("main time[data-full]")]
    .filter(time => time.checkVisibility())
    .map(time => getComputedStyle(time, "::after").content)"""


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
