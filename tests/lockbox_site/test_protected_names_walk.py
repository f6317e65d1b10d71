"""Whoever's name is protected has an alias wherever the name would stand."""

import re
from collections import Counter
from contextlib import suppress
from html import unescape

import pytest
from django.db import connection
from django.urls import reverse

from audit_app.acting import acting_as
from requests_app.cases.access import clients
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.steps.decision import draw_up_documents
from requests_app.duty.ladders import read_queues
from requests_app.duty.models.notices import ChannelNotice, LadderNotice, SentNotice
from requests_app.duty.sweep.channels import send_notices
from requests_app.duty.sweep.ladders import NotTold, send_ladder_notices
from requests_app.organisation import steps
from tests.background.conftest import inbox
from tests.cast import PEOPLE, Cast
from tests.helpers.caller import Caller
from tests.helpers.cases import decide
from tests.helpers.drawn import drawn
from tests.helpers.web import page, signed_in
from tests.workbench.states import fill

__all__ = ["inbox"]

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
OF_A_KIND = 1
HREF = re.compile(r'(?:href|action|src)="(/[^"]*)"')


@pytest.fixture(scope="module")
def world(once):
    """Each of them had a name when their account was made; then cases in every state."""
    cast = Cast()
    for number, who in enumerate(WHO):
        theirs = getattr(cast, who)
        theirs.first_name, theirs.last_name = FIRST, f"{LAST}{number}"
        theirs.email = f"gunhild.{LAST}{number}@skola.example"
        with acting_as(cast.sam):
            steps.keep_account(theirs, by=cast.sam)
        steps.protect(theirs, by=cast.sam, alias=f"{ALIAS}{number}", username=who)
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
def test_no_page_paper_or_proof_tells_the_name(world, undone):
    for who in drawn(sorted(PEOPLE), 2):
        found, aliases, pages, papers = set(), 0, 0, 0
        for url, text in read_all(signed_in(getattr(world, who))):
            pages += 1
            papers += text.startswith("%PDF")
            if NAME.search(text) and not keeps(who, url):
                found.add(url)
            aliases += text.count(ALIAS)
        assert found == set(), (who, sorted(found))
        assert aliases and pages > 15, (who, aliases, pages)
        assert papers or who in WITHOUT_PAPERS, who


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


def words_of(mail):
    """All of it but whom it goes to: that is the person's own address."""
    headers = [value for name, value in mail.items() if name != "To"]
    return "\n".join([*map(str, headers), mail.get_content()])


def test_no_mail_or_notice_tells_the_name(world, undone, inbox):
    for send in (send_ladder_notices, send_notices):
        # The address of the channel is nobody's.
        with suppress(NotTold):
            send(world.sweeper, read_queues())
    assert len(inbox.mails) > 3
    found = [mail["Subject"] for mail in inbox.mails if NAME.search(words_of(mail))]
    assert found == []
    for model in (SentNotice, ChannelNotice, LadderNotice, OutboxMessage):
        rows = [str(row) for row in model.objects.values()]
        assert [row for row in rows if NAME.search(row)] == [], model


def test_no_answer_of_the_contract_api_tells_the_name(world, undone):
    """Whose case it is, and who decided it, are both protected."""
    made = clients.make_client(world.contract, by=world.sam, name="Moln")
    caller = Caller(made)
    assert caller.apply().status_code == 201
    decide(world, "refused", motivation_for_recipient="OSL 18:8")
    for path in ("/requests/P-1", "/requests"):
        answer = caller.get(path)
        assert answer.status_code == 200, path
        assert not NAME.search(answer.content.decode()), path
    assert caller.get("/requests/P-1").json()["status"] == "answer_ready"
