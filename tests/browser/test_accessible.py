"""Every page as every role, looked through by axe-core (WCAG 2.2 A and AA)."""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from requests_app.background.sweep import sweep
from requests_app.models import (
    AccessRequest,
    DelegationRule,
    InformationSet,
    ProviderProduct,
    RoleAssignment,
)
from requests_app.workflow import dialogue, saved_audit
from tests.browser.conftest import PATIENCE
from tests.cast import PEOPLE
from tests.helpers.channels import channel_of
from tests.helpers.people import enter
from tests.helpers.saved_audits import answered, draw
from tests.helpers.web import page

LOOKED_THROUGH = pytest.mark.django_db(transaction=True)
pytestmark = [pytest.mark.long, pytest.mark.browser, LOOKED_THROUGH]

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
NO_FILE = re.compile(r"^(?!.*/static/)")
FAILURE = Path(__file__).parents[2] / "templates" / "500.html"
# Who reads a case, who sees its outer life only, who answers: three different pages.
WATCHED = ("karin", "per", "eva")
# The page, and within it a list: nobody looks for columns that are out of sight.
WIDE = """Math.max(
    document.documentElement.scrollWidth - window.innerWidth,
    ...[...document.querySelectorAll(".results")].map(e => e.scrollWidth - e.clientWidth))
"""


@pytest.fixture(scope="module")
def looker(chromium):
    if not AXE.exists():
        pytest.skip("no axe-core: npm ci --prefix tests --ignore-scripts")
    context = chromium.new_context(locale="sv-SE", bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(path=AXE)
    yield context
    context.close()


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

    def if_open(self, path, once=None):
        """Look, if it opens for this person, and if its like was not seen before."""
        opened = self.client.get(path)
        if opened.status_code == 200 and once not in self.seen:
            self.seen.add(once or (self.who, path))
            self.at(path, opened)
        return opened.context

    def case(self, obj, once=None):
        """The page of an object, and the steps that it offers this person."""
        context = self.if_open(page(obj), once) or {}
        for button in context.get("steps", ()):
            self.if_open(button["url"], once=(type(obj), button["url"].split("/")[-2]))

    def give(self, asked):
        opened = self.opened.pop(asked.request.url, None)
        if opened is None:
            asked.continue_()
        else:
            asked.fulfill(body=opened.content, headers=dict(opened.headers))

    def at(self, path, opened=None, status=200):
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
        self.wrong += [f"{name}: {line}" for line in self.page.evaluate(LOOK)]


@pytest.fixture
def look(looker, live_server):
    found = Look(looker, live_server.url)
    yield found
    found.page.close()
    assert not found.wrong, "\n".join(dict.fromkeys(found.wrong))


def lists():
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]


def cases(cast):
    """A case in each state that has pages of its own."""
    cast.request(number="LOOSE", objects=("nobody@knows.example",))
    asked = cast.assessed(number="ASKED")
    dialogue.ask(asked, by=cast.karin, text="Vilka loggar?")
    reviews = [
        cast.new(number="NEW"),
        cast.registered(number="REGISTERED"),
        cast.assigned(number="ASSIGNED"),
        asked,
        cast.proposed(number="PROPOSED"),
        cast.decided(number="DECIDED"),
        cast.answered(number="ANSWERED"),
    ]
    requests = [AccessRequest.objects.get(external_id="LOOSE")]
    requests += [row.access_request for row in reviews[-2:]]
    answers = [row.deliveries.get() for row in requests[1:]]
    return [*reviews, *requests, *answers, requests[-1].grants.get()]


def registers():
    models = (DelegationRule, InformationSet, ProviderProduct, RoleAssignment)
    return [model.objects.first() for model in models]


def test_the_pages_of_cases_are_for_everybody_with_work_in_them(cast, look):
    found = cases(cast)
    sweep()
    for name in ("karin", "per", "eva", "lena", "bo", "nils"):
        look.sign_in(getattr(cast, name))
        for obj in found:
            look.case(obj, once=None if name in WATCHED else (type(obj),))
    assert len(look.seen) > 50


def test_the_start_page_and_every_list_are_for_every_role(cast, look):
    cases(cast)
    roles = {role: name for name, (role, _code) in PEOPLE.items()}
    for name in roles.values():
        look.sign_in(getattr(cast, name))
        look.if_open("/")
        look.if_open(reverse("admin:registers"))
        for name in ("public_register", "overview", "months"):
            look.if_open(reverse(f"admin:{name}"))
        for address in lists():
            alike = None if "secrecyreview" in address else address
            look.if_open(address, once=alike)
    assert len(look.seen) > 45


def test_the_pages_of_auditors_are_for_everybody(cast, look):
    review = cast.answered()
    look.sign_in(cast.agnes)
    case = f"/revision/case/{review.diary_number}/"
    pages = ("decisions", "roles", "reading", "figures", "patterns", "verdict")
    for path in ("", "?case=none&field=none", *(f"{name}/" for name in pages)):
        look.at(f"/revision/{path}")
    for path in ("outside/?compare=1", f"person/{cast.karin.pk}/"):
        look.at(f"/revision/{path}")
    look.at(f"/revision/person/{cast.karin.pk}/")
    for path in (case, f"{case}?reads=with", f"{case}readers/", f"{case}sight/"):
        look.at(path)
    audit = draw(cast, size=1)
    sampled = audit.cases.get()
    answered(cast, sampled, reasons=("no", "Short."), in_time=("yes",))
    one = f"/revision/audits/{audit.pk}/"
    for path in ("/revision/audits/", "/revision/audits/draw/", one, f"{one}end/"):
        look.at(path)
    look.at(f"{one}case/{sampled.review_id}/")
    saved_audit.end(audit, by=cast.agnes, conclusion="As it should be.")
    look.at(one)


def test_registers_sign_in_and_errors_are_for_everybody(cast, look):
    look.at("/login/")
    look.at(reverse("public_ledger"))
    look.sign_in(cast.karin)
    look.at("/nowhere/", status=404)
    look.at("/revision/", status=403)
    look.at("/password_change/")
    look.at(reverse("admin:notices"))
    review = cast.answered()
    look.at(page(review, "history"))
    look.at(page(review, "who"))
    look.sign_in(cast.lena)
    look.at(reverse("admin:requests_app_accessrequest_add"))
    for name in ("sam", "ines", "lena", "agnes"):
        look.sign_in(getattr(cast, name))
        for row in registers():
            look.case(row)
            opts = row._meta
            add = reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
            look.if_open(add, once=add)
    assert len(look.seen) > 8


def test_roles_that_wait_and_channels_are_for_everybody(cast, look):
    for name, by in (("dpo", cast.per), ("auditor", cast.per), ("registrar", cast.pia)):
        enter(cast, cast.jonas, name, by=by)
    channel = channel_of(cast)
    look.sign_in(cast.pia)
    look.at(reverse("admin:waiting_roles", args=[cast.gsn.pk]) + "?all")
    look.at(reverse("admin:requests_app_noticechannel_add"))
    look.case(channel)
    assert len(look.seen) == 2


def test_the_page_of_a_failure_is_readable(looker):
    shown = looker.new_page()
    shown.set_content(FAILURE.read_text("utf-8"))
    assert shown.evaluate(LOOK) == []
    shown.close()
