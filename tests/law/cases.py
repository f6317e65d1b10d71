"""Cases for the oracle: a few that are lawful, and what the law is told of them."""

import csv
from copy import deepcopy
from typing import Any

from requests_app.cases.review.law.facts import Facts, IntendedDecision, Test
from requests_app.cases.review.law.tree import tree
from requests_app.registers import reference
from tests.law.statute import (
    AGAINST_ONE,
    FACTORS,
    HINDERS,
    IN_NO_CASE,
    UNLAWFUL,
    WHISTLE,
    Case,
)

TREE = tree("2026-4")
ROWS = list(csv.DictReader((reference.HERE / "provisions.csv").open(encoding="utf-8")))
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
    and code not in (*reference.BLOCKS_APPROVAL, *AGAINST_ONE, *UNLAWFUL)
]

ANSWERS = {
    "N0": "yes",
    "N0.tf": "no",
    "N0.foreign": "no",
    "N1": "ours",
    "N2": "valid",
    "N3": "no",
    "N4": "content",
    "N5.transferred": "no",
    "N5.patient": "no",
    "N5.care": "no",
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
    # Asked only where something speaks that way.
    "N7.10-2a.for": "weighed",
    "N7.10-2a.against": "weighed",
    "N7.10-2a.suitable": "not_unsuitable",
}
NECESSARY = {"N7.10-2.necessary": "yes"}
CONSENT = {
    "N7.12-2.given": "yes",
    "N7.12-2.minor": "adult",
    "N7.12-2.reserved": "no",
}
STATISTICS = {"N7.24-8.clear": "yes"}
BY_RESERVATION = {"N8": "yes"}
ANSWERS_FOR = {
    "osl-10-2a": TECHNICAL,
    "osl-10-2": NECESSARY,
    "osl-12-2": CONSENT,
    "osl-10-14": BY_RESERVATION,
    "osl-8-3": {},
    "osl-24-8": STATISTICS,
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


def lawful(*tests: dict[str, Any], foreign: bool = False) -> Case:
    """Granted on what is chosen for each provision that gives secrecy."""
    grounds = [test["ground"] for test in tests if test["outcome"] in HINDERS]
    reserved = "osl-10-14" in grounds
    answers = dict(ANSWERS)
    for ground in grounds:
        answers |= ANSWERS_FOR[ground]
    ground = "several" if len(set(grounds)) > 1 else [*grounds, "not_secret"][0]
    if grounds:
        answers["N7"] = ground
    if foreign:
        answers |= {"N0.foreign": "yes", "N0.foreign.told": "told"}
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
        "another": False,
        "foreign": foreign,
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
DEMAND = lawful(test_of(PUPIL, "applies", "osl-8-3"), foreign=True)
SEVERAL = lawful(
    test_of(PUPIL, "applies", "osl-12-2"), test_of("OSL-18-8", "applies", "osl-10-2a")
)
# A whistle-blowing matter, seen by those who are appointed to it.
TESTED = lawful(
    test_of("OSL-18-8", "does_not_apply"),
    *(test_of(code, "struck") for code in WHISTLE),
)
TESTED["answers"] |= {"N5.whistle": "tested", "N5.whistle.circle": "appointed"}
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


def facts_of(case: Case, version: str = "2026-4") -> Facts:
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
        is_foreign_demand=case["foreign"],
        employer_is_another=case["another"],
        settled=frozenset(case["settled"]),
        unreasoned=frozenset(case["unreasoned"]),
    )


def _test(case: Case, test: dict[str, Any]) -> Test:
    """As the catalogue has the provision."""
    row = CATALOGUE[test["code"]]
    yields = "tender_secrecy_yields" in case["settled"]
    lifted = row["lifted_by"].split()
    lifted += row["lifted_if_settled"].split() if yields else []
    if case["foreign"] and test["code"] not in UNLAWFUL:
        lifted = ["osl-8-3", *({"osl-12-2"} & {*lifted})]
    return Test(
        test["code"],
        test["code"],
        test["harm_test"],
        test["outcome"],
        test["code"] in reference.BLOCKS_APPROVAL,
        ground=test["ground"],
        lifted_by=tuple(lifted),
        works_against=row["works_against"],
        protects=row["protects"],
        has_consent=test["consent"],
    )


def wanted_of(case: Case) -> IntendedDecision:
    names = ("outcome", "ground", "minutes", "scope", "conditions", "reservations")
    return IntendedDecision(**{name: case[name] for name in names})
