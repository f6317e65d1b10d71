"""What a city's lawyer struck when forty papers were read aloud, each kind once."""

from dataclasses import replace

import pytest

from requests_app.cases.review.drafting.case import CODES, UNSAID, CasePart
from requests_app.cases.review.drafting.texts import (
    NEVER,
    NOT_NOW,
    for_recipient,
    internal,
)
from requests_app.cases.review.law.tree import tree
from requests_app.core.models import Outcome
from tests.documents.drafting.examples import MAILBOX, REFUSED, answered, tried

SECRET = (tried("OSL-23-2-st1", "applies", "Elevhälsa."),)
OPEN = (tried("OSL-18-8", "does_not_apply"),)
GIVEN, KEPT = CasePart("meddelande 5–9", True), CasePart("meddelande 1–4", False)
TYPED = "Det har utretts"


def under(tests, *grounds):
    pairs = zip(tests, grounds, strict=True)
    return tuple(replace(row, ground=ground) for row, ground in pairs)


def in_parts(**changes):
    tests = (
        tried("OSL-23-2-st1", "applies", "Skäl.", parts=(KEPT,), place=KEPT.name),
        tried("OSL-18-8", "does_not_apply", parts=(GIVEN, KEPT)),
    )
    case = answered(MAILBOX, N7=("none", "Skäl."))
    partly = Outcome.PARTIALLY_GRANTED
    case = replace(case, outcome=partly, parts=(GIVEN, KEPT))
    return replace(case, tests=under(tests, "none", ""), **changes)


# -- Two papers that said what could not both be so ------------------------------------


def test_that_secrecy_does_not_bar_is_said_of_the_parts_that_it_is_so_of():
    given, *kept = for_recipient(in_parts(is_registered_as_tf=True)).split("\n\n")
    assert given.startswith(f"I fråga om {GIVEN.name} gäller följande. Sekretess hi")
    assert kept[0].startswith(f"I fråga om {KEPT.name} gäller följande. Enligt 23 kap.")


def test_what_is_refused_as_a_whole_is_not_said_to_be_granted_in_part():
    whole = internal(in_parts())
    assert "ska därför bifallas" not in whole and "avslås därför" in whole
    assert f"kunna medges i fråga om {GIVEN.name} men inte" in whole
    by_part = replace(MAILBOX.request, can_answer_partly=True)
    assert "ska därför bifallas" in internal(in_parts(request=by_part))


def test_only_the_secrecy_that_a_reservation_is_made_for_bars_without_it():
    tests = (*SECRET, tried("OSL-21-1", "applies_unless_reserved", "Skäl."))
    case = answered(MAILBOX, N7=("several", "Skäl."), N8=("yes", "Skäl."))
    case = replace(case, outcome=Outcome.GRANTED_WITH_RESERVATION)
    case = replace(case, tests=under(tests, "osl-10-2a", "osl-10-14"))
    text = for_recipient(case)
    assert text.startswith("Sekretess enligt 21 kap. 1 § ")
    assert "23 kap. 2 §" not in text
    assert "I övrigt hindrar sekretess inte åtkomsten, eftersom" in text


def test_a_demand_for_what_is_not_secret_is_not_refused_for_secrecy():
    """OSL 8:3 is of what is secret; article 48 of personal data."""
    abroad = replace(MAILBOX.request, country="USA", is_in_eea=False)
    demand = replace(REFUSED, is_foreign_demand=True, request=abroad, tests=OPEN)
    assert "8 kap. 3 §" not in for_recipient(demand)
    assert "artikel 48" in for_recipient(demand)
    assert "8 kap. 3 §" in for_recipient(replace(demand, tests=SECRET))
    neither = for_recipient(replace(demand, has_personal_data=False))
    assert neither.endswith("Ange varför kravet ändå avslås.]")


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"N5.care": ("others", "")}, NEVER),
        ({"N5.whistle.circle": ("outside", "")}, NEVER),
        ({"N5.patient": ("unmet", "")}, NOT_NOW),
        ({"N1": ("unknown", "")}, NOT_NOW),
    ],
)
def test_what_bars_for_good_is_not_said_to_bar_for_now(changed, said):
    assert for_recipient(replace(answered(REFUSED, **changed), tests=OPEN)) == said


def test_of_a_contract_that_has_ended_that_is_said():
    ended = for_recipient(replace(REFUSED, reliance="ended"))
    assert "Avtalet har upphört" in ended and "för närvarande" not in ended
    assert NOT_NOW in for_recipient(replace(REFUSED, reliance="revoked", tests=OPEN))


# -- Twice, or without what it is of ---------------------------------------------------


def test_what_is_weighed_stands_once_whatever_the_number_of_grounds():
    tests = (*SECRET, tried("OSL-19-1", "applies", "Skäl."))
    case = answered(REFUSED, N7=("none", "Skäl."))
    text = internal(replace(case, tests=under(tests, "osl-10-2a", "none")))
    assert text.count("Mot ett utlämnande talar") == 1


def test_a_reservation_leads_to_one_conclusion():
    tests = (tried("OSL-23-2-st1", "applies_unless_reserved", "Skäl."),)
    case = answered(MAILBOX, N7=("none", "Skäl."), N8=("yes", "Skäl."))
    case = replace(case, outcome=Outcome.GRANTED_WITH_RESERVATION)
    text = internal(replace(case, tests=under(tests, "osl-10-14")))
    assert text.count("lämnas ut.") == 1 + text.count(
        "hindrar att uppgiften lämnas ut."
    )
    assert "I fråga om sekretessen" not in text, "there is no other"


def test_what_the_grounds_of_a_demand_are_stands_beside_that_there_are_none():
    abroad = replace(MAILBOX.request, country="USA", is_in_eea=False)
    text = internal(replace(REFUSED, is_foreign_demand=True, request=abroad))
    before, _none, _after = text.partition("Det har inte kommit fram att det finns en")
    assert before.endswith("grunder för överföring enligt kapitel V. ")


ANSWERS = [
    (node.code, answer["value"])
    for node in tree("2026-4").assessment_nodes
    for answer in node.answers
    if node.code in CODES
    and (node.code, answer["value"]) not in (("N0.foreign", "yes"), UNSAID)
]


@pytest.mark.parametrize("code, value", ANSWERS)
def test_the_lawyers_words_follow_what_they_are_of(code, value):
    text = internal(answered(MAILBOX, **{code: (value, TYPED)}))
    assert f"{TYPED}." in text
    assert f"\n\n{TYPED}" not in text


def test_that_transferred_secrecy_was_tried_is_said_with_what_came_of_it():
    case = answered(MAILBOX, **{"N5.transferred": ("tested", "")})
    assert "[Ange vilken sekretess som kan ha följt med" in internal(case)
    with_words = answered(MAILBOX, **{"N5.transferred": ("tested", TYPED)})
    assert "följt med" not in internal(with_words)


# -- Not Swedish -----------------------------------------------------------------------


def test_two_kinds_of_secrecy_that_may_not_be_named_are_told_apart():
    tests = (
        tried("OSL-21-3-st1", "applies", "Skäl."),
        tried("OSL-18-1", "applies", "Skäl."),
    )
    case = answered(REFUSED, N7=("none", "Skäl."))
    text = for_recipient(replace(case, tests=under(tests, "none", "none")))
    assert "allmänt intresse, och enligt 21–40 kap. OSL, till skydd för" in text
    assert "Vilka bestämmelser det är" in text


def test_a_number_of_objects_is_written_as_other_numbers_are():
    unmapped = replace(MAILBOX.request, objects=(), unmapped=2)
    assert "till två objekt utan" in internal(replace(MAILBOX, request=unmapped))


def test_an_authority_has_one_name_in_what_it_relies_on():
    for state in ("missing", "expired", "ended", "revoked"):
        text = internal(replace(REFUSED, reliance=state, tests=SECRET))
        assert "Myndighetens stående" not in text and "tens stående" not in text
        company = replace(REFUSED, reliance=state, tests=SECRET, is_company=True)
        assert "Nämnden" not in internal(company)


def test_foreign_law_is_weighed_in_plain_words():
    for side in ("for", "against"):
        case = answered(MAILBOX, **{"N7.10-2a.foreign_law": (side, "")})
        text = internal(replace(case, tests=under(SECRET, "osl-10-2a")))
        assert "förhållandena i fråga om" not in text and "främmande rätt" in text
