"""What is found in the texts of cases, and by whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.file import FileNote
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.steps import afterwards, decision, people
from requests_app.cases.review.steps.assessment import HarmTestInput
from requests_app.core.content import keep
from requests_app.core.models import Outcome
from requests_app.desk.search import Hits, Narrowing, search
from tests.cast import MAILBOX, SITE, provision
from tests.helpers.web import fetch, in_english

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[0, 2000], ids=["from reviews", "from texts"], autouse=True)
def both_ways(request, monkeypatch):
    monkeypatch.setattr("requests_app.desk.search.FEW", request.param)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def told(person, words):
    """(case, kind of text) of every hit, in its order."""
    return [
        (hit.review.access_request.external_id, str(hit.kind))
        for hit in search(person, words).hits
    ]


def excerpts(person, words):
    return [str(hit.excerpt) for hit in search(person, words).hits]


def test_whole_words_come_before_parts_of_words_whatever_their_endings(cast):
    for number, text in (
        ("PART", "Efter sekretessprövningen lämnas uppgifterna."),
        ("WHOLE", "PRÖVNINGAR görs varje gång. Åtkomsten är kort."),
        ("NONE", "Ingenting om saken."),
    ):
        cast.propose(cast.assessed(number=number), motivation_internal=text)
    assert told(cast.karin, "prövning") == [("WHOLE", "Proposal"), ("PART", "Proposal")]
    assert told(cast.karin, "och prövning ÅTKOMST") == [("WHOLE", "Proposal")]
    assert told(cast.karin, "prövning ingenting") == told(cast.karin, "och") == []
    whole, part = excerpts(cast.karin, "prövning")
    assert "<mark>PRÖVNINGAR</mark> görs" in whole
    assert "sekretess<mark>prövning</mark>en" in part


def test_an_excerpt_is_text_and_nothing_else(cast):
    text = '<img src=x onerror=alert(1)> zebran & 50%_\\ "rand" <b>zebra</b>'
    cast.propose(cast.assessed(), motivation_internal=text)
    for words in ("zebra", "ebra"):
        (told,) = excerpts(cast.karin, words)
        assert "<img" not in told and "<b>" not in told and "<mark>" in told
    assert "&lt;img src" in told and "&lt;b&gt;z<mark>ebra</mark>" in told
    assert excerpts(cast.karin, "z%a") == excerpts(cast.karin, "x_y") == []


def test_every_kind_of_text_is_found_once(cast):
    subject = cast.assigned()
    words = iter(f"{letter}uvok" for letter in "bdfghjklmnpqrstvxz")
    used = {}

    def word(kind):
        used[kind] = next(words)
        return f"Om {used[kind]} här."

    cast.assess(
        subject,
        ground_motivation=word("Answer"),
        tested=[
            HarmTestInput(
                provision("OSL-23-2-st1"),
                "applies",
                word("Harm test"),
                word("Facts for secrecy"),
                word("Facts against secrecy"),
            )
        ],
    )
    dialogue.ask(subject, by=cast.karin, text=word("Message"))
    with acting_as(cast.karin):
        now = {"review": subject, "text": keep(word("File note"))}
        FileNote.objects.create(
            **now, happened_at=acting.now(), noted_by=cast.karin, noted_at=acting.now()
        )
        asked = Consultation.objects.create(
            review=subject,
            person=cast.ines,
            asked_as="information_owner",
            question=keep(word("Question to a colleague")),
            asked_by=cast.karin,
            asked_at=acting.now(),
            due_at=acting.now(),
        )
    people.answer(asked, by=cast.ines, opinion=word("Opinion"), no_conflict=True)
    subject.refresh_from_db()
    cast.propose(
        subject,
        conditions=[ConditionTerm("other", word("Condition"))],
        motivation_internal=word("Decision"),
        motivation_for_recipient=word("Decision, for the recipient"),
    )
    decision.decide(subject, by=cast.bo, no_conflict=True)
    decision.correct(subject, by=cast.bo, text=word("Correction"))
    assert {kind: told(cast.karin, sought) for kind, sought in used.items()} == {
        kind: [("EXSR1", kind)] for kind in used
    }
    assert told(cast.karin, "mailbox") == [("EXSR1", "Protected subject")]
    assert told(cast.karin, "corrupted item") == [("EXSR1", "Justification")]


def test_only_what_the_person_may_read_takes_a_place(cast, monkeypatch):
    """Also where a list ends: what is hidden takes no place in it."""
    monkeypatch.setattr("requests_app.desk.search.RANKED", 2)
    monkeypatch.setattr("requests_app.desk.search.TEXTS_SHOWN", 1)
    text = "Om kastanjer."
    cast.propose(cast.assessed(number="OURS"), motivation_internal=text)
    for number in range(3):
        hidden = cast.assessed(number=f"HIDDEN{number}")
        cast.propose(hidden, motivation_internal=text)
        people.close_list(hidden, by=cast.bo, reason="A staff matter")
    for person in (cast.jonas, cast.lena, cast.agnes):
        found = search(person, "kastanj")
        assert [str(hit.kind) for hit in found.hits] == ["Proposal"]
        assert not found.more
    # A data protection officer reads with a basis, case by case.
    for person in (cast.cilla, cast.per, cast.eva, cast.sam, cast.ivar, cast.dora):
        assert search(person, "kastanj").hits == []
    assert search(cast.karin, "kastanj").more  # named on what she works


def test_of_very_many_texts_the_newest_cases_are_looked_through(cast, monkeypatch):
    """And the page says so, where others may hold the words too."""
    monkeypatch.setattr("requests_app.desk.search.FEW", 0)
    monkeypatch.setattr("requests_app.desk.search.WALKED", 2)
    for number in range(4):
        text = "Om kastanjer och ek." if number % 2 else "Om kastanjer."
        cast.propose(cast.assessed(number=f"{number}"), motivation_internal=text)
    newest = [("3", "Proposal"), ("2", "Proposal")]
    found = search(cast.karin, "kastanj")
    assert sorted(told(cast.karin, "kastanj"), reverse=True) == newest
    assert found.is_cut and not found.more
    url = reverse("admin:search") + "?q=kastanj"
    assert "are looked for in the newest of the cases" in " ".join(
        in_english(cast.karin).get(url).content.decode().split()
    )
    year = Narrowing(ends=acting.now() - timedelta(days=1), begins=acting.now())
    assert search(cast.karin, "kastanj", year) == Hits([], more=False)
    # Said where few texts hold them too: it tells nothing of those of others.
    monkeypatch.setattr("requests_app.desk.search.FEW", 1_500)
    assert search(cast.karin, "kastanj").is_cut
    monkeypatch.setattr("requests_app.desk.search.WALKED", 4)
    assert not search(cast.karin, "kastanj").is_cut
    assert len(told(cast.karin, "kastanj")) == 4


def test_a_stopped_reviews_text_is_found_by_nobody(cast):
    subject = cast.proposed()
    assert told(cast.karin, "circumstances")
    afterwards.stop(subject, by=cast.bo, level="suspected")
    for person in (cast.karin, cast.lena, cast.bo, cast.agnes, cast.sixten):
        assert told(person, "circumstances") == told(person, "corrupted") == []


def test_a_text_of_several_authorities_is_found_once(cast):
    cast.request(objects=(MAILBOX, SITE))
    assert told(cast.lena, "corrupted") == [("EXSR1", "Justification")]
    assert told(cast.rut, "corrupted") == [("EXSR1", "Justification")]


def test_the_page_searches_narrows_and_tells_the_log(cast):
    for number, outcome in (("YES", Outcome.GRANTED), ("NO", Outcome.REFUSED)):
        cast.decided(outcome, number=number)
    client = in_english(cast.karin)
    page, queries = fetch(client, reverse("admin:search") + "?q=circumstance")
    assert len(queries) <= 12, queries
    assert page.content.count(b"<mark>circumstances</mark>") == 2
    assert len(page.context["found"].hits) == 2
    year = acting.today().year
    asked = f"?q=circumstance&outcome=refused&year={year}"
    page = client.get(reverse("admin:search") + asked)
    (hit,) = page.context["found"].hits
    assert hit.review.access_request.external_id == "NO"
    page = client.get(reverse("admin:search") + f"?q=circumstance&year={year - 1}")
    assert page.context["found"].hits == []
    line = LedgerEntry.objects.filter(event="text.searched").first()
    assert line.kind == "read" and "circumstance" in line.detail.body
    assert client.get(reverse("admin:search") + "?q=&year=x").status_code == 200
    assert client.get(reverse("admin:search") + "?q='--").status_code == 200


def test_odd_bytes_and_long_texts_are_kept_and_have_no_words(cast):
    for body in (b"\xff\xfe kvitten", b"kvitten \x00", b"kvitten " * 50_000):
        with acting_as(cast.karin):
            note = keep(body)
            FileNote.objects.create(
                review=cast.assigned(number=note.digest[:9]),
                text=note,
                happened_at=acting.now(),
                noted_by=cast.karin,
                noted_at=acting.now(),
            )
    assert told(cast.karin, "kvitten") == []
