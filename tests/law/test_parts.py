"""What is tested in parts is given as far as it may be: against a reckoning of its own.

TF 2:15: what is not secret is handed out, in part where it has to be. OSL 7:3: each
provision gives secrecy of its own. What breaks it: `statute.breakable_by`.
"""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, strategies

from requests_app.cases.review.law.facts import Part, given_parts
from requests_app.cases.review.law.rules import obstacles
from tests.law import statute
from tests.law.cases import (
    ANSWERS_FOR,
    LOG,
    PUPIL,
    changed,
    facts_of,
    test_of,
    wanted_of,
)
from tests.law.test_law import FIXED

PUBLIC = "OSL-18-8"
PARTS = (Part(1, "pages 1–3"), Part(2, "page 4"), Part(3, "the rest"))
OUTCOMES = ("applies", "does_not_apply", "struck")
GROUNDS = ("none", "osl-10-2a", "osl-12-2")

rows = strategies.tuples(
    strategies.sampled_from(OUTCOMES), strategies.sampled_from(GROUNDS)
)
own = strategies.dictionaries(
    strategies.tuples(
        strategies.sampled_from((PUPIL, PUBLIC)),
        strategies.sampled_from([part.key for part in PARTS]),
    ),
    rows,
)


def tried_for(part, whole, own_tests):
    """Of each provision the part's own test, else that of everything."""
    return [
        test_of(code, *own_tests.get((code, part.key), whole[code]))
        for code in (PUPIL, PUBLIC)
    ]


def is_given(case, tests):
    """Past each secrecy leads a ground that the statute lets break it."""
    return all(
        test["outcome"] != "applies"
        or test["ground"] in statute.breakable_by(case, test)
        for test in tests
    )


def is_open(tests):
    outcomes = {test["outcome"] for test in tests} - {"struck"}
    return outcomes == {"does_not_apply"}


def facts_in_parts(case, whole, own_tests):
    facts = facts_of(case)
    made = [(None, code, *values) for code, values in whole.items()]
    made += [(part, code, *row) for (code, part), row in own_tests.items()]
    known = {test.code: test for test in facts.tests}
    tests = tuple(
        known[code]._replace(
            outcome=outcome,
            ground=ground if outcome == "applies" else "",
            part=part,
        )
        for part, code, outcome, ground in made
    )
    return replace(facts, tests=tests, parts=PARTS)


def case_with(**changes):
    """Every ground's own questions are answered so that it carries."""
    answers = {}
    for of_ground in ANSWERS_FOR.values():
        answers |= of_ground
    tests = [test_of(PUPIL, "does_not_apply"), test_of(PUBLIC, "does_not_apply")]
    return changed(
        LOG, {"tests": tests, "N7": "several", "scope": "Part", **answers, **changes}
    )


@FIXED
@given(strategies.fixed_dictionaries({PUPIL: rows, PUBLIC: rows}), own)
def test_each_part_is_given_or_kept_by_its_own_secrecy(whole, own_tests):
    case = case_with(**{"N0.tf": "yes"})
    facts = facts_in_parts(case, whole, own_tests)
    by_part = {part: tried_for(part, whole, own_tests) for part in PARTS}
    may = [part for part, tests in by_part.items() if is_given(case, tests)]

    def forbidden(outcome):
        grounds = {
            test["ground"]
            for part in (may if outcome == "partially_granted" else PARTS)
            for test in by_part[part]
            if test["outcome"] == "applies"
        }
        ground = "several" if len(grounds) > 1 else [*grounds, "not_secret"][0]
        wanted = wanted_of({**case, "outcome": outcome, "ground": ground})
        return obstacles(facts, wanted)

    assert bool(forbidden("granted")) == (len(may) < len(PARTS))
    assert bool(forbidden("partially_granted")) == (not may)
    if may:
        assert list(given_parts(facts, "partially_granted")) == may
    terms = {"ground": "", "minutes": None, "scope": ""}
    refusal = wanted_of({**case, **terms, "outcome": "refused"})
    named = " ".join(row.text for row in obstacles(facts, refusal))
    for part, tests in by_part.items():
        assert (part.name in named) == is_open(tests), (part, tests, named)


@pytest.mark.parametrize("whole, part", [*product(OUTCOMES, OUTCOMES)])
def test_access_may_be_refused_whatever_is_secret(whole, part):
    """Only official documents must be handed out as far as they can be."""
    outcomes = {PUPIL: (whole, "none"), PUBLIC: (whole, "none")}
    facts = facts_in_parts(case_with(), outcomes, {(PUPIL, 1): (part, "none")})
    terms = {"ground": "", "minutes": None, "scope": "", "outcome": "refused"}
    assert not obstacles(facts, wanted_of({**case_with(), **terms}))


def test_a_part_that_nothing_was_tested_for_is_to_be_assessed():
    facts = facts_in_parts(case_with(), {}, {(PUPIL, 1): ("does_not_apply", "")})
    texts = [row.text for row in obstacles(facts, wanted_of(case_with()))]
    untested = [part.name for part in PARTS if any(part.name in line for line in texts)]
    assert untested == ["page 4", "the rest"]
