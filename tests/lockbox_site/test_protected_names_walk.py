"""Whoever's name is protected has an alias wherever the name would stand."""

import re
from collections import Counter
from html import unescape

import pytest
from django.db import connection
from django.urls import reverse

from audit_app.acting import acting
from requests_app.background.documents import draw_up_documents
from requests_app.models import Decision
from requests_app.workflow import person
from tests.cast import PEOPLE, Cast
from tests.helpers.web import page, signed_in
from tests.workbench.states import fill

FIRST, LAST = "Gunhild", "Rönnqvist"
ALIAS = "Handläggare 7"
NAME = re.compile(f"{FIRST}|{LAST}|R\\\\u00f6nnqvist", re.IGNORECASE)
WHO = ("karin", "bo", "per")
# Who reads no decision here, and no paper on the processing.
WITHOUT_PAPERS = (
    "ines",
    "sam",
    "eva",
    "nils",
    "rut",
    "cilla",
    "didrik",
    "sixten",
    "ivar",
)
# So many of addresses that differ by their numbers alone.
OF_A_KIND = 3
HREF = re.compile(r'(?:href|action|src)="(/[^"]*)"')


@pytest.fixture(scope="module")
def world(once):
    """Each of them had a name when their account was made; then cases in every state."""
    cast = Cast()
    for number, who in enumerate(WHO):
        theirs = getattr(cast, who)
        theirs.first_name, theirs.last_name = FIRST, f"{LAST}{number}"
        theirs.email = f"gunhild.{LAST}{number}@skola.example"
        with acting(cast.sam):
            person.keep_account(theirs, by=cast.sam)
        person.protect(theirs, by=cast.sam, alias=f"{ALIAS}{number}", username=who)
    fill(cast)
    draw_up_documents()
    connection.check_constraints()
    return cast


def keeps(who, url):
    """The accounts' own pages, for whoever may keep them."""
    return who in ("sam", "pia", "per") and url.startswith("/lockbox_site/user/")


def text_of(answer):
    """Papers are drawn as their words alone."""
    body = b"".join(answer) if answer.streaming else answer.content
    return unescape(body.decode("utf-8", "replace"))


def read_all(client):
    """Every page that leads on from the start page, and what it says."""
    decided = Decision.objects.exclude(documents=None).order_by("pk")[:4]
    ahead = ["/lockbox_site/user/", "/", *(page(one.review) for one in decided)]
    seen, kinds = set(), Counter()
    while ahead:
        url = ahead.pop()
        kind = re.sub(r"\d+", "0", url.split("?")[0]) + url.partition("?")[1]
        if url in seen or kinds[kind] >= OF_A_KIND or url.startswith("/logout"):
            continue
        seen.add(url)
        kinds[kind] += 1
        answer = client.get(url)
        if answer.status_code != 200:
            continue
        text = text_of(answer)
        yield url, text
        ahead += [one.split("#")[0] for one in HREF.findall(text)]


@pytest.mark.long
@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_no_page_paper_or_proof_tells_the_name(world, undone, who):
    found, aliases, pages, papers = set(), 0, 0, 0
    for url, text in read_all(signed_in(getattr(world, who))):
        pages += 1
        papers += text.startswith("%PDF")
        if NAME.search(text) and not keeps(who, url):
            found.add(url)
        aliases += text.count(ALIAS)
    assert found == set(), sorted(found)
    assert aliases and pages > 20, (aliases, pages)
    assert papers or who in WITHOUT_PAPERS


def test_nobody_is_found_by_the_name(world, undone):
    asked = (
        ("lena", reverse("admin:search"), "q"),
        ("agnes", reverse("admin:audit"), "text"),
    )
    for who, url, name in asked:
        client = signed_in(getattr(world, who))
        pages = [
            client.get(url, {name: text}).content.decode()
            for text in (LAST, "Ingenstans")
        ]
        plain = [re.sub(f"{LAST}|Ingenstans", "", text) for text in pages]
        assert len(plain[0].split()) == len(plain[1].split()), url
