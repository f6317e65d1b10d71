"""Every page leads to its part of the guide, and every step has a text that leads by the
hand: the code makes the lists."""

import re

import pytest
from django.contrib import admin
from django.urls import URLResolver, get_resolver

from requests_app.core import catalogue
from requests_app.templatetags.lockbox import declared_by
from tests.helpers.web import fetch, signed_in, step_url

# Django's own, of whoever is not signed in or is on the way out; what answers a script
# or a button, or gives a file; what only leads on.
NO_PAGES = set(
    [
        "login",
        "logout",
        "password_change_done",
        "jsi18n",
        "autocomplete",
        "app_list",
        "forget_draft",
        "next",
        "waiting",
        "stay",
        "keys",
        "publication_file",
        "public_register_export",
        "diary_export",
        "table_export",
        "processing_paper_pdf",
        "signed_processing_paper_pdf",
    ]
)
STEPS = {
    (model._meta.model_name, name): step
    for model, page in admin.site._registry.items()
    for name, step in getattr(page, "steps", {}).items()
}


def views(resolver, inside=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern, pattern.namespace or inside)
        elif inside == "admin" and pattern.name:
            yield pattern


def places():
    for pattern in views(get_resolver()):
        if pattern.name not in NO_PAGES:
            yield pattern.name, getattr(declared_by(pattern.callback), "guide", "")


def test_every_page_names_a_place_that_there_is():
    found = dict(places())
    assert len(found) > 200
    assert not [name for name, place in found.items() if not has_place(place)]


def has_place(place):
    return bool(place) and catalogue.is_place(place)


@pytest.mark.parametrize("step", STEPS, ids="-".join)
def test_every_step_has_three_to_five_sentences(step):
    text = re.sub(r"<[^>]+>", "", catalogue.part(STEPS[step].guide))
    sentences = re.findall(r"[.?!](?=\s|$)", text.strip())
    assert 3 <= len(sentences) <= 6, text


@pytest.mark.parametrize("name", catalogue.GUIDES)
def test_a_guide_is_a_page_and_its_links_lead_on(name, cast, db):
    client = signed_in(cast.karin)
    html = client.get(catalogue.address(name)).content.decode()
    one = catalogue.guide(name)
    assert one.title in html
    for link in re.findall(r'<a href="(/help/[^"]*)"', one.html):
        place = link.removeprefix("/help/").replace("/", "", 1)
        assert has_place(place), link
    assert not re.search(r'href="[^"]*\.md', one.html)


def test_a_page_has_the_link_and_whoever_is_not_signed_in_has_no_guide(cast, client):
    review = cast.assigned()
    html = signed_in(cast.karin).get(step_url(review, "assess")).content.decode()
    assert 'href="/help/steg/#prova"' in html
    assert client.get("/help/steg/").status_code == 302
    fetch(signed_in(cast.karin), "/help/threat-model/", status=404)
