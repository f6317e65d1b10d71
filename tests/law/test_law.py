"""No path grants where a rule forbids: `workflow.law` against an independent oracle."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, event, given, settings

from requests_app.cases.review.law import rules
from requests_app.cases.review.models.assessment import Ground
from requests_app.registers import reference
from tests.law import oracle, statute
from tests.law.agreement import agree, explain, named
from tests.law.breaks import BREAKS
from tests.law.cases import LOG, NO_TERMS, ROWS, changed, test_of
from tests.law.strategies import ANSWER, FIELDS, cases, lawful_cases

# The same examples each time: what is red is red for everybody.
FIXED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=1500,
    suppress_health_check=list(HealthCheck),
)


def test_law_and_oracle_agree_over_generated_cases():
    seen: Counter[str] = Counter()

    @FIXED
    @given(cases())
    def check(case):
        said = agree(case)
        event(said)
        seen[said] += 1

    check()
    # A run that seldom reaches a lawful grant would prove little.
    granted = {word: count for word, count in seen.items() if "allowed on" in word}
    assert sum(granted.values()) > 0.2 * seen.total(), seen
    assert seen["no grant, allowed"] and seen["no grant, forbidden"]
    assert seen["grant, forbidden"] > 0.25 * seen.total(), seen
    assert {word.removeprefix("grant, allowed on ") for word in granted} == set(
        Ground.values
    )
    assert min(granted.values()) > 0.005 * seen.total(), seen


@settings(FIXED, max_examples=200)
@given(lawful_cases())
def test_every_grant_names_the_one_ground_it_has(case):
    """Under any other name, or none, what was lawful is forbidden."""
    assert named(case) == []
    for other in {"", *Ground.values} - {case["ground"]}:
        assert named(changed(case, {"ground": other})) == ["ground"], explain(case)


# -- One rule broken at a time -----------------------------------------------------------


def by_name(row):
    return f"{row[0]}: {row[2]}"[:70]


@pytest.mark.parametrize("row", BREAKS, ids=by_name)
def test_one_broken_rule_is_the_one_named(row):
    rule, base, changes, answer = row
    case = changed(base, changes)
    assert oracle.broken(base) == []
    assert named(base) == []
    assert oracle.broken(case) == [rule]
    assert set(named(case)) == {answer}


def test_every_rule_but_that_of_grounds_is_broken_once():
    # Processing in breach of the regulation leaves no ground either.
    beside = ("ground", "processing")
    assert {row[0] for row in BREAKS} == {
        rule.name for rule in oracle.OF_GRANTS if rule.name not in beside
    }


@pytest.mark.parametrize("outcome", ["refused", "dismissed", "struck_off"])
@pytest.mark.parametrize(
    "rule, changes",
    [
        ("no ground", {"ground": "osl-10-2a"}),
        ("no length", {"minutes": 60}),
        ("no scope", {"scope": "Half"}),
        ("no conditions", {"conditions": 1}),
        ("no reservations", {"reservations": 1}),
    ],
)
def test_a_refusal_carries_no_terms(outcome, rule, changes):
    case = changed(LOG, {"outcome": outcome, **NO_TERMS})
    assert oracle.broken(case) == named(case) == []
    case = changed(case, changes)
    assert oracle.broken(case) == [rule]
    assert named(case) == ["terms-without-grant"]


def test_nobody_is_turned_away_for_not_saying_who_asks_for_documents():
    """TF 2:18; of access it is what a dismissal is for."""
    access = changed(LOG, {"outcome": "dismissed", **NO_TERMS, "N0": "no"})
    assert oracle.broken(access) == named(access) == []
    documents = changed(access, {"N0.tf": "yes"})
    assert oracle.broken(documents) == ["who asks"]
    assert named(documents) == ["anonymous"]


@pytest.mark.parametrize(
    "changes",
    [
        {"N9.country": "third"},  # the provider's own staff abroad is no transfer
        {
            "N9.country": "third",
            "N9.entity": "subcontractor",
            "N9.transfer": "clauses",
        },
        {"N9.country": "third", "N9.entity": "group", "N9.transfer": "bcr"},
        {"N4": "encrypted"},
        {"N4": "dump"},  # no secrecy: nothing has to be only technical
        {
            "N5.whistle": "tested",
            "N5.whistle.circle": "appointed",
            "tests": [
                *LOG["tests"],
                *(test_of(code, "struck") for code in statute.WHISTLE),
            ],
        },
        {"N10": "condition", "conditions": 1},
        {"N10": "condition", "minutes": 60},
        {"N10": "condition", "outcome": "partially_granted"},
        {"highest_class": None},
        {"longest": None, "minutes": 480},
        {"tests": [*LOG["tests"], test_of("OSL-15-2", "struck")]},
        {"tests": [*LOG["tests"], test_of("OSL-15-2", "does_not_apply")]},
        {"tests": [*LOG["tests"], test_of("OSL-26-3", "struck")]},
        {"personal_data": False, "N9.controller": None, "N9.transfer": None},
        # Official documents are refused for secrecy alone (TF 2:2; GDPR 86).
        {"N0.tf": "yes", "N9.controller": "no", "N9.transfer": None, "N10": None},
        {"N0.tf": "yes", "N9.country": "third", "N9.entity": "group"},
        {"N0.tf": "yes", "N10": "condition"},
        {"N0.tf": "yes", "N0": "no"},  # whoever asks (TF 2:18)
        {"N0.tf": "yes", "N0": None},
        {"N0.tf": "yes", "N2": None, "reliance": "missing"},
        {"N0.tf": "yes", "N5.patient": "unmet"},
    ],
)
def test_what_no_rule_forbids_is_allowed(changes):
    assert agree(changed(LOG, changes)) == "grant, allowed on not_secret"


def test_the_catalogue_marks_what_may_be_security_classified():
    assert set(statute.SECURITY_PROVISIONS) == reference.BLOCKS_APPROVAL


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_the_catalogue_says_of_each_provision_what_the_statute_says(row):
    """Whom it protects by its chapter; whom it works against and what breaks it by its
    text."""
    test = {"code": row["code"], "harm_test": row["harm_test"]}
    lifted = set(row["lifted_by"].split())
    assert lifted == statute.breakable_by({"settled": ()}, test)
    every = {"settled": ("tender_secrecy_yields",)}
    settled = lifted | set(row["lifted_if_settled"].split())
    assert settled == statute.breakable_by(every, test)
    public = statute.protects_the_public(row["code"])
    assert row["protects"] == ("public interest" if public else "individual")
    against_one = row["code"] in statute.AGAINST_ONE
    assert (row["works_against"] != "everyone") == against_one


# legal.md 1.4: who follows the presumption of the test need not say why.
PRESUMED = {
    ("straight", "does_not_apply"),
    ("qualified", "does_not_apply"),
    ("reverse", "applies"),
    ("absolute", "applies"),
}


@pytest.mark.parametrize("harm_test", ["straight", "qualified", "reverse", "absolute"])
@pytest.mark.parametrize(
    "outcome", ["applies", "does_not_apply", "applies_unless_reserved", "struck"]
)
def test_reasons_are_given_against_the_presumption(harm_test, outcome):
    follows = (harm_test, outcome) in PRESUMED
    assert rules.needs_reasons(harm_test, outcome) == (not follows)


def test_every_question_and_field_is_varied():
    assert set(ANSWER) | set(FIELDS) >= set(LOG["answers"]) | set(LOG) - {"answers"}
