"""A real Chromium against a real server. What does not fit is pictured in a folder that
git ignores; and whatever a test shows, once somebody has made the folder to look at it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests import moment, tools
from tests.browser.way import count
from tests.cast import PASSWORD
from tests.helpers.mailboxes import mailbox, names, provider, read  # noqa: F401
from tests.helpers.worked_examples import prepare
from tests.providers.exchange_online.conftest import exchange  # noqa: F401

SHOTS = Path(__file__).parent / "screenshots"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Milliseconds until what hangs is given up; a slow machine is no fault.
PATIENCE = 60_000
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


# Of a module: while Playwright runs, nothing else in the process may run a loop.
@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=tools.path("chromium"),
            args=QUIET,
            env=moment.without(os.environ),
        )
        make = browser.new_context

        def new_context(**terms):
            context = make(**terms)
            context.add_init_script(moment.for_pages())
            return context

        browser.new_context = new_context
        yield browser
        browser.close()


def pictured(page, name, sizes=()):
    """The page as it stands, or at these sizes."""
    for size in sizes:
        page.set_viewport_size(size)
        if SHOTS.exists():
            path = SHOTS / f"{name}-{size['width']}.png"
            page.screenshot(path=path, full_page=True)
    if not sizes and SHOTS.exists():
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


class Visitor:
    """One person at one browser, in Swedish; complaints of the browser are errors."""

    def __init__(self, browser, address, name):
        self.address, self.name = address, name
        self.context = browser.new_context(
            viewport=DESKTOP, locale="sv-SE", timezone_id="Europe/Stockholm"
        )
        self.context.set_default_timeout(PATIENCE)
        self._page = self.context.new_page()
        self.complaints = []
        self._page.on("console", self._listen)
        self._page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @property
    def page(self):
        """As it is when the whole of it is here: a click waits for its first byte."""
        self._page.wait_for_load_state("domcontentloaded")
        return self._page

    def _listen(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def sign_in(self):
        self.page.goto(self.address + "/login/")
        self.page.fill("#id_username", self.name)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("[type=submit]")
        assert "Att göra" in self.page.title()

    def click(self, text, exact=True):
        self.page.get_by_role("link", name=text, exact=exact).or_(
            self.page.get_by_role("button", name=text, exact=exact)
        ).first.click()

    def fill(self, label, value):
        self.page.get_by_label(label, exact=False).first.fill(value)

    def choose(self, group, option):
        self.page.get_by_role("group", name=group).get_by_label(
            option, exact=True
        ).check()

    def fits(self, what):
        """The page is no wider than a desk and a phone; where it is, see the picture."""
        for device, size in (("desktop", DESKTOP), ("phone", PHONE)):
            self.page.set_viewport_size(size)
            wide = self.page.evaluate(
                "document.documentElement.scrollWidth - window.innerWidth"
            )
            if wide > 0:
                SHOTS.mkdir(exist_ok=True)
                shot = SHOTS / f"{self.name}-{what}-{device}.png"
                self.page.screenshot(path=shot, full_page=True)
                pytest.fail(f"{what} is {wide} pixels too wide for a {device}: {shot}")
        self.page.set_viewport_size(DESKTOP)

    def text(self):
        return self.page.inner_text("body")

    def reads(self, text):
        """Wait for it: once where it stands, or twice, while it is spoken too."""
        self.page.get_by_text(text).first.wait_for()

    def settles(self):
        """What the page has asked the server for until now has been answered before
        this is, or has led the page away, which is an error here."""
        self._page.evaluate("fetch('/login/').then((answer) => answer.text())")

    def leave(self):
        assert self.complaints == [], self.complaints
        self.context.close()


@pytest.fixture
def visit(chromium, live_server):
    """visit(name) opens a browser for a person of the cast."""
    visitors = {}

    def open_for(name, anew=True):
        if name not in visitors:
            visitors[name] = Visitor(chromium, live_server.url, name)
            visitors[name].sign_in()
        visitor = visitors[name]
        if anew:
            visitor.page.goto(live_server.url + "/")
        return visitor

    yield open_for
    for visitor in visitors.values():
        visitor.leave()


@pytest.fixture
def counted():
    return []


@pytest.fixture
def begin(cast, visit, counted):
    prepare()

    def counting(name, **more):
        visitor = visit(name, **more)
        if name not in seen:
            count(visitor.page, counted)
            seen.add(name)
        return visitor

    seen = set()
    return counting
