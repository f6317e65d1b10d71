"""No generated paper says two things of which not both can be true: every outcome,
ground and kind of case, and each answer of the tree given in turn."""

from dataclasses import replace
from itertools import product

import pytest

from requests_app.cases.review.drafting.case import CasePart
from requests_app.cases.review.drafting.texts import for_recipient, internal
from requests_app.cases.review.law.tree import tree
from requests_app.cases.review.models.assessment import Ground
from requests_app.cases.review.papers.decision import PAIRS, contradictions
from requests_app.core.models import Outcome
from tests.documents.drafting.examples import MAILBOX, answered, tried

KINDS = {
    "access": {},
    "documents": {"is_registered_as_tf": True},
    "demand": {"is_foreign_demand": True},
    "demand with ground": {"is_foreign_demand": True, "treaty_ground": "2000:562"},
    "of a company": {"is_company": True},
    "without personal data": {"has_personal_data": False},
    **{state: {"reliance": state} for state in ("missing", "ended", "revoked")},
}
TESTS = {
    "secret": (tried("OSL-23-2-st1", "applies", "Elevhälsa."),),
    "open": (tried("OSL-18-8", "does_not_apply"),),
    "reserved": (tried("OSL-21-1", "applies_unless_reserved", "Skäl."),),
    "breach": (tried("OSL-21-7", "applies", "Skäl."),),
    "statistics": (tried("OSL-24-8", "applies", "Skäl."),),
    "both": (
        tried("OSL-23-2-st1", "applies", "Elevhälsa."),
        tried("OSL-18-8", "does_not_apply"),
        tried("OSL-25-1", "struck"),
    ),
}
GROUNDS = [*Ground.breaking(), Ground.RESERVATION, "none", ""]
# Every answer that there is to every question, but for the sum of the grounds.
GIVEN = [
    (node.code, answer["value"])
    for node in tree("2026-4").assessment_nodes
    for answer in node.answers
    if node.code != "N7"
]


def papers(case):
    yield internal(case)
    yield for_recipient(case)


def grounded(tests, ground):
    return tuple(replace(row, ground=ground if row.hinders else "") for row in tests)


def found(case):
    return [why for paper in papers(case) for why in contradictions(paper)]


@pytest.mark.parametrize("outcome", Outcome.values)
def test_of_every_outcome_ground_and_kind(outcome):
    count = 0
    for (kind, changed), (name, tests), ground in product(
        KINDS.items(), TESTS.items(), GROUNDS
    ):
        case = answered(MAILBOX, N7=(ground, "Skäl.") if ground else None)
        case = replace(case, outcome=outcome, tests=grounded(tests, ground), **changed)
        assert not found(case), (kind, name, ground, found(case), *papers(case))
        count += 2
    assert count == 2 * len(KINDS) * len(TESTS) * len(GROUNDS)


@pytest.mark.parametrize("outcome", ["granted", "refused", "partially_granted"])
@pytest.mark.parametrize("ground", ["osl-10-2a", "osl-12-2", "osl-10-14", "none"])
def test_of_each_answer_in_turn(outcome, ground):
    tests = grounded(TESTS["secret"] + TESTS["reserved"], ground)
    for (code, value), changed in product(GIVEN, KINDS.values()):
        case = answered(MAILBOX, **{"N7": (ground, "Skäl."), code: (value, "Skäl.")})
        case = replace(case, outcome=outcome, tests=tests, **changed)
        assert not found(case), (code, value, changed, found(case), *papers(case))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ground", ["none", "osl-10-2a", "osl-12-2"])
def test_of_parts(kind, ground):
    given, kept = CasePart("meddelande 5–9", True), CasePart("meddelande 1–4", False)
    tests = (
        tried("OSL-23-2-st1", "applies", "Skäl.", parts=(kept,), place=kept.name),
        tried(
            "OSL-23-2-st1", "does_not_apply", "Skäl.", parts=(given,), place=given.name
        ),
        tried("OSL-18-8", "does_not_apply", parts=(given, kept)),
    )
    for outcome in ("partially_granted", "refused"):
        case = answered(MAILBOX, N7=(ground, "Skäl."))
        case = replace(
            case,
            outcome=outcome,
            parts=(given, kept),
            tests=grounded(tests, "none"),
            **KINDS[kind],
        )
        assert not found(case), (found(case), *papers(case))


# What each pair is there for, written as somebody could write it.
SAID = [
    "Uppgifterna är därför sekretessbelagda. Sekretess gäller inte för uppgifterna.",
    "Det hindrar därför att uppgifterna lämnas ut. Det hindrar därför inte att"
    " uppgifterna lämnas ut.",
    "Sekretess gäller inte för uppgifterna. Sekretessen hindrar därför att uppgifterna"
    " lämnas ut.",
    "Enligt 21 kap. 7 § OSL gäller sekretess. Uppgifterna är därför sekretessbelagda."
    " Hinder enligt dataskyddsförordningen finns inte.",
    "Uppgifter kan inte föras över till tredje land, och någon överföring dit sker"
    " inte.",
    "Den som därför inte kan samtycka. Då förfogar vårdnadshavaren ensam.",
    "Då är det inte olämpligt att uppgifterna lämnas ut. I vart fall är det olämpligt"
    " att uppgifterna lämnas ut.",
    "Åtgärden är endast teknisk. Åtgärden är inte endast teknisk.",
    "Bolaget har ett sådant uppdrag. Bolaget har inte ett sådant uppdrag.",
    "Risken undanröjs genom det förbehåll som ställs. Risken kan inte undanröjas med"
    " ett förbehåll.",
    "Åtkomsten begränsas så att den inte går längre än så. Det finns ett mindre"
    " ingripande sätt att nå syftet, och det ska väljas.",
    "Rätten att ta del av allmänna handlingar. Det har inte kommit fram att"
    " förutsättningarna i 10 kap. 2 a § OSL är uppfyllda.",
    "Rätten att ta del av allmänna handlingar. Det har inte kommit fram att det är"
    " nödvändigt (10 kap. 2 § OSL).",
    "Ett krav från en utländsk myndighet eller domstol. Det har inte kommit fram att"
    " förutsättningarna i 10 kap. 2 a § OSL är uppfyllda.",
    "Ett krav från en utländsk myndighet eller domstol. Ni kan göra en ny, avgränsad"
    " begäran.",
    "Rätten att ta del av allmänna handlingar. Ni kan göra en ny, avgränsad begäran.",
    "Eftersom avtalet har upphört. Ni kan göra en ny, avgränsad begäran.",
    "Enligt 21 kap. 7 § OSL gäller det. Uppgifterna är därför sekretessbelagda. Ni kan"
    " göra en ny, avgränsad begäran.",
]


@pytest.mark.parametrize("pair, text", list(zip(PAIRS, SAID, strict=True)))
def test_each_pair_is_found_where_it_stands(pair, text):
    assert str(pair.why) in contradictions(text)


def test_what_is_of_parts_is_held_against_itself_alone():
    free = "I fråga om sidan 1 gäller följande. Sekretess gäller inte för uppgifterna."
    secret = (
        "I fråga om sidan 2 gäller följande. Uppgifterna är därför sekretessbelagda."
    )
    assert not contradictions(f"{free}\n\n{secret}")
    assert contradictions(f"{free} {secret}")
