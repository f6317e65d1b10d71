"""A grant rests on the ground that breaks the secrecy; without one there is none."""

import pytest

from requests_app.cases.review.law import facts, rules
from tests.law import oracle, statute
from tests.law.agreement import agree, named
from tests.law.cases import (
    CONSENT_CASE,
    DEMAND,
    LOG,
    NECESSARY_CASE,
    PUPIL,
    REPAIR,
    RESERVED,
    SEVERAL,
    TECHNICAL,
    changed,
    facts_of,
    lawful,
    test_of,
    wanted_of,
)

BY_GUARDIAN = {
    "N7.12-2.minor": "guardians",
    "N7.12-2.detriment": "no",
    "N7.12-2.together": "not_needed",
}
APPLIES = test_of(PUPIL, "applies", "osl-10-2a")


def with_ground(ground, outcome="applies", code=PUPIL):
    return {"tests": [test_of(code, outcome, ground)]}


# A lawful case, what is changed so that it has no ground left, and what the law answers.
GROUNDLESS = [
    *(
        (REPAIR, {node: None}, node)
        for node in TECHNICAL
        if node.removeprefix("N7.10-2a.") not in ("suitable", "for", "against")
    ),
    (REPAIR, with_ground(""), "N7"),
    (REPAIR, with_ground("none"), "N7"),
    (REPAIR, with_ground("osl-10-27"), "N7"),
    (REPAIR, {"N7.10-2a.assignment": "no"}, "N7.10-2a.assignment"),
    (REPAIR, {"N7.10-2a.technical": "no"}, "N7.10-2a.technical"),
    (REPAIR, {"N7.10-2a.suitable": "unsuitable"}, "N7.10-2a.suitable"),
    (REPAIR, {"N7.10-2a.suitable": None}, "N7.10-2a.suitable"),
    (NECESSARY_CASE, {"N7.10-2.necessary": "no"}, "N7.10-2.necessary"),
    (NECESSARY_CASE, {"N7.10-2.necessary": None}, "N7.10-2.necessary"),
    (CONSENT_CASE, {"N7.12-2.given": "no"}, "N7.12-2.given"),
    (CONSENT_CASE, {"N7.12-2.given": None}, "N7.12-2.given"),
    (CONSENT_CASE, {"N7.12-2.minor": "missing"}, "N7.12-2.minor"),
    (CONSENT_CASE, {"N7.12-2.minor": None}, "N7.12-2.minor"),
    (CONSENT_CASE, {"N7.12-2.reserved": None}, "N7.12-2.reserved"),
    # OSL 12:3: the guardian where the secrecy holds against them, the child where not.
    (CONSENT_CASE, {**BY_GUARDIAN, "N7.12-2.detriment": None}, "N7.12-2.detriment"),
    (
        CONSENT_CASE,
        {**BY_GUARDIAN, "N7.12-2.detriment": "yes"},
        "N7.12-2.detriment",
    ),
    # Second paragraph: alone, or by age and maturity together with the minor.
    (CONSENT_CASE, {**BY_GUARDIAN, "N7.12-2.together": None}, "N7.12-2.together"),
    (CONSENT_CASE, {**BY_GUARDIAN, "N7.12-2.together": "missing"}, "N7.12-2.together"),
    (CONSENT_CASE, {"N7.12-2.minor": "child"}, "N7.12-2.against_guardian"),
    (
        CONSENT_CASE,
        {"N7.12-2.minor": "child", "N7.12-2.against_guardian": "no"},
        "N7.12-2.against_guardian",
    ),
    # OSL 8:3: a foreign authority acts for nobody here, and nobody else is one.
    (DEMAND, with_ground("osl-10-2a"), "N7"),
    (DEMAND, with_ground("osl-10-2"), "N7"),
    (DEMAND, with_ground("osl-10-14", "applies_unless_reserved"), "N8"),
    (REPAIR, with_ground("osl-8-3"), "N7"),
    # OSL 12:2 second paragraph: on condition of a reservation, granted with it only.
    (CONSENT_CASE, {"N7.12-2.reserved": "yes"}, "reservation"),
    (CONSENT_CASE, {"consent_demands": True}, "reservation"),
    # Consent lifts what protects that individual, and nothing else.
    (CONSENT_CASE, with_ground("osl-12-2", code="OSL-18-8"), "N7"),
    (CONSENT_CASE, with_ground("osl-12-2", code="OSL-19-9"), "N7"),
    (REPAIR, with_ground("osl-10-2a", code="OSL-19-3-st2"), "N7"),
    (RESERVED, {"N8": "no"}, "N8"),
    (RESERVED, {"N8": None}, "N8"),
    (RESERVED, {"outcome": "granted", "reservations": 0}, "N8"),
    (RESERVED, {"outcome": "partially_granted", "reservations": 0}, "N8"),
    (RESERVED, with_ground("none", "applies_unless_reserved", "OSL-21-1"), "N7"),
    (RESERVED, with_ground("osl-10-14", "applies", "OSL-21-1"), "N7"),
    # One provision avoidable, the other not: each needs its own.
    (
        RESERVED,
        {"tests": [*RESERVED["tests"], test_of(PUPIL, "applies", "none")]},
        "N7",
    ),
    (SEVERAL, {"tests": [SEVERAL["tests"][0], test_of("OSL-18-8", "applies")]}, "N7"),
    # A reservation where there is no risk to remove, or where the secrecy is broken.
    (LOG, {"outcome": "granted_with_reservation", "reservations": 1}, "reservation"),
    (REPAIR, {"outcome": "granted_with_reservation", "reservations": 1}, "reservation"),
]


@pytest.mark.parametrize("base, changes, answer", GROUNDLESS)
def test_a_secrecy_that_nothing_breaks_is_no_grant(base, changes, answer):
    case = changed(base, changes)
    assert oracle.broken(base) == []
    assert named(base) == []
    assert {"ground", "ground named"} <= set(oracle.broken(case))
    assert answer in named(case)


@pytest.mark.parametrize("ground", ["osl-10-2a", "osl-10-2", "osl-12-2", "osl-10-14"])
@pytest.mark.parametrize("outcome", ["applies", "applies_unless_reserved"])
def test_nothing_makes_processing_in_breach_of_the_regulation_lawful(ground, outcome):
    reserved = ground == "osl-10-14"
    base = lawful(test_of("OSL-21-7", outcome, ground))
    assert base["reservations"] == int(reserved)
    assert {"processing", "ground"} <= set(oracle.broken(base))
    assert {"N9", "N7" if not reserved else "N9"} <= set(named(base))


@pytest.mark.parametrize("code", ["OSL-26-3", "OSL-21-7"])
def test_a_reservation_leads_past_nothing_that_asks_of_no_harm(code):
    """OSL 10:14 takes away a risk of harm: past no absolute secrecy, past no 21:7."""
    base = lawful(test_of(code, "applies_unless_reserved", "osl-10-14"))
    assert "ground" in oracle.broken(base)
    assert facts.lawful_ground(facts_of(base), reserved=True) == ""
    assert "N8" in named(base)


def test_a_consent_on_condition_of_a_reservation_is_granted_with_it():
    case = changed(
        CONSENT_CASE,
        {
            "N7.12-2.reserved": "yes",
            "outcome": "granted_with_reservation",
            "reservations": 1,
        },
    )
    assert agree(case) == "grant, allowed on osl-12-2"


def test_each_provision_may_have_a_ground_of_its_own():
    assert agree(SEVERAL) == "grant, allowed on several"
    # A reservation past one of them, 10:2 a past the other.
    case = lawful(test_of("OSL-21-1", "applies_unless_reserved", "osl-10-14"), APPLIES)
    assert agree(case) == "grant, allowed on several"


def test_what_the_authority_has_taken_a_stand_on_is_allowed():
    tender = lawful(test_of("OSL-19-3-st2", "applies", "osl-10-2a"))
    assert oracle.broken(tender) and named(tender)
    settled = {"settled": frozenset({"tender_secrecy_yields"})}
    assert agree(changed(tender, settled)) == "grant, allowed on osl-10-2a"
    abroad = changed(
        REPAIR,
        {
            "N7.10-2a.silence": "for",
            "abroad": True,
            "settled": frozenset({"silence_reaches_abroad"}),
        },
    )
    assert agree(abroad) == "grant, allowed on osl-10-2a"
    dump = {"N4": "dump", "settled": frozenset({"dumps_are_technical"})}
    assert agree(changed(REPAIR, dump)) == "grant, allowed on osl-10-2a"


# -- A review that began when one ground was asked for all provisions -----------------------


def named_once(case: statute.Case) -> list[str]:
    found = rules.obstacles(facts_of(case, "2026-1"), wanted_of(case))
    return [row.rule for row in found]


@pytest.mark.parametrize("base", [LOG, REPAIR, NECESSARY_CASE, CONSENT_CASE, RESERVED])
def test_a_review_that_began_before_is_granted_on_one_ground(base):
    answers = {"N7": "none"} if base is RESERVED else {}
    assert named_once(changed(base, answers)) == []


@pytest.mark.parametrize(
    "base, changes, answer",
    [
        (CONSENT_CASE, {"tests": [test_of("OSL-18-8", "applies")]}, "N7"),
        (CONSENT_CASE, {"tests": [APPLIES, test_of("OSL-19-9", "applies")]}, "N7"),
        (REPAIR, {"tests": [APPLIES, test_of("OSL-21-7", "applies")]}, "N9"),
        (REPAIR, {"tests": [test_of("OSL-19-3-st2", "applies")]}, "N7"),
        (REPAIR, {"N7": "none"}, "N7"),
        (RESERVED, {"N7": "none", "N8": "no"}, "N8"),
        (RESERVED, {"N7": "none", "outcome": "granted", "reservations": 0}, "N8"),
        (RESERVED, {"N7": "none", "tests": [*RESERVED["tests"], APPLIES]}, "N7"),
    ],
)
def test_what_no_ground_breaks_is_no_grant_in_it_either(base, changes, answer):
    assert answer in named_once(changed(base, changes))


@pytest.mark.parametrize("together", ["not_needed", "given"])
def test_a_guardian_disposes_alone_or_with_the_minor(together):
    """OSL 12:3 second paragraph."""
    case = changed(CONSENT_CASE, {**BY_GUARDIAN, "N7.12-2.together": together})
    assert agree(case) == "grant, allowed on osl-12-2"
