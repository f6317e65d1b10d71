"""Every page as every role, looked through by axe-core (WCAG 2.2 A and AA)."""

from pathlib import Path

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from requests_app.models import (
    AccessRequest,
    DelegationRule,
    InformationSet,
    ProviderProduct,
    Reviewer,
)
from requests_app.sweep import sweep
from requests_app.workflow import dialogue
from tests.cast import PEOPLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
# Axe is put in beside the page's own policy, which would not let it in.
LOOK = """async () => {
    const found = await axe.run(document, {
        resultTypes: ["violations"],
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
                  "best-practice"],
    });
    return found.violations
        .filter(v => ["critical", "serious"].includes(v.impact))
        .map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160)).join(" | ")}`);
}"""
WIDE = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def looker(chromium):
    if not AXE.exists():
        pytest.skip("no axe-core: npm ci --prefix tests --ignore-scripts")
    context = chromium.new_context(locale="sv-SE", bypass_csp=True)
    context.add_init_script(path=AXE)
    yield context
    context.close()


class Look:
    """Opens addresses and keeps what is wrong with them."""

    def __init__(self, looker, address):
        self.context, self.address = looker, address
        self.page = looker.new_page()
        self.wrong, self.seen = [], 0

    def sign_in(self, person):
        """A session as Django's own client makes it: no form, no hashing."""
        client = Client()
        client.force_login(person)
        cookie = client.cookies["sessionid"].value
        self.context.clear_cookies()
        self.context.add_cookies(
            [{"name": "sessionid", "value": cookie, "url": self.address}]
        )

    def at(self, path, who="", status=200):
        response = self.page.goto(self.address + path)
        if response.status in (403, 404) and status == 200:
            return
        assert response.status == status, (who, path, response.status)
        self.seen += 1
        for width in (1280, 390):
            self.page.set_viewport_size({"width": width, "height": 800})
            if self.page.evaluate(WIDE) > 0:
                self.wrong.append(f"{who} {path}: too wide for {width} pixels")
        found = self.page.evaluate(LOOK)
        self.wrong += [f"{who} {path}: {line}" for line in found]


@pytest.fixture
def look(looker, live_server):
    found = Look(looker, live_server.url)
    yield found
    found.page.close()
    assert not found.wrong, "\n".join(dict.fromkeys(found.wrong))


def addresses(obj):
    """The page of an object, its history, and each step that it has."""
    opts = obj._meta
    name = f"admin:{opts.app_label}_{opts.model_name}"
    steps = getattr(admin.site._registry[type(obj)], "steps", {})
    return [
        reverse(f"{name}_change", args=[obj.pk]),
        *(reverse(f"{name}_step", args=[obj.pk, step]) for step in steps),
    ]


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
    models = (DelegationRule, InformationSet, ProviderProduct, Reviewer)
    return [model.objects.first() for model in models]


def test_the_pages_of_cases_are_for_everybody_with_work_in_them(cast, look):
    found = [address for obj in cases(cast) for address in addresses(obj)]
    sweep()
    for name in ("karin", "lena", "bo", "eva", "nils", "per"):
        look.sign_in(getattr(cast, name))
        for address in found:
            look.at(address, name)
    assert look.seen > 80


def test_the_start_page_and_every_list_are_for_every_role(cast, look):
    cases(cast)
    roles = {role: name for name, (role, _code) in PEOPLE.items()}
    for name in roles.values():
        look.sign_in(getattr(cast, name))
        for address in ("/", "/registers/", *lists()):
            look.at(address, name)
    assert look.seen > 100


def test_forms_of_registers_sign_in_and_errors_are_for_everybody(cast, look, settings):
    look.at("/login/")
    look.sign_in(cast.karin)
    look.at("/nowhere/", status=404)
    look.at("/audit_app/ledgerentry/", status=403)
    look.at("/password_change/")
    review = cast.answered()
    look.at(f"/requests_app/secrecyreview/{review.pk}/history/")
    look.at(f"/requests_app/secrecyreview/{review.pk}/who/")
    look.sign_in(cast.lena)
    look.at("/requests_app/accessrequest/add/")
    for name in ("sam", "ines", "lena", "agnes"):
        look.sign_in(getattr(cast, name))
        for row in registers():
            for address in addresses(row):
                look.at(address, name)
            opts = row._meta
            look.at(reverse(f"admin:{opts.app_label}_{opts.model_name}_add"), name)
    assert look.seen > 20


def test_the_page_of_a_failure_is_readable(looker):
    page = looker.new_page()
    html = Path("templates/500.html").read_text("utf-8")
    page.set_content(html)
    page.add_script_tag(path=AXE)
    assert page.evaluate(LOOK) == []
    page.close()
