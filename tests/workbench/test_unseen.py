"""Whatever a provider, a colleague or a file brings: no page shows it unseen."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from audit_app.acting import acting_as
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue, file
from requests_app.cases.review.steps import case, decision, people
from requests_app.core.words.texts import ODD, shown
from requests_app.registers.models.cloud import CloudObject
from requests_app.registers.models.information import InformationSet
from tests.cast import MAILBOX, Cast
from tests.helpers.web import page, signed_in

ODDITY = "Rob\u202enhoJ\u2066\u200b\ufeffx"
TYPED = re.compile(r"<textarea.*?</textarea>|<input[^>]*>", re.DOTALL)


@pytest.fixture(scope="module")
def world(once):
    """A case in which every text from outside holds them."""
    cast = Cast()
    karin = cast.karin
    karin.last_name = ODDITY
    with acting_as(cast.sam):
        karin.save()
    held = InformationSet.objects.get(name="Pupil health")
    held.name = f"{ODDITY} set"
    mailbox = CloudObject.objects.get(external_id=MAILBOX)
    mailbox.designation = ODDITY
    with acting_as(cast.ines):
        held.save()
        mailbox.save()
    request = cast.request(
        number=f"N{ODDITY}",
        objects=(MAILBOX, f"{ODDITY}@skola.example"),
        support_case=ODDITY,
        employer_entity=f"Microsoft {ODDITY}",
    )
    subject = request.reviews.get()
    case.register(
        subject, by=cast.lena, public_subject=ODDITY, protected_subject=ODDITY
    )
    people.assign(subject, by=cast.per, person=cast.karin, reason=ODDITY)
    dialogue.ask(subject, by=cast.karin, text=ODDITY)
    file.make_note(
        subject,
        by=cast.karin,
        text=ODDITY,
        source=ODDITY,
        happened_at=request.received_at,
    )
    cast.assess(subject)
    # One of the objects is nobody's as far as is known: nothing is granted.
    cast.propose(
        subject,
        outcome="refused",
        granted_minutes=None,
        granted_scope="",
        motivation_internal=ODDITY,
    )
    decision.decide(subject, by=cast.bo, no_conflict=True)
    return cast


def pages_of():
    rows = [
        *SecrecyReview.objects.all(),
        *AccessRequest.objects.all(),
        *Delivery.objects.all(),
        *AccessGrant.objects.all(),
        InformationSet.objects.get(name__endswith="set"),
        CloudObject.objects.get(external_id=MAILBOX),
    ]
    for row in rows:
        yield page(row)
        yield page(row, "history")
        for step in getattr(admin.site._registry[type(row)], "steps", ()):
            yield page(row, "step", step)
    yield from ("/", "/overview/", "/coverage/", "/search/?q=x", "/registers/")
    for model in admin.site._registry:
        opts = model._meta
        yield reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")


@pytest.mark.parametrize("name", ["karin", "bo", "per", "ines", "eva", "agnes"])
def test_no_page_shows_what_is_not_seen(world, undone, name):
    client = signed_in(getattr(world, name))
    marks = 0
    for url in pages_of():
        answer = client.get(url)
        text = TYPED.sub("", answer.content.decode())
        assert not ODD.search(text), (url, ODD.search(text))
        marks += text.count("⟨U+202E⟩")
    assert marks > 5


def test_rows_to_choose_from_and_tables_are_marked_too(world, undone):
    ines = signed_in(world.ines)
    choice = {
        "app_label": "requests_app",
        "model_name": "cloudobjectinformationset",
        "field_name": "information_set",
        "term": "set",
    }
    for url, asked in (
        (reverse("admin:autocomplete"), choice),
        (reverse("admin:table_export", args=["information-sets"]), {}),
    ):
        text = ines.get(url, asked).content.decode("utf-8-sig")
        text = text.encode().decode("unicode-escape") if "results" in text else text
        assert not ODD.search(text), url


def test_a_document_shows_it_too():
    html = f"<p>{ODDITY}</p>"
    assert not ODD.search(shown(html))
