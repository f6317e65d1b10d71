"""A decision's documents: made with it, kept, read by whoever may, and never in its way."""

import hashlib

import pytest
from django.utils import timezone, translation

from audit_app.models import LedgerEntry
from requests_app.cases.review.models.afterwards import DecisionDocument
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.steps import afterwards
from requests_app.cases.review.steps import decision as drawing
from requests_app.core.words.texts import day_in_words
from tests.helpers.sheets import certificate, text_of

INTERNAL = "Eleverna Kajsa och Olle har skyddade personuppgifter."
TOLD = "Reparation är teknisk bearbetning (10 kap. 2 a § OSL)."
WORDS = {"motivation_internal": INTERNAL, "motivation_for_recipient": TOLD}

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]


def decided(cast, outcome="granted", **changes):
    review = cast.assessed()
    cast.propose(review, outcome=outcome, **{**WORDS, **changes})
    return drawing.decide(review, by=cast.bo, no_conflict=True)


def decide(cast, outcome="granted", **changes):
    """With its documents, as on the page."""
    made = decided(cast, outcome, **changes)
    drawing.draw_up_at_once(made.review, by=cast.bo)
    return made


def documents(made):
    return {
        row.version: row
        for row in made.documents.filter(correction=None).select_related("content")
    }


def words(row):
    return text_of(bytes(row.content.body))


def test_both_versions_are_made_with_the_decision_and_kept(cast):
    made = documents(decide(cast))
    assert set(made) == {"full", "recipient"}
    for row in made.values():
        body = bytes(row.content.body)
        assert hashlib.sha256(body).hexdigest() == row.sha256
        assert row.content.media_type == "application/pdf"
        assert not row.is_sealed
        # The digest of the content is what history holds of it.
        assert row.history.get().content_id == row.content.digest
    drawn = LedgerEntry.objects.filter(event="decision.drawn_up").count()
    assert drawn == 2


@pytest.mark.parametrize(
    ("ground", "named"),
    [
        ("osl-10-2a", ["10 kap. 2 a § OSL"]),
        ("none", ["10 kap. 2 a § OSL", "10 kap. 2 § OSL", "12 kap. 2 § OSL"]),
    ],
)
def test_a_refusal_names_all_that_it_was_decided_by(cast, ground, named):
    review = cast.assigned()
    answers = {
        "N9.country": "third",
        "N9.entity": "group",
        "N9.transfer": "none",
        "N10": "exists",
    }
    cast.assess(review, ground=ground, answers=answers)
    cast.propose(review, outcome="refused", granted_minutes=None, granted_scope="")
    made = drawing.decide(review, by=cast.bo, no_conflict=True)
    told = {rule.citation: rule.outcome for rule in document_of(made, full=True).rules}
    assert list(told)[:-1] == ["23 kap. 2 § första stycket OSL", *named]
    assert {told[name] for name in named} == {"leder inte till att begäran bifalls"}
    assert list(told)[-1].startswith("Kapitel V")
    assert document_of(made, full=False).rules == document_of(made, full=True).rules


def test_the_recipient_reads_nothing_of_what_is_left_out(cast):
    made = documents(decide(cast))
    assert INTERNAL in words(made["full"])
    assert "23 kap. 2 § första stycket OSL: sekretess gäller" in words(made["full"])
    text = words(made["recipient"])
    assert TOLD in text
    secrets = ("Kajsa", "skyddade", "23 kap.", "Pupil health", "Tillämpade", "Mailbox")
    assert not [secret for secret in secrets if secret in text]


def test_it_names_who_decided_and_on_what_ground_of_delegation(cast):
    text = words(documents(decide(cast))["recipient"])
    for part in (
        "Bo Test, decision_maker",
        "Karin Test, legal_reviewer",
        "delegationsordningen punkt 4.7",
        "O-17 (e-postlåda)",
        "Högst två timmar",
        "medger Microsoft åtkomst i följande omfattning",
    ):
        assert part in text, (part, text)


def test_it_is_in_swedish_whoever_decides(cast):
    with translation.override("en"):
        text = words(documents(decide(cast))["full"])
    assert "Skäl för beslutet" in text and "e-postlåda" in text


def weasyprint_is(text, folder, monkeypatch):
    """What the process that draws finds under that name."""
    (folder / "weasyprint.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(folder))


def test_a_failure_to_draw_loses_nothing_and_the_sweep_draws_later(
    cast, monkeypatch, tmp_path
):
    weasyprint_is("raise OSError('no Pango')", tmp_path, monkeypatch)
    made = decide(cast)
    assert made.review.status == "decided"
    assert not documents(made)
    assert drawing.draw_up_documents() == []
    monkeypatch.undo()
    assert len(drawing.draw_up_documents()) == 1
    assert set(documents(made)) == {"full", "recipient"}
    assert drawing.draw_up_documents() == []


def test_a_paper_drawn_later_says_what_was_decided_then(cast):
    made = decided(cast)
    drawing.reconsider(made.review, by=cast.bo, reason="New facts")
    struck = [cast.tested("OSL-23-2-st1", "does_not_apply", "It is clear.")]
    cast.assess(made.review, tested=struck)
    drawing.draw_up_documents()
    assert "OSL: sekretess gäller inte" not in words(documents(made)["full"])
    assert "första stycket OSL: sekretess gäller" in words(documents(made)["full"])


def test_a_new_decision_says_which_it_supersedes(cast):
    first = decide(cast)
    drawing.reconsider(first.review, by=cast.bo, reason="New facts")
    cast.propose(first.review, outcome="refused", **WORDS)
    second = drawing.decide(first.review, by=cast.bo, no_conflict=True)
    drawing.draw_up_at_once(first.review, by=cast.bo)
    text = words(documents(second)["recipient"])
    day = day_in_words(timezone.localdate(first.decided_at))
    assert f"ersätter beslutet den {day}" in text
    assert len(documents(first)) == 2


def test_a_correction_is_a_paper_of_its_own(cast):
    made = decide(cast)
    drawing.correct(made.review, by=cast.bo, text="O-17 ska vara O-71.")
    drawing.draw_up_at_once(made.review, by=cast.bo)
    (document,) = made.documents.exclude(correction=None)
    text = words(document)
    assert "Rättelse" in text and "O-17 ska vara O-71." in text
    assert "Bo Test, decision_maker" in text
    assert len(documents(made)) == 2


def test_a_stopped_case_gets_no_more_papers(cast):
    made = decided(cast)
    afterwards.stop(made.review, by=cast.sixten, level="suspected")
    assert drawing.draw_up_documents() == []
    assert not DecisionDocument.objects.exists()


def test_where_documents_are_sealed_none_is_made_without(cast, settings, tmp_path):
    settings.SEAL_CERTIFICATE = str(tmp_path / "gone.p12")
    made = decide(cast)
    assert not documents(made)
    assert "gone.p12" in drawing.hindrance()


def test_a_document_is_sealed_where_a_certificate_is(cast, settings, tmp_path):
    file, phrase, _made = certificate(tmp_path)
    settings.SEAL_CERTIFICATE, settings.SEAL_PASSPHRASE = file, phrase
    for row in documents(decide(cast)).values():
        assert row.is_sealed
        assert b"/ETSI.CAdES.detached" in bytes(row.content.body)


def test_part_granted_invites_to_ask_for_less_where_the_product_knows_no_part(cast):
    made = decide(cast, "partially_granted", granted_scope="Objektet 4711")
    text = words(documents(made)["recipient"])
    for part in (
        "avslår Microsofts begäran om åtkomst. En ny begäran som",
        "kan prövas: Objektet 4711, under högst två timmar.",
        "Så här kan ni göra en ny begäran",
        "Tid: Högst två timmar",
        "Omfattning: Objektet 4711",
        f"vårt diarienummer {made.review.diary_number}",
    ):
        assert part in text, (part, text)
    assert "Så här kan ni" not in words(documents(made)["full"]).split("Så här kan")[0]
