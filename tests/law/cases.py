"""Cases for the oracle: a few that are lawful, and as many as wanted that vary them."""

import csv
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from requests_app.catalogue import statutes
from requests_app.catalogue.tree import tree
from requests_app.law.case import Facts, IntendedDecision, Test
from requests_app.models import Outcome
from requests_app.models.assessment import Ground, HarmTest
from tests.law.oracle import (
    AGAINST_ONE,
    FACTORS,
    GRANTS,
    HINDERS,
    IN_NO_CASE,
    UNLAWFUL,
    Case,
    breakable_by,
)

TREE = tree("2026-2")
ROWS = list(csv.DictReader((statutes.HERE / "provisions.csv").open(encoding="utf-8")))
HARM_TESTS = {row["code"]: row["harm_test"] for row in ROWS}
CATALOGUE = {row["code"]: row for row in ROWS}
ABSOLUTE = [
    code
    for code, kind in HARM_TESTS.items()
    if kind == "absolute" and code not in IN_NO_CASE
]
RELATIVE = [
    code
    for code, kind in HARM_TESTS.items()
    if kind != "absolute"
    and code not in (*statutes.BLOCKS_APPROVAL, *AGAINST_ONE, *UNLAWFUL)
]

ANSWERS = {
    "N0": "yes",
    "N0.tf": "no",
    "N1": "ours",
    "N2": "valid",
    "N3": "no",
    "N4": "content",
    "N5.transferred": "no",
    "N5.patient": "no",
    "N5.whistle": "no",
    "N9.controller": "yes",
    "N9.processor": "yes",
    "N9.country": "eea",
    "N9.entity": "provider",
    "N9.transfer": "not_needed",
    "N9.special": "yes",
    "N9.dpia": "not_needed",
    "N10": "none",
}
TECHNICAL = {
    "N7.10-2a.assignment": "yes",
    "N7.10-2a.technical": "yes",
    **{f"N7.10-2a.{factor}": "neutral" for factor in FACTORS},
    "N7.10-2a.suitable": "not_unsuitable",
}
NECESSARY = {"N7.10-2.necessary": "yes"}
CONSENT = {
    "N7.12-2.given": "yes",
    "N7.12-2.minor": "adult",
    "N7.12-2.reserved": "no",
}
BY_RESERVATION = {"N8": "yes"}
ANSWERS_FOR = {
    "osl-10-2a": TECHNICAL,
    "osl-10-2": NECESSARY,
    "osl-12-2": CONSENT,
    "osl-10-14": BY_RESERVATION,
}


def test_of(code: str, outcome: str, ground: str = "", consent: bool = True) -> Any:
    return {
        "code": code,
        "harm_test": HARM_TESTS[code],
        "outcome": outcome,
        "ground": ground if outcome in HINDERS else "",
        "consent": consent,
    }


test_of.__test__ = False


def lawful(*tests: dict[str, Any]) -> Case:
    """Granted on what is chosen for each provision that gives secrecy."""
    grounds = [test["ground"] for test in tests if test["outcome"] in HINDERS]
    reserved = "osl-10-14" in grounds
    answers = dict(ANSWERS)
    for ground in grounds:
        answers |= ANSWERS_FOR[ground]
    ground = "several" if len(set(grounds)) > 1 else [*grounds, "not_secret"][0]
    if grounds:
        answers["N7"] = ground
    return {
        "answers": answers,
        "unreasoned": frozenset(),
        "tests": list(tests),
        "named": [test["code"] for test in tests],
        "security": "no",
        "reliance": "valid",
        "highest_class": 3,
        "personal_data": True,
        "frozen": (),
        "abroad": False,
        "settled": frozenset(),
        "consent_demands": False,
        "asked": 240,
        "longest": 240,
        "outcome": "granted_with_reservation" if reserved else "granted",
        "ground": ground,
        "minutes": 240,
        "scope": "The corrupted item",
        "conditions": 0,
        "reservations": int(reserved),
    }


PUPIL = "OSL-23-2-st1"
LOG = lawful(test_of("OSL-18-8", "does_not_apply"))
REPAIR = lawful(test_of(PUPIL, "applies", "osl-10-2a"))
NECESSARY_CASE = lawful(test_of(PUPIL, "applies", "osl-10-2"))
CONSENT_CASE = lawful(test_of(PUPIL, "applies", "osl-12-2"))
RESERVED = lawful(test_of("OSL-21-1", "applies_unless_reserved", "osl-10-14"))
SEVERAL = lawful(
    test_of(PUPIL, "applies", "osl-12-2"), test_of("OSL-18-8", "applies", "osl-10-2a")
)
NO_TERMS = {
    "ground": "",
    "minutes": None,
    "scope": "",
    "conditions": 0,
    "reservations": 0,
}


def changed(base: Case, changes: dict[str, Any]) -> Case:
    """A copy with other values; those named by a node are answers, None is none."""
    case = deepcopy(base)
    for key, value in changes.items():
        if key in case:
            case[key] = value
        elif value is None:
            case["answers"].pop(key, None)
        else:
            case["answers"][key] = value
    return case


def facts_of(case: Case, version: str = "2026-2") -> Facts:
    stands = case["reliance"] == "valid"
    questions = tree(version)
    return Facts(
        questions=tuple(questions.assessment_nodes),
        answers=case["answers"],
        tests=tuple(_test(case, test) for test in case["tests"]),
        asks_once=questions.asks_once,
        security_protection=case["security"],
        highest_class=case["highest_class"],
        proposed_codes={code: code for code in case["named"]},
        reliance=case["reliance"],
        lacking=() if stands else ("Pupil health",),
        has_personal_data=case["personal_data"],
        frozen=case["frozen"],
        asked_minutes=case["asked"],
        longest_minutes=case["longest"],
        consent_demands=case["consent_demands"],
        is_abroad=case["abroad"],
        settled=frozenset(case["settled"]),
        unreasoned=frozenset(case["unreasoned"]),
    )


def _test(case: Case, test: dict[str, Any]) -> Test:
    """As the catalogue has the provision."""
    row = CATALOGUE[test["code"]]
    yields = "tender_secrecy_yields" in case["settled"]
    settled = row["lifted_if_settled"].split() if yields else []
    return Test(
        test["code"],
        test["code"],
        test["harm_test"],
        test["outcome"],
        test["code"] in statutes.BLOCKS_APPROVAL,
        ground=test["ground"],
        lifted_by=(*row["lifted_by"].split(), *settled),
        works_against=row["works_against"],
        protects=row["protects"],
        has_consent=test["consent"],
    )


def wanted_of(case: Case) -> IntendedDecision:
    names = ("outcome", "ground", "minutes", "scope", "conditions", "reservations")
    return IntendedDecision(**{name: case[name] for name in names})


# -- Generated cases ---------------------------------------------------------------------

MINUTES = st.sampled_from([None, 0, 1, 60, 120, 239, 240, 241, 480])
# An answer of each question, or none; for N7 also grounds that reach authorities only.
ANSWER = {
    node.code: st.sampled_from([None, *(answer["value"] for answer in node.answers)])
    for node in TREE.assessment_nodes
}
# A ground of each kind, none, and one that reaches authorities only.
CHOSEN = st.sampled_from(["", "none", *ANSWERS_FOR, "osl-10-27"])
HARM = st.builds(
    test_of,
    st.sampled_from(RELATIVE)
    | st.sampled_from(ABSOLUTE)
    | st.sampled_from(
        sorted({*statutes.BLOCKS_APPROVAL, *AGAINST_ONE, *UNLAWFUL, *IN_NO_CASE})
    ),
    st.sampled_from(HarmTest.Outcome.values),
    CHOSEN,
    st.booleans(),
)
SETTLED = (
    "tender_secrecy_yields",
    "silence_reaches_abroad",
    "dumps_are_technical",
)
FIELDS = {
    "tests": st.lists(HARM, max_size=4, unique_by=lambda test: test["code"]),
    "named": st.lists(st.sampled_from(list(HARM_TESTS)), max_size=2),
    "security": st.sampled_from(["not_assessed", "no", "suspected", "yes"]),
    "reliance": st.sampled_from(["valid", "missing", "expired", "revoked"]),
    "highest_class": st.sampled_from([None, 0, 1, 2, 3, 4]),
    "personal_data": st.booleans(),
    "frozen": st.sampled_from([(), ("Microsoft",), ("",)]),
    "unreasoned": st.frozensets(st.sampled_from(sorted(ANSWER)), max_size=4).map(
        lambda nodes: nodes & {node for node in ANSWER if TREE.needs_reasons(node)}
    ),
    "abroad": st.booleans(),
    "settled": st.frozensets(st.sampled_from(SETTLED)),
    "consent_demands": st.booleans(),
    "asked": MINUTES.filter(lambda minutes: minutes != 0),
    "longest": MINUTES.filter(lambda minutes: minutes != 0),
    "outcome": st.sampled_from(Outcome.values),
    "ground": st.sampled_from(["", *Ground.values]),
    "minutes": MINUTES,
    "scope": st.sampled_from(["", " ", "The corrupted item"]),
    "conditions": st.integers(0, 2),
    "reservations": st.integers(0, 2),
}
THREE = st.lists(st.sampled_from(RELATIVE), min_size=3, max_size=3, unique=True)
DRAWN = {**ANSWER, **FIELDS}
# Each is drawn anew by itself, and these together: apart they seldom meet.
WAYS = [(key,) for key in DRAWN] + 4 * [
    ("N9.entity", "N9.transfer"),
    ("N7.12-2.minor", "N7.12-2.detriment", "N7.12-2.against_guardian"),
    ("N7.10-2a.silence", "abroad", "settled"),
    ("N4", "settled"),
    ("N7.12-2.reserved", "outcome", "reservations"),
    ("N9.transfer", "N9.transfer.certified", "N9.transfer.scope"),
    ("N8",),
    ("N10", "conditions", "minutes"),
    ("outcome", "ground", "reservations"),
    ("named",),
]

TRANSFER = ("N9.country", "N9.entity", "N9.transfer")
TRANSFERS = [
    ("eea", "provider", "not_needed"),
    ("eea", "subcontractor", "not_needed"),
    ("third", "provider", "not_needed"),
    ("third", "group", "bcr"),
    ("third", "subcontractor", "adequacy"),
    ("eea", "provider_third", "clauses"),
]


@st.composite
def lawful_cases(draw: Any) -> Case:
    """Any number of provisions, each with a ground that breaks what it gives."""
    kinds = draw(
        st.sampled_from(
            [
                [],
                ["applies_unless_reserved"],
                ["applies"],
                ["applies", "applies"],
                ["applies_unless_reserved", "applies"],
            ]
        )
    )
    codes = draw(THREE)
    tests = [draw(grounded(*pair)) for pair in zip(codes, kinds, strict=False)]
    others = st.sampled_from(["does_not_apply", "struck"])
    tests += [test_of(code, draw(others)) for code in codes[len(tests) :]]
    if "applies" in kinds and draw(st.booleans()):
        tests.append(draw(grounded(draw(st.sampled_from(ABSOLUTE)), "applies")))
    case = lawful(*tests)
    case["answers"] |= dict(
        zip(TRANSFER, draw(st.sampled_from(TRANSFERS)), strict=True)
    )
    if case["answers"]["N9.transfer"] == "adequacy":
        case["answers"] |= {"N9.transfer.certified": "yes", "N9.transfer.scope": "yes"}
    if case["outcome"] == "granted" and draw(st.booleans()):
        case["outcome"] = "partially_granted"
    return case


def grounded(code: str, outcome: str) -> Any:
    case = {"settled": ()}
    test = test_of(code, outcome)
    can = breakable_by(case, test) - ({"osl-10-14"} if outcome == "applies" else set())
    return st.sampled_from(sorted(can)).map(
        lambda ground: test_of(code, outcome, ground)
    )


@st.composite
def cases(draw: Any) -> Case:
    """A lawful case of any kind with none, one or many of its values drawn anew."""
    case = draw(lawful_cases())
    if draw(st.booleans()):
        case["tests"].append(draw(HARM))
        case["named"] = [test["code"] for test in case["tests"]]
    how_many = draw(st.sampled_from([0, 1, 1, 1, 2, 2, 4, 10]))
    keys = [key for _ in range(how_many) for key in draw(st.sampled_from(WAYS))]
    case = changed(case, {key: draw(DRAWN[key]) for key in keys})
    if "named" not in keys and draw(st.booleans()):
        case["named"] = [test["code"] for test in case["tests"]]
    if case["outcome"] not in GRANTS and draw(st.booleans()):
        case.update(NO_TERMS)
    return case
