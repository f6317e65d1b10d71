"""Cases for the oracle: three that are lawful, and as many as wanted that vary them."""

import csv
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from requests_app.catalogue import statutes
from requests_app.catalogue.tree import tree
from requests_app.law.case import Facts, IntendedDecision, Test
from requests_app.models import Outcome
from requests_app.models.assessment import Ground, HarmTest
from tests.law.oracle import FACTORS, GRANTS, Case

TREE = tree("2026-1")
ROWS = list(csv.DictReader((statutes.HERE / "provisions.csv").open(encoding="utf-8")))
HARM_TESTS = {row["code"]: row["harm_test"] for row in ROWS}
ABSOLUTE = [code for code, kind in HARM_TESTS.items() if kind == "absolute"]
RELATIVE = [
    code
    for code, kind in HARM_TESTS.items()
    if kind != "absolute" and code not in statutes.BLOCKS_APPROVAL
]

ANSWERS = {
    "N0": "yes",
    "N0.tf": "no",
    "N1": "ours",
    "N2": "valid",
    "N3": "no",
    "N4": "content",
    "N9.controller": "yes",
    "N9.processor": "yes",
    "N9.country": "eea",
    "N9.entity": "provider",
    "N9.transfer": "not_needed",
    "N9.special": "yes",
    "N10": "none",
}
TECHNICAL = {
    "N7": "osl-10-2a",
    "N7.10-2a.assignment": "yes",
    "N7.10-2a.technical": "yes",
    **{f"N7.10-2a.{factor}": "neutral" for factor in FACTORS},
    "N7.10-2a.suitable": "not_unsuitable",
}
NECESSARY = {"N7": "osl-10-2", "N7.10-2.necessary": "yes"}
CONSENT = {"N7": "osl-12-2", "N7.12-2.given": "yes", "N7.12-2.minor": "adult"}
NO_GROUND = {"N7": "none", "N8": "yes"}


def test_of(code: str, outcome: str) -> dict[str, str]:
    return {"code": code, "harm_test": HARM_TESTS[code], "outcome": outcome}


test_of.__test__ = False


def lawful(answers: dict[str, str], ground: str, *tests: dict[str, str]) -> Case:
    reserved = ground == "osl-10-14"
    return {
        "answers": {**ANSWERS, **answers},
        "tests": list(tests),
        "named": [test["code"] for test in tests],
        "security": "no",
        "reliance": "valid",
        "highest_class": 3,
        "personal_data": True,
        "frozen": (),
        "asked": 240,
        "longest": 240,
        "outcome": "granted_with_reservation" if reserved else "granted",
        "ground": ground,
        "minutes": 240,
        "scope": "The corrupted item",
        "conditions": 0,
        "reservations": int(reserved),
    }


LOG = lawful({}, "not_secret", test_of("OSL-18-8", "does_not_apply"))
REPAIR = lawful(TECHNICAL, "osl-10-2a", test_of("OSL-23-2-st1", "applies"))
RESERVED = lawful(
    NO_GROUND, "osl-10-14", test_of("OSL-21-1", "applies_unless_reserved")
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


def facts_of(case: Case) -> Facts:
    stands = case["reliance"] == "valid"
    return Facts(
        questions=tuple(TREE.assessment_nodes),
        answers=case["answers"],
        outcomes=frozenset(test["outcome"] for test in case["tests"]),
        tests=tuple(
            Test(
                test["code"],
                test["code"],
                test["harm_test"],
                test["outcome"],
                test["code"] in statutes.BLOCKS_APPROVAL,
            )
            for test in case["tests"]
        ),
        security_protection=case["security"],
        highest_class=case["highest_class"],
        proposed_codes={code: code for code in case["named"]},
        reliance=case["reliance"],
        lacking=() if stands else ("Pupil health",),
        has_personal_data=case["personal_data"],
        frozen=case["frozen"],
        asked_minutes=case["asked"],
        longest_minutes=case["longest"],
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
ANSWER["N7"] |= st.sampled_from(["osl-10-15a", "osl-10-27", "osl-10-28"])
HARM = st.builds(
    test_of,
    st.sampled_from(RELATIVE)
    | st.sampled_from(ABSOLUTE)
    | st.sampled_from(sorted(statutes.BLOCKS_APPROVAL)),
    st.sampled_from(HarmTest.Outcome.values),
)
FIELDS = {
    "tests": st.lists(HARM, max_size=4, unique_by=lambda test: test["code"]),
    "named": st.lists(st.sampled_from(list(HARM_TESTS)), max_size=2),
    "security": st.sampled_from(["not_assessed", "no", "suspected", "yes"]),
    "reliance": st.sampled_from(["valid", "missing", "expired", "revoked"]),
    "highest_class": st.sampled_from([None, 0, 1, 2, 3, 4]),
    "personal_data": st.booleans(),
    "frozen": st.sampled_from([(), ("Microsoft",), ("",)]),
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
    ("N7", "N8"),
    ("N8",),
    ("N10", "conditions", "minutes"),
    ("outcome", "ground", "reservations"),
    ("named",),
]
BREAKING = [(TECHNICAL, "osl-10-2a"), (NECESSARY, "osl-10-2"), (CONSENT, "osl-12-2")]

TRANSFER = ("N9.country", "N9.entity", "N9.transfer")
TRANSFERS = [
    ("eea", "provider", "not_needed"),
    ("eea", "subcontractor", "not_needed"),
    ("third", "provider", "not_needed"),
    ("third", "subcontractor", "adequacy"),
]


@st.composite
def lawful_cases(draw: Any) -> Case:
    kind = draw(st.sampled_from(["none", "avoidable", "avoidable", "applies", "both"]))
    outcomes = {
        "none": [],
        "avoidable": ["applies_unless_reserved"],
        "applies": ["applies"],
        "both": ["applies_unless_reserved", "applies"],
    }[kind]
    codes = draw(THREE)
    tests = [test_of(*pair) for pair in zip(codes, outcomes, strict=False)]
    others = st.sampled_from(["does_not_apply", "struck"])
    tests += [test_of(code, draw(others)) for code in codes[len(tests) :]]
    if kind in ("applies", "both") and draw(st.booleans()):
        tests.append(test_of(draw(st.sampled_from(ABSOLUTE)), "applies"))
    if kind == "none":
        answers, ground = {}, "not_secret"
    elif kind == "avoidable" and draw(st.booleans()):
        answers, ground = NO_GROUND, "osl-10-14"
    else:
        answers, ground = draw(st.sampled_from(BREAKING))
    told = zip(TRANSFER, draw(st.sampled_from(TRANSFERS)), strict=True)
    case = lawful({**answers, **dict(told)}, ground, *tests)
    if ground != "osl-10-14" and draw(st.booleans()):
        case["outcome"] = "partially_granted"
    return case


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
