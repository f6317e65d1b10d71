"""As many cases as wanted: lawful ones of every kind, and their values drawn anew."""

from typing import Any

from hypothesis import strategies as st

from requests_app.cases.review.models.assessment import Ground, HarmTest
from requests_app.core.models import Outcome
from requests_app.registers import reference
from tests.law.cases import (
    ABSOLUTE,
    ANSWERS_FOR,
    HARM_TESTS,
    NO_TERMS,
    RELATIVE,
    TREE,
    changed,
    lawful,
    test_of,
)
from tests.law.statute import (
    AGAINST_ONE,
    GRANTS,
    IN_NO_CASE,
    STATISTICS,
    UNLAWFUL,
    Case,
    breakable_by,
)

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
        sorted({*reference.BLOCKS_APPROVAL, *AGAINST_ONE, *UNLAWFUL, *IN_NO_CASE})
    ),
    st.sampled_from([row for row in HarmTest.Outcome.values if row != "as_whole"]),
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
    "reliance": st.sampled_from(["valid", "missing", "expired", "ended", "revoked"]),
    "highest_class": st.sampled_from([None, 0, 1, 2, 3, 4]),
    "personal_data": st.booleans(),
    "frozen": st.sampled_from([(), ("Microsoft",), ("",)]),
    "unreasoned": st.frozensets(st.sampled_from(sorted(ANSWER)), max_size=4).map(
        lambda nodes: nodes & {node for node in ANSWER if TREE.node(node).needs_reasons}
    ),
    "abroad": st.booleans(),
    "foreign": st.booleans(),
    "another": st.booleans(),
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
    (
        "N7.12-2.minor",
        "N7.12-2.detriment",
        "N7.12-2.together",
        "N7.12-2.against_guardian",
    ),
    ("N7.10-2a.silence", "abroad", "settled"),
    ("N4", "settled"),
    ("N0.foreign", "N0.foreign.told", "foreign"),
    ("N5.whistle", "N5.whistle.circle"),
    ("N9.entity", "another"),
    ("N0.tf", "outcome", "tests"),
    ("N7.12-2.reserved", "outcome", "reservations"),
    ("N9.transfer", "N9.transfer.certified", "N9.transfer.scope"),
    ("N8",),
    ("N10", "conditions", "minutes"),
    ("outcome", "ground", "reservations"),
    ("named",),
]

# The one with a ground of its own is to be met as often as those of all others.
OF_ALL = [*ABSOLUTE, *STATISTICS * len(ABSOLUTE)]
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
                [],
                ["applies_unless_reserved"],
                ["applies"],
                ["applies", "applies"],
                ["applies_unless_reserved", "applies"],
            ]
        )
    )
    codes = draw(THREE)
    foreign = draw(st.sampled_from([False, False, True]))
    pairs = zip(codes, kinds, strict=False)
    tests = [draw(grounded(*pair, foreign)) for pair in pairs]
    others = st.sampled_from(["does_not_apply", "struck"])
    tests += [test_of(code, draw(others)) for code in codes[len(tests) :]]
    if kinds != ["applies_unless_reserved"] and draw(st.booleans()):
        tests.append(draw(grounded(draw(st.sampled_from(OF_ALL)), "applies", foreign)))
    case = lawful(*tests, foreign=foreign)
    case["answers"] |= dict(
        zip(TRANSFER, draw(st.sampled_from(TRANSFERS)), strict=True)
    )
    if case["answers"]["N9.transfer"] == "adequacy":
        case["answers"] |= {"N9.transfer.certified": "yes", "N9.transfer.scope": "yes"}
    if case["outcome"] == "granted" and draw(st.booleans()):
        case["outcome"] = "partially_granted"
    return case


def grounded(code: str, outcome: str, foreign: bool) -> Any:
    case = {"settled": (), "foreign": foreign}
    test = test_of(code, outcome)
    can = breakable_by(case, test) - ({"osl-10-14"} if outcome == "applies" else set())
    # What breaks one provision alone is met as often as what breaks all.
    own = sorted(can & {"osl-24-8"})
    return st.sampled_from([*sorted(can), *own * len(can)]).map(
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
