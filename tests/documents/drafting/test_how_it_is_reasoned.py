"""The order of the reasons, and that they end in what is decided."""

from dataclasses import replace

import pytest

from requests_app.cases.review.drafting.case import ReasonedAnswer
from requests_app.cases.review.drafting.texts import internal
from requests_app.cases.review.law.tree import tree
from requests_app.core.models import Outcome
from requests_app.core.words.texts import placeholders
from tests.documents.drafting.examples import MAILBOX, SITE_CASE, answered, tried

# N7 chooses among grounds, each with its own rule before the words.
QUESTIONS = [
    node
    for node in tree("2026-4").assessment_nodes
    if node.answers and node.code[:2] in ("N5", "N9", "N7", "N8") and node.code != "N7"
]
HINDERS = "Sekretessen hindrar därför att uppgifterna lämnas ut."
HINDERS_NOT = "Sekretessen hindrar därför inte att uppgifterna lämnas ut."
UNSUITABLE = "N7.10-2a.suitable"


def test_an_answer_to_a_question_that_is_no_longer_asked_is_not_spoken():
    stale = {"N9.transfer.certified": ("no",), "N7.12-2.reserved": ("yes",)}
    case = answered(MAILBOX, **stale)
    asked = replace(case, questions=frozenset(MAILBOX.answers))
    assert internal(asked) == internal(MAILBOX)
    refused = replace(asked, outcome=Outcome.REFUSED, minutes=None)
    assert "hindrar därför åtkomsten" not in internal(refused)


@pytest.mark.parametrize("code", ["N7.10-2a.assignment", "N7.10-2a.technical"])
def test_without_the_assignment_or_the_technical_measure_nothing_is_weighed(code):
    refused = replace(MAILBOX, outcome=Outcome.REFUSED, minutes=None)
    text = internal(answered(refused, **{code: ("no", "Skäl.")}))
    assert "10 kap. 2 a § OSL kan därför inte tillämpas." in text
    assert "Mot ett utlämnande talar" not in text and "samlad bedömning" not in text
    both = {code: ("no", "Skäl."), UNSUITABLE: ("unsuitable", "Skäl.")}
    text = internal(answered(refused, **both))
    assert "I vart fall är det olämpligt att uppgifterna lämnas ut." in text
    assert "Vid en samlad bedömning" not in text


def test_the_words_for_a_factor_stand_with_the_side_it_speaks_for():
    factors = {
        "N7.10-2a.persons": ("for", "En tekniker."),
        "N7.10-2a.data": ("against", "Känsligt."),
        "N7.10-2a.security": ("neutral", "Som vanligt."),
        "N7.10-2a.silence": None,
        "N7.10-2a.alternatives": None,
    }
    text = internal(answered(MAILBOX, **factors))
    assert (
        "För ett utlämnande talar antalet personer som får åtkomst: En tekniker. Mot"
        " ett utlämnande talar uppgifternas art och mängd: Känsligt. Som vanligt."
    ) in text


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"N7": ("osl-10-2", "Skäl."), "N7.10-2.necessary": ("yes", "Skäl.")},
        {
            "N7": ("osl-12-2", "Skäl."),
            "N7.12-2.given": ("yes",),
            "N7.12-2.minor": ("adult",),
        },
    ],
    ids=["technical", "necessary", "consent"],
)
def test_a_ground_that_holds_ends_in_that_secrecy_does_not_bar(answers):
    text = internal(answered(MAILBOX, **answers))
    assert text.count(HINDERS_NOT) == 1
    assert HINDERS not in text


@pytest.mark.parametrize(
    "answers",
    [
        {UNSUITABLE: ("unsuitable", "Skäl.")},
        {"N7.10-2a.technical": ("no", "Skäl.")},
        {"N7": ("osl-10-2", "Skäl."), "N7.10-2.necessary": ("no", "Skäl.")},
        {"N7": ("osl-12-2", "Skäl."), "N7.12-2.given": ("no",)},
        {"N7": ("osl-10-14", "Skäl."), "N8": ("no", "Skäl.")},
        {"N7": ("none", "Skäl.")},
    ],
)
def test_one_that_fails_ends_in_that_secrecy_bars(answers):
    refused = replace(MAILBOX, outcome=Outcome.REFUSED, minutes=None)
    text = internal(answered(refused, **answers))
    assert text.count(HINDERS) == 1
    assert HINDERS_NOT not in text


def test_nothing_is_concluded_while_the_ground_has_a_gap():
    text = internal(answered(MAILBOX, **{"N7.10-2a.assignment": None}))
    assert placeholders(text)
    assert HINDERS not in text and HINDERS_NOT not in text


def test_that_the_authority_is_unknown_comes_before_what_is_tried():
    text = internal(answered(SITE_CASE, N1=("unknown", "")))
    said = "inte utrett vilken myndighet som förvarar uppgifterna"
    assert text.index(said) < text.index("gäller sekretess")


def test_provisions_struck_without_a_word_share_a_sentence():
    bare = [tried(code, "struck") for code in ("OSL-25-1", "OSL-26-1", "OSL-23-1")]
    tests = (*MAILBOX.tests[:1], *bare)
    text = internal(replace(MAILBOX, tests=tests))
    assert (
        "Följande bestämmelser i OSL är inte tillämpliga: 25 kap. 1 § (hälso- och"
        " sjukvård), 26 kap. 1 § (socialtjänst) och 23 kap. 1 § (" in text
    )
    assert text.count("inte tillämplig") == 1


def test_a_refusal_says_nothing_of_data_protection_that_leads_nowhere():
    refused = replace(SITE_CASE, outcome=Outcome.REFUSED)
    text = internal(answered(refused, **{"N9.transfer": ("clauses",)}))
    assert "Åtkomsten sker från tredje land" not in text
    assert "Dataskyddsförordningen hindrar" in internal(SITE_CASE)


def test_less_intrusive_is_said_with_which():
    bare = internal(answered(SITE_CASE, N10=("exists",)))
    assert "[Ange vilket sätt det är.]" in placeholders(bare)
    assert not [gap for gap in placeholders(internal(SITE_CASE)) if "sätt" in gap]


def test_a_gap_asks_what_the_question_asks():
    answers = {
        "N7": ReasonedAnswer("osl-12-2", "Skäl."),
        "N7.12-2.given": ReasonedAnswer("yes"),
        "N7.12-2.minor": ReasonedAnswer("guardians"),
    }
    case = replace(
        MAILBOX,
        answers={**MAILBOX.answers, **answers},
        questions=frozenset([*MAILBOX.answers, *answers, "N7.12-2.detriment"]),
    )
    assert "lider betydande men" in placeholders(internal(case))[0]
    bare = {"N7": ("osl-10-2", "Skäl."), "N7.10-2.necessary": ("yes",)}
    gaps = placeholders(internal(answered(MAILBOX, **bare)))
    assert gaps == ["[Ange vad som har varit avgörande för om det är nödvändigt.]"]


@pytest.mark.parametrize("code", ["N5.transferred", "N5.whistle"])
def test_nothing_follows_while_other_secrecy_may_apply(code):
    state = "untested" if code == "N5.transferred" else "unclear"
    for tests in (MAILBOX.tests, MAILBOX.tests[1:]):
        refused = replace(MAILBOX, outcome=Outcome.REFUSED, minutes=None, tests=tests)
        text = internal(answered(refused, **{code: (state,)}))
        assert HINDERS_NOT not in text
        assert "Sekretess gäller inte för uppgifterna." not in text


@pytest.mark.parametrize("node", QUESTIONS, ids=[node.code for node in QUESTIONS])
def test_no_words_stand_without_what_they_are_about(node):
    grounds = {f"osl-{part}" for part in node.code.split(".") if part[0].isdigit()}
    for value in (row["value"] for row in node.answers):
        answers = {"N7": (*grounds,) or ("osl-10-2a",), node.code: (value, "Egna ord.")}
        if node.code.startswith("N9.transfer."):
            answers["N9.transfer"] = ("adequacy",)
        case = answered(MAILBOX, **{"N8": ("yes",), **answers})
        for part in internal(case).split("\n\n"):
            assert not part.startswith("Egna ord."), (value, part)
