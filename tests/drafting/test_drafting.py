"""Drafts: the worked examples of the law's application, and every combination as good
Swedish. Only the last tests read the database.
"""

import csv
import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

import requests_app
from requests_app.catalogue.statutes import BLOCKS_APPROVAL, RED_FLAG
from requests_app.catalogue.tree import tree
from requests_app.drafting import from_review
from requests_app.drafting.case import (
    FORBIDS,
    Case,
    ReasonedAnswer,
    References,
    RequestFacts,
    TriedProvision,
)
from requests_app.drafting.grounds import FACTORS
from requests_app.drafting.internal import internal
from requests_app.drafting.recipient import for_recipient
from requests_app.drafting.words import placeholders
from requests_app.law.facts import basis_of
from requests_app.models import HarmTest, Outcome
from requests_app.models.decision import GRANTS
from requests_app.words.citation import citation

PROVISIONS = list(
    csv.DictReader(
        (Path(requests_app.__file__).parent / "catalogue" / "provisions.csv").open()
    )
)
BY_CODE = {row["code"]: row for row in PROVISIONS}


def tried(code: str, outcome: str, reasons: str = "", **facts: str) -> TriedProvision:
    row = BY_CODE[code]
    return TriedProvision(
        code,
        citation(f"{row['chapter']} kap. {row['paragraph']} OSL"),
        row["title_sv"],
        row["harm_test"],
        outcome,
        reasons,
        is_delicate=code in RED_FLAG | BLOCKS_APPROVAL,
        **facts,
    )


def told(**answers: str) -> dict[str, ReasonedAnswer]:
    return {
        code.replace("_", ".", 1): ReasonedAnswer(answer)
        for code, answer in answers.items()
    }


def grammatical(text: str) -> None:
    assert text.strip() == text
    assert text
    for wrong in ("None", "  ", "..", " .", " ,", ",,", "()", ". ,", "{", "}", "!."):
        assert wrong not in text, (wrong, text)
    for part in text.split("\n\n"):
        assert part[0].isupper() or part[0] == "[", part
        assert part[-1] in ".!?]", part
        assert not re.search(r"[.!?] [a-zåäö](?!\s?kap)", _without_abbreviations(part))


def _without_abbreviations(text: str) -> str:
    return re.sub(r"\b(kap|art|p|st)\. ", r"\1 ", text)


MAILBOX = Case(
    authority="Grundskolenämnden",
    diary_number="GSN 2026-0001",
    request=RequestFacts(
        "EXSR418822",
        "Microsoft",
        ("e-postlådan O-17",),
        support_case="SR 2026-1123-0417",
        employer="Microsoft Ireland Operations Ltd",
        country="Irland",
    ),
    outcome=Outcome.GRANTED,
    answers={
        "N7": ReasonedAnswer("osl-10-2a"),
        "N7.10-2a.assignment": ReasonedAnswer("yes"),
        "N7.10-2a.technical": ReasonedAnswer(
            "yes", "Att reparera ett skadat objekt är teknisk bearbetning"
        ),
        "N7.10-2a.data": ReasonedAnswer("against", "uppgifterna är känsliga"),
        "N7.10-2a.persons": ReasonedAnswer("for"),
        "N7.10-2a.silence": ReasonedAnswer("for"),
        "N7.10-2a.alternatives": ReasonedAnswer("for"),
        "N7.10-2a.suitable": ReasonedAnswer("not_unsuitable"),
        "N9.country": ReasonedAnswer("eea"),
        "N9.transfer": ReasonedAnswer("not_needed"),
        "N10": ReasonedAnswer("condition", "Två timmar räcker."),
    },
    tests=(
        tried(
            "OSL-23-2-st1",
            "applies",
            "E-postlådan innehåller uppgifter om elevers personliga förhållanden.",
        ),
        tried("OSL-21-1", "does_not_apply"),
        tried("OSL-21-7", "does_not_apply"),
        tried("OSL-25-1", "struck", "Skolsköterskan skriver inte där."),
    ),
    minutes=120,
)
SITE_CASE = Case(
    authority="Socialnämnden Centrum",
    diary_number="SNC 2026-0001",
    request=RequestFacts(
        "EXSR418931", "Microsoft", ("webbplatsen S-22",), employer="Under Ltd",
        country="Indien",
    ),
    outcome=Outcome.REFUSED,
    answers={
        "N7": ReasonedAnswer("osl-10-2a", "Begäran gäller en hel webbplats utan avgränsning."),
        "N7.10-2a.assignment": ReasonedAnswer("yes"),
        "N7.10-2a.technical": ReasonedAnswer("no", "Ingen åtgärd anges."),
        "N7.10-2a.data": ReasonedAnswer("against"),
        "N7.10-2a.suitable": ReasonedAnswer("unsuitable"),
        "N9.country": ReasonedAnswer("third"),
        "N9.entity": ReasonedAnswer("subcontractor"),
        "N9.transfer": ReasonedAnswer("none"),
        "N10": ReasonedAnswer("exists", "Omindexering med egna behörigheter."),
    },
    tests=(
        tried("OSL-21-3-st1", "applies", "Skyddade personuppgifter kan förekomma."),
        tried("OSL-21-3a", "applies", "Skyddad folkbokföring kan förekomma."),
        tried("OSL-26-1", "applies", "Uppgifter om barn i samhällsvård."),
        tried("OSL-26-5", "applies", "Anmälningar från enskilda förekommer."),
    ),
)  # fmt: skip
LOG = Case(
    authority="Nämnden för intraservice",
    diary_number="NIS 2026-0001",
    request=RequestFacts("EXSR419002", "Microsoft", ("loggen L-09",), country="USA"),
    outcome=Outcome.GRANTED,
    answers={
        "N9.processor": ReasonedAnswer("yes"),
        "N9.country": ReasonedAnswer("third"),
        "N9.transfer": ReasonedAnswer("adequacy"),
        "N10": ReasonedAnswer("none"),
    },
    tests=tuple(
        tried(code, "does_not_apply")
        for code in ("OSL-18-8", "OSL-21-3-st1", "OSL-21-7", "OSL-39-3-st3")
    ),
    references=References(transfer="(EU) 2023/1795"),
    minutes=60,
)


# -- The worked examples --------------------------------------------------------------


def test_the_school_mailbox_is_granted_by_10_2_a():
    text = internal(MAILBOX)
    assert text.startswith("Enligt 23 kap. 2 § första stycket OSL")
    assert "medger" not in text
    assert "23 kap. 2 § första stycket OSL" in text
    assert (
        "gäller sekretess om det inte står klart att uppgiften kan röjas utan att den"
        " enskilde eller någon närstående lider men. E-postlådan innehåller" in text
    )
    assert "Enligt 10 kap. 2 a § OSL hindrar sekretess inte" in text
    assert "Sådana uppgifter som avses i 25 kap. 1 § OSL (hälso- och sjukvård)" in text
    assert "Att reparera ett skadat objekt är teknisk bearbetning." in text
    assert "det inte olämpligt att uppgifterna lämnas ut." in text
    assert "Mot ett utlämnande talar uppgifternas art och mängd." in text
    assert "Åtgärden utförs inom EES (Irland)." in text
    assert "Hinder enligt dataskyddsförordningen finns inte." in text
    assert "avslås" not in text
    assert not placeholders(text)
    told_them = for_recipient(MAILBOX)
    assert "medger" not in told_them
    assert "tystnadsplikt enligt lagen (2020:914)" in told_them
    assert "10 kap. 2 a § OSL" in told_them
    assert "elev" not in told_them


def test_a_duty_of_silence_in_doubt_is_not_told_as_a_fact():
    answers = {**MAILBOX.answers, "N7.10-2a.silence": ReasonedAnswer("against")}
    assert "2020:914" not in for_recipient(replace(MAILBOX, answers=answers))


def test_an_agreement_is_named_once():
    named = replace(
        MAILBOX,
        references=References(agreement="Personuppgiftsbiträdesavtal 2025-01-15"),
        answers={**MAILBOX.answers, "N9.processor": ReasonedAnswer("yes")},
    )
    said = "Åtgärden täcks av personuppgiftsbiträdesavtal 2025-01-15."
    assert said in internal(named)
    other = replace(named, references=References(agreement="PUB 7"))
    assert "täcks av ett personuppgiftsbiträdesavtal, PUB 7." in internal(other)


def test_the_child_care_site_is_refused():
    text = internal(SITE_CASE)
    for said in (
        "26 kap. 1 § OSL",
        "21 kap. 3 § första stycket OSL",
        "21 kap. 3 a § OSL",
        "Åtgärden är inte endast teknisk bearbetning eller lagring.",
        "olämpligt att lämna ut uppgifterna.",
        "inte underlag för att överföringen uppfyller kapitel V",
        "Hinder enligt dataskyddsförordningen finns.",
        "nödvändigt för myndighetens verksamhet (10 kap. 2 § OSL)",
        "Risken kan inte undanröjas med ett förbehåll (10 kap. 14 § OSL).",
        "Omindexering med egna behörigheter.",
        "Ny, avgränsad begäran kan prövas.",
    ):
        assert said in text
    assert "medger" not in text
    assert not placeholders(text)


def test_the_refusals_recipient_reads_nothing_of_protected_persons():
    text = for_recipient(SITE_CASE)
    assert "Sekretess enligt 26 kap. 1 § OSL hindrar" in text
    assert "kapitel V" in text
    assert "Ny, avgränsad begäran kan prövas." in text
    hidden = ("21 kap.", "26 kap. 5", "skydd", "folkbokför", "hot", "anmäl", "barn")
    for word in (*hidden, "Omindexering", "Ingen åtgärd"):
        assert word not in text.replace("dataskydd", ""), word


def test_a_refusal_on_delicate_provisions_alone_names_none():
    case = replace(SITE_CASE, tests=SITE_CASE.tests[:2])
    assert "Sekretess hindrar att uppgifterna lämnas ut." in for_recipient(case)


def test_the_log_is_granted_without_secrecy():
    text = internal(LOG)
    assert (
        "Det kan inte antas att syftet med säkerhets- eller bevakningsåtgärden"
        " motverkas" in text
    )
    assert "Det finns ingen särskild anledning att anta" in text
    assert "39 kap. 3 § tredje stycket OSL" in text
    assert "\n\nSekretess gäller inte." in text
    assert "10 kap. 2 a §" not in text
    assert "adekvat skyddsnivå" in text
    assert "(EU) 2023/1795" in text
    assert not placeholders(text)
    assert "Sekretess hindrar inte åtkomsten." in for_recipient(LOG)


# -- Every combination is Swedish -----------------------------------------------------


@pytest.mark.parametrize("code", BY_CODE)
def test_every_provision_reads_well_at_every_outcome(code):
    absolute = BY_CODE[code]["harm_test"] == "absolute"
    outcomes = ("applies", "struck") if absolute else HarmTest.Outcome.values
    for outcome, wanted in itertools.product(outcomes, Outcome.values):
        test = tried(
            code, outcome, "skäl med egna ord", facts_for="Ett", facts_against="två!"
        )
        case = replace(MAILBOX, tests=(test,), outcome=wanted)
        text, to_them = internal(case), for_recipient(case)
        grammatical(text)
        grammatical(to_them)
        if wanted in GRANTS:
            assert test.citation in text
            assert "Skäl med egna ord." in text
        assert "egna ord" not in to_them
        if code in RED_FLAG:
            assert test.citation not in to_them


QUESTIONS = [node for node in tree("2026-2").assessment_nodes if node.answers]


@pytest.mark.parametrize("node", QUESTIONS, ids=[node.code for node in QUESTIONS])
def test_every_answer_reads_well_and_none_of_its_reasons_leaves(node):
    grounds = {f"osl-{part}" for part in node.code.split(".") if part[0].isdigit()}
    for value, wanted in itertools.product(node.answers, Outcome.values):
        answers = {**MAILBOX.answers, "N7": ReasonedAnswer(*grounds or ("osl-10-2a",))}
        answers[node.code] = ReasonedAnswer(value["value"], "hemliga skäl")
        case = replace(MAILBOX, answers=answers, outcome=wanted)
        grammatical(internal(case))
        grammatical(for_recipient(case))
        assert "emliga" not in for_recipient(case)


def test_every_question_that_can_forbid_is_known_here():
    forbids = {node.code: node for node in QUESTIONS if node.passes}
    del forbids["N0"], forbids["N2"], forbids["N3"]  # by outcome, standing and a stop
    assert set(forbids) == set(FORBIDS)
    for code, node in forbids.items():
        values = {answer["value"] for answer in node.answers}
        assert values - set(node.passes) == set(FORBIDS[code])


def test_every_factor_has_its_words():
    factors = {n.code.rpartition(".")[2] for n in QUESTIONS if n.is_factor}
    assert set(FACTORS) == factors


@pytest.mark.parametrize("outcome", Outcome.values)
def test_nothing_answered_leaves_something_to_fill_in(outcome):
    bare = Case("Nämnden", "N 1", RequestFacts("EXSR1", "Microsoft", ()), outcome)
    grammatical(internal(bare))
    grammatical(for_recipient(bare))
    if outcome not in (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION):
        assert placeholders(internal(bare))
        assert placeholders(for_recipient(bare))


def test_a_part_is_named_and_invites_a_narrower_request():
    case = replace(MAILBOX, outcome=Outcome.PARTIALLY_GRANTED)
    assert placeholders(for_recipient(case)) == ["[Ange vilken del som medges.]"]
    case = replace(case, scope="Endast ett objekt.")
    text = for_recipient(case)
    assert "Åtkomsten medges endast i följande del: Endast ett objekt. I övrigt" in text
    assert "Ange diarienummer GSN 2026-0001 i den nya begäran." in text
    partly = replace(case, request=replace(case.request, can_answer_partly=True))
    assert "diarienummer" not in for_recipient(partly)


def test_a_reservation_is_explained_to_whom_it_binds():
    case = replace(
        MAILBOX,
        outcome=Outcome.GRANTED_WITH_RESERVATION,
        tests=(tried("OSL-23-2-st2", "applies_unless_reserved"),),
    )
    assert "10 kap. 14 § OSL" in internal(case)
    assert "20 kap. 3 § brottsbalken" in for_recipient(case)


# -- From the database ----------------------------------------------------------------


@pytest.mark.django_db
def test_the_draft_is_written_from_what_was_saved(cast, django_assert_num_queries):
    subject = cast.assessed()
    basis = basis_of(subject)
    assert subject.access_request.connection.product.provider
    with django_assert_num_queries(3):
        texts = from_review.draft(subject, basis, Outcome.GRANTED, 120)
    part = from_review.draft(subject, basis, Outcome.PARTIALLY_GRANTED, 120)
    assert "e-postlådan O-17" in part.for_recipient
    assert "23 kap. 2 § första stycket OSL" in texts.internal
    assert "A repair is technical processing." in texts.internal
    assert "A repair" not in texts.for_recipient
    assert not placeholders(texts.internal)


@pytest.mark.django_db
@pytest.mark.parametrize("name", from_review.Motivations._fields)
def test_a_text_with_something_left_to_fill_in_is_not_proposed(cast, name):
    subject = cast.assessed()
    texts = {f"motivation_{part}": "Skäl." for part in from_review.Motivations._fields}
    field = f"motivation_{name}"
    with pytest.raises(ValidationError) as caught:
        cast.propose(subject, **{**texts, field: "Skäl [Ange varför.]"})
    assert list(caught.value.error_dict) == [field]
    assert "[Ange varför.]" in str(caught.value)
    assert not subject.proposals.exists()
    cast.propose(subject, **texts)
