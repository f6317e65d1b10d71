"""No page shows a link to a row that its reader may not open."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.cast import Cast
from tests.helpers.web import signed_in

pytestmark = pytest.mark.long

ROW = re.compile(r'href="(/\w+/\w+/\d+/change/)')
ROWS = 3  # of each list


@pytest.fixture(scope="module")
def cases(once):
    cast = Cast()
    cast.answered(number="A")
    cast.assessed(number="B")
    return cast


@pytest.mark.parametrize("name", ["karin", "lena", "eva", "rut", "nils", "sam", "ines"])
def test_every_row_that_a_page_of_a_row_links_to_opens(cases, undone, name):
    client = signed_in(getattr(cases, name))
    followed = set()
    for model in admin.site._registry:
        opts = model._meta
        shown = client.get(
            reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        )
        if shown.status_code != 200:
            continue
        for url in list(dict.fromkeys(ROW.findall(shown.content.decode())))[:ROWS]:
            for link in ROW.findall(client.get(url).content.decode()):
                if link not in followed:
                    followed.add(link)
                    assert client.get(link).status_code == 200, (url, link)
    assert followed
