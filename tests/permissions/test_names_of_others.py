"""No page tells whoever looks the name of somebody, or the number of a case, at another
authority: for everybody who sees a shared request, and for every page of it."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import case, decision, people
from tests.cast import MAILBOX, SITE, Cast
from tests.helpers.people import give
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.long

CHOICE = re.compile(r'<label for="id_person_\d+">.*?</label>', re.DOTALL)
THEIRS = ("Rut Test", "Cilla Test", "Didrik Test")
OURS = ("Lena Test", "Karin Test", "Bo Test")
SCHOOL = ("lena", "per", "karin", "bo", "agnes", "dora", "ivar", "sixten")
RUNNERS = ("eva", "nils", "sam")


@pytest.fixture(scope="module")
def world(once):
    """A request to two boards, granted by both, answered, and taken back by the other."""
    cast = Cast()
    request = cast.request(number="SHARED", objects=(MAILBOX, SITE))
    ours = request.reviews.get(authority=cast.gsn)
    theirs = request.reviews.get(authority=cast.snc)
    case.register(ours, by=cast.lena, public_subject="A", protected_subject="B")
    people.assign(ours, by=cast.per, person=cast.karin)
    cast.assess(ours)
    cast.propose(ours)
    decision.decide(ours, by=cast.bo, no_conflict=True)
    theirs = SecrecyReview.objects.get(pk=theirs.pk)
    case.register(theirs, by=cast.rut, public_subject="A", protected_subject="B")
    people.take(theirs, by=cast.cilla)
    tested = [cast.tested("OSL-26-1", "applies")]
    cast.assess(theirs, by=cast.cilla, tested=tested)
    cast.propose(theirs, by=cast.cilla)
    decision.decide(theirs, by=cast.didrik, no_conflict=True)
    cast.confirm(Delivery.objects.get())
    delivery.revoke(
        AccessGrant.objects.get(),
        by=cast.didrik,
        reason="Enough",
        reason_for_recipient="Enough",
    )
    return cast


def pages_of(cast):
    """Everything that several authorities share, and the review of the first."""
    ours = SecrecyReview.objects.get(authority=cast.gsn)
    rows = [ours, ours.access_request, *Delivery.objects.all()]
    for row in [*rows, *AccessGrant.objects.all()]:
        yield page(row)
        yield page(row, "history")
        for step in admin.site._registry[type(row)].steps:
            yield page(row, "step", step)
    yield page(ours, "who")
    yield from ("/", "/overview/", "/search/?q=Enough")
    for name in ("secrecyreview", "accessrequest", "delivery", "accessgrant"):
        yield reverse(f"admin:requests_app_{name}_changelist")


def shown_to(cast, name):
    """What the person gets to see, by address: but for whom they may assign, who may be
    employed at another authority (OSL 2:1)."""
    client = signed_in(getattr(cast, name))
    answers = {url: client.get(url) for url in pages_of(cast)}
    return {
        url: CHOICE.sub("", answer.content.decode())
        for url, answer in answers.items()
        if answer.status_code == 200
    }


@pytest.mark.parametrize("name", SCHOOL)
def test_nobody_at_one_board_reads_the_names_of_another(world, undone, name):
    texts = shown_to(world, name)
    assert len(texts) > 5
    told = [(url, who) for url, text in texts.items() for who in THEIRS if who in text]
    assert not told


@pytest.mark.parametrize("name", RUNNERS)
def test_whoever_runs_the_connection_reads_no_names_of_the_boards(world, undone, name):
    texts = shown_to(world, name)
    people = (*THEIRS, *OURS)
    told = [(url, who) for url, text in texts.items() for who in people if who in text]
    assert not told


def test_their_own_names_are_told(world, undone):
    texts = "".join(shown_to(world, "karin").values())
    assert all(who in texts for who in OURS)
    assert "annan myndighet" in texts


def test_an_auditor_reads_no_number_of_another_authoritys_case(world, undone):
    """Karin of the school board works a case of the social board, and reads in it."""
    subject = world.request(number="ELSEWHERE", objects=(SITE,)).reviews.get()
    case.register(subject, by=world.rut, public_subject="A", protected_subject="B")
    give(world, world.pia, "it_manager", world.snc)
    people.assign(subject, by=world.pia, person=world.karin, basis="OSL 2:1")
    karin, agnes = signed_in(world.karin), signed_in(world.agnes)
    for row in (subject, subject.access_request):
        assert karin.get(page(row)).status_code == 200
    log = reverse("admin:audit")
    rows = agnes.get(log, {"person": world.karin.pk})
    assert "Karin Test" in words(rows)
    assert "ELSEWHERE" not in words(rows) and "SNC 2026" not in words(rows)
