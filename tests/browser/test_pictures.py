"""The three pages that the README shows: the start page, one review, and deciding on a
phone. With LOCKBOX_PICTURES=docs/pictures they are drawn there."""

import os
from pathlib import Path

import pytest
from PIL import Image

from requests_app.desk.sweep import sweep
from tests.browser.conftest import DESKTOP, PHONE
from tests.helpers.web import page, step_url

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]
PICTURES = os.environ.get("LOCKBOX_PICTURES")
WHY = {
    "own": "Reparera ett skadat objekt som stoppar en flytt av brevlådor",
    "log": "Utdrag ur spårningsloggen för ett ärende om fördröjd e-post",
}


def drawn(visitor, name, path, size):
    """The page fits, and its first screen is the picture."""
    visitor.page.goto(visitor.address + path)
    visitor.fits(name)
    visitor.page.set_viewport_size(size)
    assert visitor.page.locator("h1").first.is_visible()
    if PICTURES:
        file = Path(PICTURES, f"{name}.png")
        visitor.page.screenshot(path=file)
        Image.open(file).convert("RGB").quantize(64).save(file, optimize=True)


def test_the_pages_of_the_readme_are_whole(cast, visit):
    cast.assigned(number="EXSR418822", justification=WHY["own"])
    cast.assigned(number="EXSR419002", justification=WHY["log"])
    proposed = cast.proposed(number="EXSR417311", justification=WHY["own"])
    sweep()
    karin, bo = visit("karin"), visit("bo")
    drawn(karin, "start", "/", DESKTOP)
    drawn(karin, "review", page(proposed), DESKTOP)
    drawn(bo, "deciding", step_url(proposed, "decide"), PHONE)
