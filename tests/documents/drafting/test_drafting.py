"""Drafts: the worked examples of the law's application, and every combination as good
Swedish. Only the last tests read the database.
"""

import itertools
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from requests_app.cases.review.drafting import texts as drafting_texts
from requests_app.cases.review.drafting.case import (
    FORBIDS,
    Case,
    ReasonedAnswer,
    RequestFacts,
)
from requests_app.cases.review.drafting.secrecy import TECHNICAL_FACTORS
from requests_app.cases.review.drafting.texts import for_recipient, internal
from requests_app.cases.review.law.facts import assessment_with_texts, basis_of
from requests_app.cases.review.law.tree import tree
from requests_app.cases.review.models.assessment import HarmTest
from requests_app.core.models import GRANTS, Outcome
from requests_app.core.words.texts import placeholders
from tests.documents.drafting.examples import (
    BY_CODE,
    LOG,
    MAILBOX,
    SITE_CASE,
    answered,
    grammatical,
    tried,
)

# -- The worked examples --------------------------------------------------------------


def test_the_school_mailbox_is_granted_by_10_2_a():
    text = internal(MAILBOX)
    for said in (
        "Microsoft har begärt åtkomst till e-postlådan O-17 i fyra timmar",
        "ska åtgärden utföras av Microsoft Ireland Operations Ltd från Irland.",
        "23 kap. 2 § första stycket offentlighets- och sekretesslagen (2009:400), OSL,"
        " gäller sekretess i förskoleklassen",
        "för uppgift om en enskilds personliga förhållanden i sådan elevhälsa som avser"
        " psykologisk, psykosocial eller specialpedagogisk insats, om det inte står"
        " klart att uppgiften kan röjas utan att den enskilde eller någon närstående"
        " till denne lider men. E-postlådan innehåller",
        "Det står inte klart att uppgifterna kan röjas utan en sådan följd.",
        "Enligt 10 kap. 2 a § OSL hindrar sekretess inte",
        "Bestämmelsen i 25 kap. 1 § OSL (hälso- och sjukvård) är inte tillämplig.",
        "Microsoft har ett sådant uppdrag.",
        "Att reparera ett skadat objekt är teknisk bearbetning.",
        "är det inte olämpligt att uppgifterna lämnas ut.",
        "Mot ett utlämnande talar uppgifternas art och mängd: Uppgifterna är känsliga.",
        "Åtgärden utförs inom EES (Irland).",
        "Hinder enligt dataskyddsförordningen finns inte.",
    ):
        assert said in text, said
    assert not placeholders(text)


def test_its_recipient_reads_nothing_of_pupils_and_the_law_on_silence_as_it_is():
    text = for_recipient(MAILBOX)
    assert "10 kap. 2 a § offentlighets- och sekretesslagen (2009:400))" in text
    assert "får enligt 4 § lagen (2020:914)" in text
    assert "inte obehörigen röja eller utnyttja uppgifterna" in text
    assert "artikel 28.3 b i dataskyddsförordningen" in text
    assert "elev" not in text and "23 kap." not in text
    assert not placeholders(text)


@pytest.mark.parametrize("weighed", ["against", "neutral"])
def test_a_duty_of_silence_in_doubt_is_not_told_as_a_fact(weighed):
    answers = {**MAILBOX.answers, "N7.10-2a.silence": ReasonedAnswer(weighed)}
    assert "2020:914" not in for_recipient(replace(MAILBOX, answers=answers))


def test_the_child_care_site_is_refused():
    text = internal(SITE_CASE)
    for said in (
        "26 kap. 1 § OSL gäller sekretess inom socialtjänsten för uppgift om en"
        " enskilds personliga förhållanden, om det inte",
        "i mål eller ärende vid domstol eller annan myndighet där en part har skyddad"
        " folkbokföring",
        "Åtgärden är inte endast teknisk bearbetning eller lagring.",
        "är det olämpligt att uppgifterna lämnas ut.",
        "inte underlag för bedömningen att överföringen uppfyller kapitel V",
        "Dataskyddsförordningen hindrar därför åtkomsten.",
        "nödvändigt för myndighetens verksamhet (10 kap. 2 § OSL)",
        "Omindexering med egna behörigheter.",
    ):
        assert said in text, said
    assert "förbehåll" not in text
    assert " ni " not in text.lower()


def test_the_refusals_recipient_reads_nothing_of_protected_persons():
    text = for_recipient(SITE_CASE)
    assert "Enligt 26 kap. 1 § offentlighets- och sekretesslagen" in text
    assert "kapitel V" in text
    assert "Ni kan göra en ny, avgränsad begäran." in text
    hidden = ("21 kap.", "26 kap. 5", "skyddad", "folkbokför", "hot", "anmäl", "barn")
    for word in (*hidden, "Omindexering", "Ingen åtgärd"):
        assert word.lower() not in text.lower().replace("dataskydd", ""), word


def test_a_refusal_on_delicate_provisions_alone_names_none():
    case = replace(SITE_CASE, tests=SITE_CASE.tests[:2])
    text = for_recipient(case)
    assert "Sekretess hindrar därför att uppgifterna lämnas ut." in text


def test_several_provisions_are_cited_with_the_statute_once():
    outcome = "applies_unless_reserved"
    tests = (tried("OSL-25-1", outcome), tried("OSL-26-1", outcome))
    reserved = replace(MAILBOX, tests=tests, outcome=Outcome.GRANTED_WITH_RESERVATION)
    text = for_recipient(answered(reserved, N7=("none",)))
    assert "25 kap. 1 § och 26 kap. 1 § offentlighets- och sekretesslagen" in text


def test_the_log_is_granted_without_secrecy():
    text = internal(LOG)
    assert (
        "för uppgift som lämnar eller kan bidra till upplysning om säkerhets-" in text
    )
    assert "En sådan följd kan inte antas. Sekretess gäller därför inte" in text
    assert "39 kap. 3 § tredje stycket OSL" in text
    assert "\n\nSekretess gäller inte för uppgifterna." in text
    assert "10 kap. 2 a §" not in text
    assert "adekvat skyddsnivå, (EU) 2023/1795, enligt artikel 45" in text
    assert "Sekretess hindrar inte åtkomsten." in for_recipient(LOG)


# -- Every combination is Swedish -----------------------------------------------------


@pytest.mark.parametrize("code", BY_CODE)
def test_every_provision_reads_well_at_every_outcome(code):
    absolute = BY_CODE[code]["harm_test"] == "absolute"
    each = [row for row in HarmTest.Outcome.values if row != "as_whole"]
    outcomes = ("applies", "struck") if absolute else each
    for outcome, wanted in itertools.product(outcomes, Outcome.values):
        test = tried(
            code, outcome, "skäl med egna ord", facts_for="Ett", facts_against="två!"
        )
        case = replace(MAILBOX, tests=(test,), outcome=wanted)
        text, to_them = internal(case), for_recipient(case)
        grammatical(text)
        grammatical(to_them)
        if wanted in GRANTS:
            assert test.citation.removesuffix(" OSL") in text
            assert "Skäl med egna ord." in text
        assert "egna ord" not in to_them


QUESTIONS = [node for node in tree("2026-4").assessment_nodes if node.answers]


@pytest.mark.parametrize("node", QUESTIONS, ids=[node.code for node in QUESTIONS])
def test_every_answer_reads_well_and_none_of_its_reasons_leaves(node):
    grounds = {f"osl-{part}" for part in node.code.split(".") if part[0].isdigit()}
    for value, wanted in itertools.product(node.answers, Outcome.values):
        answers = {**MAILBOX.answers, "N7": ReasonedAnswer(*grounds or ("osl-10-2a",))}
        answers[node.code] = ReasonedAnswer(value["value"], "hemliga skäl")
        case = replace(MAILBOX, answers=answers, outcome=wanted)
        grammatical(internal(case))
        grammatical(for_recipient(case))
        assert "emliga skäl" not in for_recipient(case)


def test_every_question_that_can_forbid_is_known_here():
    forbids = {node.code: node for node in QUESTIONS if node.passes}
    del forbids["N0"], forbids["N2"], forbids["N3"]  # by outcome, standing and a stop
    assert set(forbids) == set(FORBIDS)
    for code, node in forbids.items():
        values = {answer["value"] for answer in node.answers}
        assert values - set(node.passes) == set(FORBIDS[code])


def test_every_factor_has_its_words():
    factors = {n.code.rpartition(".")[2] for n in QUESTIONS if n.is_factor}
    assert set(TECHNICAL_FACTORS) == factors


@pytest.mark.parametrize("outcome", Outcome.values)
def test_nothing_answered_leaves_something_to_fill_in(outcome):
    bare = Case("Nämnden", "N 1", RequestFacts("EXSR1", "Microsoft", ()), outcome)
    grammatical(internal(bare))
    grammatical(for_recipient(bare))
    assert placeholders(internal(bare))


# -- From the database ----------------------------------------------------------------


@pytest.mark.django_db
def test_the_draft_is_written_from_what_was_saved(cast, django_assert_num_queries):
    subject = cast.assessed()
    basis = basis_of(subject, assessment_with_texts(subject))
    assert subject.access_request.connection.product.provider
    with django_assert_num_queries(1):
        texts = drafting_texts.draft(subject, basis, Outcome.GRANTED, 120)
    assert "e-postlådan O-17" in texts.internal
    assert "23 kap. 2 § första stycket" in texts.internal
    assert "A repair is technical processing." in texts.internal
    assert "A repair" not in texts.for_recipient


@pytest.mark.django_db
@pytest.mark.parametrize("name", drafting_texts.Motivations._fields)
def test_a_text_with_something_left_to_fill_in_is_not_proposed(cast, name):
    subject = cast.assessed()
    texts = {
        f"motivation_{part}": "Skäl." for part in drafting_texts.Motivations._fields
    }
    field = f"motivation_{name}"
    with pytest.raises(ValidationError) as caught:
        cast.propose(subject, **{**texts, field: "Skäl [Ange varför.]"})
    assert list(caught.value.error_dict) == [field]
    assert "[Ange varför.]" in str(caught.value)
    assert not subject.proposals.exists()
    cast.propose(subject, **texts)
