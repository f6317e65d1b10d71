"""A page looked through: by axe-core (WCAG 2.2 A and AA) in light and dark, as it is
spoken, and by what is ours."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.browser.conftest import DESKTOP, PATIENCE, PHONE, pictured
from tests.browser.spoken import wrong_in
from tests.helpers.web import page

LOOKED_THROUGH = pytest.mark.django_db(transaction=True)
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
# Axe is put in beside the page's own policy, which would not let it in.
LOOK = """async () => {
    const found = await axe.run(document, {
        resultTypes: ["violations"],
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    });
    return found.violations
        .filter(v => ["critical", "serious"].includes(v.impact))
        .map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160)).join(" | ")}`);
}"""
# In the dark only colours are others.
LOOK_AT_COLOURS = LOOK.replace(
    'runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]',
    'runOnly: { type: "rule", values: ["color-contrast"] }',
)
# Links change colour in a moment.
SETTLED = "Promise.all(document.getAnimations().map(each => each.finished))"
NO_FILE = re.compile(r"^(?!.*/static/)")
# The page, and within it a list: nobody looks for columns that are out of sight.
WIDE = """Math.max(
    document.documentElement.scrollWidth - window.innerWidth,
    ...[...document.querySelectorAll(".results")].map(e => e.scrollWidth - e.clientWidth))
"""

# On a phone a cell of a table stands with its column's heading before it: what it says
# itself would stand there twice.
TWICE = """[...document.querySelectorAll("td[data-label]")].filter(cell => {
    const lines = cell.innerText.toLowerCase().split("\\n").map(line => line.trim());
    return lines.includes(cell.dataset.label.toLowerCase());
}).map(cell => cell.dataset.label + ": " + cell.innerText.trim())"""


@pytest.fixture(scope="module")
def looker(chromium):
    context = chromium.new_context(locale="sv-SE", bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(path=AXE)
    yield context
    context.close()


def shown(look, name, path=None):
    """At both widths."""
    if path:
        look.at(path)
    pictured(look.page, name, (DESKTOP, PHONE))


class Look:
    """Opens addresses and keeps what is wrong with them."""

    def __init__(self, looker, address):
        self.context, self.address = looker, address
        self.page = looker.new_page()
        self.wrong, self.seen, self.who = [], set(), ""
        self.opened = {}
        # Stays as long as the page: what is asked for while a route is taken away, as
        # style sheets are, may hang for good.
        self.page.route(NO_FILE, self.give)

    def sign_in(self, person):
        """A session as Django's own client makes it: no form, no hashing."""
        self.client, self.who = Client(), person.username
        self.client.force_login(person)
        cookie = self.client.cookies["sessionid"].value
        self.context.clear_cookies()
        self.context.add_cookies(
            [{"name": "sessionid", "value": cookie, "url": self.address}]
        )

    def if_open(self, path, once=None, case=""):
        """Look, if it opens for this person, and if its like was not seen before."""
        opened = self.client.get(path)
        if opened.status_code == 200 and once not in self.seen:
            self.seen.add(once or (self.who, path))
            self.at(path, opened, case=case)
        return opened.context

    def case(self, obj, once=None):
        """The page of an object, and the steps that it offers this person."""
        context = self.if_open(page(obj), once) or {}
        for button in context.get("steps", ()):
            once = (type(obj), button["url"].split("/")[-2])
            # A button that only leads on leads to something else.
            case = str(obj) if "/do/" in button["url"] else ""
            self.if_open(button["url"], once=once, case=case)

    def give(self, asked):
        opened = self.opened.pop(asked.request.url, None)
        if opened is None:
            asked.continue_()
        else:
            asked.fulfill(body=opened.content, headers=dict(opened.headers))

    def at(self, path, opened=None, status=200, case=""):
        """The page there, or what was `opened` there already."""
        url = self.address + path
        self.opened[url] = opened
        response = self.page.goto(url, wait_until="load")
        assert response.status == status, (self.who, path, response.status)
        name = f"{self.who} {path}"
        for width in (390, 1280):
            self.page.set_viewport_size({"width": width, "height": 800})
            if self.page.evaluate(WIDE) > 0:
                self.wrong.append(f"{name}: too wide for {width} pixels")
        for cell in self.page.evaluate(TWICE):
            self.wrong.append(f"{name}: says twice: {cell}")
        found = self.page.evaluate(LOOK) + wrong_in(self.page, case)
        self.page.emulate_media(color_scheme="dark")
        self.page.evaluate(SETTLED)
        found += [f"dark: {line}" for line in self.page.evaluate(LOOK_AT_COLOURS)]
        self.page.emulate_media(color_scheme="light")
        self.wrong += [f"{name}: {line}" for line in found]


@pytest.fixture
def look(looker, live_server):
    found = Look(looker, live_server.url)
    yield found
    found.page.close()
    assert not found.wrong, "\n".join(dict.fromkeys(found.wrong))
