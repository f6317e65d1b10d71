"""What is taken out, piece by piece, in a browser."""

import re
import threading
from pathlib import Path

from audit_app.models import LedgerEntry
from tests.browser.conftest import PATIENCE
from tests.browser.looking import AXE, LOOK

SECONDS = PATIENCE / 1000


class Pieces:
    """Rows of the ledger are read ten at a time: `free` pieces at once, and the rest when
    the test says `go_on`; or something happens in place of piece number `fails_at`."""

    def __init__(self, ordinary):
        self.ordinary, self.gate = ordinary, threading.Event()
        self.free, self.fails_at, self.failure = 2, None, None
        self.number = 0

    def __call__(self, user, audited, sought, place=None, cases=(), limit=10):
        self.number = 1 if place is None else self.number + 1
        if self.number == self.fails_at:
            raise self.failure
        if self.number > self.free:
            assert self.gate.wait(SECONDS)
        return self.ordinary(user, audited, sought, place, cases, limit)

    def go_on(self):
        self.gate.set()

    def fail(self, number, failure):
        self.fails_at, self.failure = number, failure
        self.go_on()


def exports():
    return LedgerEntry.objects.filter(kind="export").count()


def begin(agnes, label="CSV", so_far="20 av"):
    """Press it, by keys, and wait until so much of it is here."""
    agnes.page.get_by_role("button", name=label, exact=True).press("Enter")
    agnes.page.locator("[data-looks]", has_text=so_far).wait_for()


def ends(agnes, text):
    status = agnes.page.locator("[role=status]:not(#spoken)", has_text=text)
    status.wait_for()
    agnes.page.locator("[data-way]").wait_for(state="hidden")
    return status


def is_accessible(agnes):
    if AXE.exists():
        agnes.page.evaluate(AXE.read_text())
        assert agnes.page.evaluate(LOOK) == []


def focused(agnes):
    return agnes.page.evaluate("document.activeElement.textContent").strip()


def without_scripts(agnes, chromium, label):
    """Name and content of what the same button gives whoever has no scripts."""
    context = chromium.new_context(java_script_enabled=False, locale="sv-SE")
    context.add_cookies(agnes.context.cookies())
    page = context.new_page()
    page.goto(agnes.page.url)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    content = Path(waiting.value.path()).read_bytes()
    name = waiting.value.suggested_filename
    context.close()
    return name, content


def unnumbered(name):
    return re.sub(r"^audit-\d+-", "audit-", name)
