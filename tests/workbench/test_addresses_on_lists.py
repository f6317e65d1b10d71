"""Lists, exports, reports and mail name no object by an address that tells of somebody;
the page of the case does, for whoever reads it."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver, reverse

from audit_app import acting
from requests_app.audit.pages import page as auditor_page
from requests_app.cases.review.law.facts import basis_of
from requests_app.cases.review.papers import render
from requests_app.cases.review.steps import decision
from requests_app.disclosure.papers.reports import fingerprint_of_report, to_report
from requests_app.disclosure.steps import request
from tests.admin.addresses import patterns
from tests.helpers.personal_addresses import asked_for_all, in_every_term, people_in
from tests.helpers.refusals import fresh
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Where a template writes an object's address or what a provider calls an object, and who
# reads it.
WRITTEN = {
    "lockbox/request/objects.html": "the page of the case, for whoever reads it",
    "lockbox/decision/wanted.html": "whoever decides, who reads the case",
    "lockbox/decision/form.html": "whoever decides, who reads the case",
    "lockbox/consultation/question.html": "whoever is asked; of the map by designation",
    "lockbox/deviation/acts.html": "the page of the case, for whoever reads it",
    "lockbox/access_event/page.html": "the number of an act, which is no address",
}
ADDRESS = re.compile(
    r"\b(?:row|object|event|named)\b[\w.]*\.(?:external_id|object_name)\b"
)

# Pages for an auditor, who reads each line of the cases; and what ends the session.
NOT_LOOKED_AT = re.compile("^/(revision|api|logout|oauth)/")


@pytest.fixture
def decided(cast):
    """Somebody is named in each object's address and in every term of the request."""
    terms = in_every_term()
    subject = asked_for_all(cast, number=terms.pop("external_id"), **terms)
    tested = [
        cast.tested(row.code, "struck", "None.") for row in basis_of(subject).proposed
    ]
    cast.assess(subject, tested=tested)
    cast.propose(fresh(subject), outcome="refused")
    decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    return fresh(subject)


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn as a PDF, as it is given to be drawn."""
    pages = []
    draw = render.pdf_of
    monkeypatch.setattr(
        auditor_page, "pdf_of", lambda html: pages.append(html) or draw(html)
    )
    return pages


def test_templates_write_addresses_where_the_case_is_read_and_nowhere_else():
    found = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if ADDRESS.search(path.read_text(encoding="utf-8"))
    }
    assert found == WRITTEN.keys()


def test_who_reads_the_case_sees_them_on_its_page_and_nobody_else(cast, decided):
    assert people_in(signed_in(cast.karin).get(page(decided)).content.decode())
    for person in (cast.per, cast.eva):
        answer = signed_in(person).get(page(decided))
        assert answer.status_code == 404 or not people_in(answer.content.decode())


def pages_of_nothing_in_particular():
    """Every address that names no row: the queue, all lists, registers and figures."""
    routes = ["/" + route for route, _pattern in patterns(get_resolver())]
    return sorted({route for route in routes if not re.search(r"[<(\\]", route)})


@pytest.mark.long
@pytest.mark.parametrize("name", ["karin", "bo", "lena", "per", "eva", "dora", "nils"])
def test_no_list_shows_one(cast, decided, name):
    client = signed_in(getattr(cast, name))
    pages = pages_of_nothing_in_particular()
    looked_at = [page for page in pages if not NOT_LOOKED_AT.search(page)]
    answers = {page: client.get(page) for page in looked_at}
    shown = {page for page, answer in answers.items() if answer.status_code == 200}
    assert len(shown) > 10
    named = {page: people_in(text_of(answers[page])) for page in shown}
    assert not {page: people for page, people in named.items() if people}


def text_of(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


def test_nor_does_the_public_register_or_a_boards_report(cast, decided):
    client = signed_in(cast.lena)
    for address in ("/public-register/", "/public-register/csv/"):
        told = {"authority": cast.gsn.pk, "since": "2020-01-01", "until": "2040-01-01"}
        assert not people_in(client.get(address, told).content.decode())
    shown = fingerprint_of_report(to_report(cast.gsn, acting.today()))
    made = request.report(
        by=cast.lena, authority=cast.gsn, meeting_on=acting.today(), shown=shown
    )
    assert not people_in(client.get(page(made)).content.decode())
    assert not people_in(bytes(made.content.body).decode(errors="replace"))


@pytest.mark.parametrize("form", ["csv", "pdf"])
@pytest.mark.parametrize("name", ["audit", "audit_decisions"])
def test_no_file_that_an_auditor_takes_out_shows_one(cast, decided, name, form, drawn):
    client = signed_in(cast.agnes)
    url = reverse(f"admin:{name}")
    answer = client.get(url, {"as": form})
    text = text_of(answer) if form == "csv" else "".join(drawn)
    assert answer.status_code == 200 and decided.diary_number in text
    assert not people_in(text)


def test_no_row_is_called_after_one(cast, decided):
    """As titles, lists, mail and notices to phones call it."""
    models = apps.get_app_config("requests_app").get_models()
    rows = [row for model in models for row in model._default_manager.all()]
    named = {f"{type(row).__name__}: {row}" for row in rows if people_in(str(row))}
    assert len(rows) > 100 and not named


def test_the_history_names_objects_as_papers_do(cast, decided):
    """An unmapped one by its place, where history points at it."""
    shown = signed_in(cast.agnes).get(page(decided, "history")).content.decode()
    assert "# 2" in shown
