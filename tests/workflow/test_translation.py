"""A decision in English beside the Swedish one, for whoever needs that (FL 13 §).

The authority shall have documents translated *if that is needed for an individual to
look after their rights*. What is appealed is the decision itself.
"""

import html

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit_app import acting
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.models.afterwards import DecisionDocument
from requests_app.cases.review.models.decision import Translation
from requests_app.cases.review.papers.english import document_of_translation, draft
from requests_app.cases.review.papers.render import pdf
from requests_app.cases.review.steps import decision
from requests_app.cases.review.steps.decision import draw_up_at_once, draw_up_documents
from requests_app.core.models import Outcome
from requests_app.core.step import WrongState
from tests.helpers.cases import decided_under
from tests.helpers.reasons import left_out
from tests.helpers.refusals import fresh, refused
from tests.helpers.sheets import text_of
from tests.helpers.web import page, signed_in, step_url, words
from tests.workflow.test_parts import OPEN, SECRET, divided

pytestmark = pytest.mark.django_db

PUPIL = (
    "Chapter 23, Section 2, first paragraph of the Public Access to Information and"
    " Secrecy Act (2009:400)"
)
ENGLISH = "The board refuses the request. Secrecy applies."


def translated(cast, outcome="refused", text=ENGLISH, **terms):
    made = decided_under(cast, outcome, "fl_full", **terms)
    return decision.translate(fresh(made.review), by=cast.lena, text=text)


def test_whoever_keeps_the_case_translates_what_was_decided(cast):
    subject = fresh(decided_under(cast, "refused", "fl_full").review)
    refused(PermissionDenied, decision.translate, subject, by=cast.agnes, text=ENGLISH)
    row = decision.translate(fresh(subject), by=cast.karin, text=ENGLISH)
    assert row.decision == subject.decisions.get() and row.text.text == ENGLISH
    undecided = cast.assessed(number="undecided")
    refused(WrongState, decision.translate, undecided, by=cast.karin, text=ENGLISH)


def test_what_is_left_in_swedish_is_not_sent(cast):
    subject = decided_under(cast, "refused", "fl_full").review
    with pytest.raises(ValidationError, match="Resten|rest of"):
        decision.translate(
            fresh(subject), by=cast.lena, text="No. [The rest of the reasons]"
        )
    assert not Translation.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "Secrecy applies under Chapter 21, Section 3, first paragraph of the Act.",
        "Secrecy applies under chapter 21 section 3.",
        "Sekretess enligt 21 kap. 3 § OSL.",
    ],
)
def test_what_the_recipient_may_not_read_of_is_not_named_in_english_either(cast, text):
    subject = cast.assigned()
    tested = [
        cast.tested("OSL-23-2-st1", "struck", "None."),
        cast.tested("OSL-21-3-st1", "applies", "A pupil is threatened."),
    ]
    cast.assess(subject, tested=tested, ground="none")
    cast.propose(fresh(subject), outcome="refused", omission=left_out())
    decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    assert "Section 3" not in draft(subject.decisions.get())
    with pytest.raises(ValidationError) as caught:
        decision.translate(fresh(subject), by=cast.lena, text=text)
    assert set(caught.value.message_dict) == {"text"}


@pytest.mark.parametrize("regime", ["fl_full", "internal"])
@pytest.mark.parametrize("outcome", Outcome.values)
def test_every_outcome_is_drafted_and_says_the_same(cast, outcome, regime):
    made = decided_under(cast, outcome, regime)
    text = draft(made)
    assert made.review.authority.name in text
    grants = " grants " in text or " discloses " in text
    assert grants == (made.grants and "can be examined" not in text)
    assert ("refuses" in text or "refused" in text) == (
        outcome in ("refused", "partially_granted") or "exceeds that time" in text
    )
    # Nothing of it is Swedish, but what stands in brackets to be translated.
    for word in ("Åtkomst", "begäran", "Villkor", "avslår", "Objekt"):
        assert word not in text, text


def test_a_standard_condition_is_in_english_and_another_is_to_be_translated(cast):
    subject = cast.assessed()
    typed = ConditionTerm("other", "Ring vakten först.")
    inside = ConditionTerm(
        "inside_eea", "Leverantören ska låta utföra åtgärden från en plats inom EES."
    )
    cast.propose(subject, conditions=[typed, inside])
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    text = draft(made)
    assert "1. [Ring vakten först.]" in text
    assert (
        "2. The provider shall have the work done from a place within the EEA" in text
    )
    assert "on the conditions stated" in text


def test_of_parts_it_is_said_which_is_secret(cast):
    """Else it both applies and does not, by the same provision."""
    subject = divided(cast)
    cast.propose(subject, outcome="partially_granted", granted_scope="")
    text = draft(decision.decide(fresh(subject), by=cast.bo, no_conflict=True))
    assert f"Secrecy applies under {PUPIL} as regards [{SECRET}]." in text
    assert f"Secrecy does not apply under {PUPIL} as regards [{OPEN}]." in text
    assert "In other respects, no secrecy prevents the disclosure." in text


@pytest.mark.usefixtures("laid_out")
@pytest.mark.parametrize(
    "tf, court, by_law",
    [
        ("no", "(an administrative court)", "Sections 40–46 of the Administrative"),
        ("yes", "(an administrative court of appeal)", "Chapter 6, Sections 7 and 8"),
    ],
)
def test_the_notice_of_appeal_names_the_court_and_the_law(cast, tf, court, by_law):
    """OSL 6:8: what concerns a document begins in the court of appeal. FL 45–46 §§:
    what comes in time is handed over, and what does not is dismissed."""
    read = text_of(pdf(document_of_translation(translated(cast, tf=tf)), acting.now()))
    assert court in read and by_law in read
    assert "received in time and, if so, forwards it to the court" in read
    assert "can’t" not in read and "can't" not in read


@pytest.mark.usefixtures("laid_out")
def test_the_paper_says_that_it_is_a_translation_and_how_to_appeal(cast):
    row = translated(cast)
    document = document_of_translation(row)
    day = f"{timezone.localdate(row.decision.decided_at).year}"
    assert day in document.order and row.decision.review.diary_number in document.order
    read = text_of(pdf(document, acting.now()))
    for said in (
        "translation of the decision made in Swedish",
        ENGLISH,
        "How to appeal",
        "within three weeks",
        "Translation: the decision in Swedish applies",
    ):
        assert said in read, said


def test_what_can_not_be_appealed_says_nothing_of_appeal(cast):
    made = decided_under(cast, "granted", "internal")
    text = "The board grants it."
    row = decision.translate(fresh(made.review), by=cast.lena, text=text)
    assert document_of_translation(row).appeal is None


def test_it_is_drawn_up_and_stands_among_the_papers(cast):
    row = translated(cast)
    draw_up_at_once(row.decision.review, by=cast.lena)
    draw_up_documents()
    paper = DecisionDocument.objects.get(translation=row)
    assert paper.version == "recipient"
    shown = words(signed_in(cast.karin).get(page(row.decision.review)))
    assert "På engelska" in shown


def test_the_form_opens_with_the_draft_beside_the_swedish_reasons(cast):
    made = decided_under(cast, "refused", "fl_full")
    answer = signed_in(cast.lena).get(step_url(made.review, "translate"))
    assert answer.context["form"]["text"].value() == draft(made)
    reasons = made.motivation_for_recipient.text.splitlines()[0]
    assert reasons in html.unescape(answer.content.decode())
