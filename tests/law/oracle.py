"""What the law forbids, as a truth table written from the statutes' own terms.

It knows nothing of the application: a case is a plain dict, and each row is one rule with
its place in law. The tests hold `law.obstacles` against it.

A case holds: answers {node: value}, tests [{code, harm_test, outcome}], named (codes that
the information sets name), security, reliance, highest_class, personal_data, frozen,
asked and longest (minutes); and what is wanted: outcome, ground, minutes, scope,
conditions, reservations.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

Case = dict[str, Any]

GRANTS = ("granted", "granted_with_reservation", "partially_granted")
# Information that may be security-classified: OSL 15:1 b, 15:2, 35:1 first st. 3.
SECURITY_PROVISIONS = ("OSL-15-1b", "OSL-15-2", "OSL-35-1-st1p3")
FACTORS = (
    "data",
    "strength",
    "persons",
    "silence",
    "foreign_law",
    "security",
    "alternatives",
    "expectations",
)


class Rule(NamedTuple):
    name: str
    basis: str
    is_kept: Callable[[Case], bool]


def said(case: Case, node: str, *values: str) -> bool:
    return case["answers"].get(node) in values


# -- Secrecy and the ground that breaks it -----------------------------------------------


def secrecy(case: Case) -> str:
    """none, avoidable (by a reservation) or applies; the strictest prevails, OSL 7:3."""
    found = {
        "applies" if test["harm_test"] == "absolute" else test["outcome"]
        for test in case["tests"]
        if test["outcome"] != "struck"
    }
    if "applies" in found:
        return "applies"
    return "avoidable" if "applies_unless_reserved" in found else "none"


def technical_processing(case: Case) -> bool:
    """OSL 10:2 a: the task, only technical, and weighed as not unsuitable."""
    weighed = (f"N7.10-2a.{factor}" for factor in FACTORS)
    return (
        said(case, "N7.10-2a.assignment", "yes")
        and said(case, "N7.10-2a.technical", "yes")
        and all(said(case, node, "against", "neutral", "for") for node in weighed)
        and said(case, "N7.10-2a.suitable", "not_unsuitable")
    )


def necessary(case: Case) -> bool:
    """OSL 10:2."""
    return said(case, "N7.10-2.necessary", "yes")


def consent(case: Case) -> bool:
    """OSL 12:2; for a minor the guardians', 12:3."""
    return said(case, "N7.12-2.given", "yes") and said(
        case, "N7.12-2.minor", "adult", "guardians"
    )


BREAKING = {
    "osl-10-2a": technical_processing,
    "osl-10-2": necessary,
    "osl-12-2": consent,
}


def lawful_ground(case: Case) -> str:
    """The one ground a grant of this kind can have; empty where there is none.

    | secrecy   | breaking ground | reserved | ground                    |
    |-----------|-----------------|----------|---------------------------|
    | none      | any             | no       | no secrecy                |
    | none      | any             | yes      | none: no risk to remove   |
    | any other | holds           | no       | that ground               |
    | any other | holds           | yes      | none: nothing hinders     |
    | any other | fails           | any      | none                      |
    | applies   | not chosen      | any      | none: OSL 10:14 can't     |
    | avoidable | not chosen      | no       | none: OSL 10:14 says must |
    | avoidable | not chosen      | yes      | OSL 10:14, if N8 says yes |
    """
    reserved = case["outcome"] == "granted_with_reservation"
    chosen = case["answers"].get("N7")
    kind = secrecy(case)
    if kind == "none":
        return "" if reserved else "not_secret"
    if chosen in BREAKING:
        return chosen if BREAKING[chosen](case) and not reserved else ""
    removable = kind == "avoidable" and bool(chosen) and said(case, "N8", "yes")
    return "osl-10-14" if removable and reserved else ""


# -- Rows --------------------------------------------------------------------------------


def no_security_provision(case: Case) -> bool:
    return all(
        test["outcome"] in ("does_not_apply", "struck")
        for test in case["tests"]
        if test["code"] in SECURITY_PROVISIONS
    )


def absolute_stands(case: Case) -> bool:
    return all(
        test["outcome"] in ("applies", "struck")
        for test in case["tests"]
        if test["harm_test"] == "absolute"
    )


def for_personal_data(node: str, *values: str) -> Callable[[Case], bool]:
    return lambda case: not case["personal_data"] or said(case, node, *values)


def transfer_has_ground(case: Case) -> bool:
    """To another company in a third country; one's own staff abroad is none."""
    is_transfer = said(case, "N9.country", "third") and not said(
        case, "N9.entity", "provider"
    )
    has_ground = said(case, "N9.transfer", "adequacy", "clauses")
    return not case["personal_data"] or not is_transfer or has_ground


def is_narrowed(case: Case) -> bool:
    usual = [case[key] for key in ("asked", "longest") if case[key] is not None]
    is_shorter = bool(usual and case["minutes"] and case["minutes"] < min(usual))
    return (
        not said(case, "N10", "condition")
        or case["conditions"] > 0
        or is_shorter
        or case["outcome"] == "partially_granted"
    )


def length_within(case: Case) -> bool:
    if not case["minutes"] or case["minutes"] < 1:
        return False
    return case["longest"] is None or case["minutes"] <= case["longest"]


def answered(node: str, *values: str) -> Callable[[Case], bool]:
    return lambda case: said(case, node, *values)


OF_GRANTS = (
    Rule("genuine", "legal.md N0", answered("N0", "yes")),
    Rule("documents", "TF 2:15, OSL 6:3", answered("N0.tf", "yes", "no")),
    Rule("routed", "OSL 6:2, legal.md N1", answered("N1", "ours")),
    Rule("reliance then", "legal.md N2", answered("N2", "valid")),
    Rule("reliance now", "legal.md N2", lambda case: case["reliance"] == "valid"),
    Rule("security now", "SäkSkL 4:1", lambda case: case["security"] == "no"),
    Rule("security answer", "legal.md 1.3", answered("N3", "no")),
    Rule(
        "class",
        "legal.md 1.3, KLASSA 4",
        lambda case: case["highest_class"] is None or case["highest_class"] < 4,
    ),
    Rule("security provisions", "OSL 15:1 b, 15:2, 35:1", no_security_provision),
    Rule("exposed", "TF 2:3", answered("N4", "content", "metadata", "technical")),
    Rule("some test", "OSL 18:8, legal.md N4–N6", lambda case: bool(case["tests"])),
    Rule(
        "every test",
        "legal.md N5",
        lambda case: set(case["named"]) <= {test["code"] for test in case["tests"]},
    ),
    Rule("absolute", "legal.md 1.4, OSL 10:14", absolute_stands),
    Rule("ground", "OSL 7:3, 10 and 12 kap.", lambda case: bool(lawful_ground(case))),
    Rule(
        "ground named",
        "FL 32, OSL 10 and 12 kap.",
        lambda case: bool(case["ground"]) and case["ground"] == lawful_ground(case),
    ),
    Rule("controller", "GDPR 4, 24", for_personal_data("N9.controller", "yes")),
    Rule("processor", "GDPR 28", for_personal_data("N9.processor", "yes")),
    Rule("country", "GDPR 44", for_personal_data("N9.country", "eea", "third")),
    Rule(
        "entity",
        "GDPR 28, 44",
        for_personal_data("N9.entity", "provider", "subcontractor"),
    ),
    Rule(
        "transfer answered",
        "GDPR 45–49, OSL 21:7",
        for_personal_data("N9.transfer", "not_needed", "adequacy", "clauses"),
    ),
    Rule("transfer", "GDPR 44–49", transfer_has_ground),
    Rule("special", "GDPR 9, 10, 32", for_personal_data("N9.special", "yes")),
    Rule("narrower", "FL 5", answered("N10", "none", "condition")),
    Rule("narrowed", "FL 5", is_narrowed),
    Rule("length", "legal.md 0 p. 3", length_within),
    Rule(
        "part",
        "legal.md 1.8",
        lambda case: (
            case["outcome"] != "partially_granted" or bool(case["scope"].strip())
        ),
    ),
    Rule(
        "reservation",
        "OSL 10:14",
        lambda case: (
            (case["outcome"] == "granted_with_reservation")
            == (case["reservations"] > 0)
        ),
    ),
    Rule("freeze", "a stop for approvals", lambda case: not case["frozen"]),
)

OF_REFUSALS = (
    Rule("no ground", "legal.md 1.8", lambda case: not case["ground"]),
    Rule("no length", "legal.md 1.8", lambda case: case["minutes"] is None),
    Rule("no scope", "legal.md 1.8", lambda case: not case["scope"]),
    Rule("no conditions", "legal.md 1.8", lambda case: case["conditions"] == 0),
    Rule("no reservations", "legal.md 1.8", lambda case: case["reservations"] == 0),
)


def broken(case: Case) -> list[str]:
    """The rules that forbid what is wanted, by name."""
    rules = OF_GRANTS if case["outcome"] in GRANTS else OF_REFUSALS
    return [rule.name for rule in rules if not rule.is_kept(case)]
