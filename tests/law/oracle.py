"""What the law forbids, as a truth table: each row is one rule with its place in law.

It knows nothing of the application. The tests hold `law.obstacles` against it.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.law.personal_data import (
    for_personal_data,
    no_data,
    of_adequacy,
    official,
    transfer_has_ground,
)
from tests.law.reasons import reasoned
from tests.law.statute import (
    AGAINST_ONE,
    FACTORS,
    GRANTS,
    UNLAWFUL,
    Case,
    absolute_stands,
    chosen,
    consents_recorded,
    dump_settled,
    hindering,
    lawful_ground,
    no_security_provision,
    none_hinders,
    said,
    silence_settled,
    whistle_tested,
)


def _is_weighed(case: Case) -> bool:
    """An interest of the recipient's own, or every other circumstance, against it."""
    against = {row: said(case, f"N7.10-2a.{row}", "against") for row in FACTORS}
    own = against.pop("interest")
    return "osl-10-2a" not in chosen(case) or not (own or all(against.values()))


class Rule(NamedTuple):
    name: str
    basis: str
    is_kept: Callable[[Case], bool]


def relied_on(case: Case) -> bool:
    """Of access always; of documents only where they go to a processor (OSL 10:2 a)."""
    to_processor = "osl-10-2a" in chosen(case)
    return (official(case) and not to_processor) or case["reliance"] == "valid"


def is_narrowed(case: Case) -> bool:
    usual = [case[key] for key in ("asked", "longest") if case[key] is not None]
    is_shorter = bool(usual and case["minutes"] and case["minutes"] < min(usual))
    return (
        official(case)
        or not said(case, "N10", "condition")
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


EXPOSED = ("content", "dump", "encrypted", "metadata", "technical")
ENTITIES = ("provider", "provider_third", "group", "subcontractor")

OF_GRANTS = (
    Rule(
        "genuine",
        "legal.md N0, TF 2:18",
        lambda case: official(case) or said(case, "N0", "yes"),
    ),
    Rule("documents", "TF 2:15, OSL 6:3", answered("N0.tf", "yes", "no")),
    Rule("routed", "OSL 6:2, legal.md N1", answered("N1", "ours")),
    Rule(
        "reliance then",
        "legal.md N2",
        lambda case: official(case) or said(case, "N2", "valid"),
    ),
    Rule("reliance now", "legal.md N2, OSL 10:2 a", relied_on),
    Rule("security now", "SäkSkL 4:1", lambda case: case["security"] == "no"),
    Rule("security answer", "legal.md 1.3", answered("N3", "no")),
    Rule(
        "class",
        "legal.md 1.3, KLASSA 4",
        lambda case: case["highest_class"] is None or case["highest_class"] < 4,
    ),
    Rule("security provisions", "OSL 15:1 b, 15:2, 35:1", no_security_provision),
    Rule("exposed", "TF 2:3", answered("N4", *EXPOSED)),
    Rule("transferred", "OSL 7:2, 11", answered("N5.transferred", "no", "tested")),
    Rule(
        "patients",
        "patientdatalagen 4",
        lambda case: official(case) or said(case, "N5.patient", "no", "met"),
    ),
    Rule(
        "foreign",
        "OSL 8:3, GDPR 48",
        lambda case: (
            said(case, "N0.foreign", "no")
            or (
                said(case, "N0.foreign", "yes")
                and case["foreign"]
                and bool(case["answers"].get("N0.foreign.told"))
            )
        ),
    ),
    Rule("care", "OSL 25:2", answered("N5.care", "no", "own")),
    Rule(
        "circle",
        "lag 2021:890",
        lambda case: (
            not said(case, "N5.whistle", "tested")
            or said(case, "N5.whistle.circle", "appointed", "unseen")
        ),
    ),
    Rule(
        "another company",
        "EDPB 05/2021, GDPR 28",
        lambda case: (
            no_data(case)
            or not case["another"]
            or not said(case, "N9.entity", "provider", "provider_third")
        ),
    ),
    Rule("whistle", "lag 2021:890", answered("N5.whistle", "no", "tested")),
    Rule("whistle tested", "OSL 32:3 b", whistle_tested),
    Rule("some test", "OSL 18:8, legal.md N4–N6", lambda case: bool(case["tests"])),
    Rule(
        "every test",
        "legal.md N5",
        lambda case: set(case["named"]) <= {test["code"] for test in case["tests"]},
    ),
    Rule("absolute", "legal.md 1.4, OSL 10:14", absolute_stands),
    Rule("against one", "OSL 17:2, 25:7, 26:5", none_hinders(*AGAINST_ONE)),
    Rule("processing", "OSL 21:7, GDPR 5.1 a", none_hinders(*UNLAWFUL)),
    Rule("grounds told", "FL 32", lambda case: not hindering(case) or _told(case)),
    Rule("reasons", "FL 32", reasoned),
    Rule("weighed", "OSL 10:2 a “inte är olämpligt”", _is_weighed),
    Rule("silence", "2020:914, BrB 20:3", silence_settled),
    Rule("dump", "OSL 10:2 a “endast”", dump_settled),
    Rule("consents", "OSL 12:2", consents_recorded),
    Rule("ground", "OSL 7:3, 10 and 12 kap.", lambda case: bool(lawful_ground(case))),
    Rule(
        "ground named",
        "FL 32, OSL 10 and 12 kap.",
        lambda case: bool(case["ground"]) and case["ground"] == lawful_ground(case),
    ),
    Rule("controller", "GDPR 4, 24", for_personal_data("N9.controller", "yes")),
    Rule("processor", "GDPR 28", for_personal_data("N9.processor", "yes")),
    Rule("country", "GDPR 44", for_personal_data("N9.country", "eea", "third")),
    Rule("entity", "GDPR 28, 44", for_personal_data("N9.entity", *ENTITIES)),
    Rule(
        "transfer answered",
        "GDPR 45–49, OSL 21:7",
        for_personal_data("N9.transfer", "not_needed", "adequacy", "clauses", "bcr"),
    ),
    Rule("transfer", "GDPR 44–49", transfer_has_ground),
    Rule(
        "certified",
        "(EU) 2023/1795",
        of_adequacy("N9.transfer.certified", "yes", "not_needed"),
    ),
    Rule("covered", "(EU) 2023/1795", of_adequacy("N9.transfer.scope", "yes")),
    Rule("special", "GDPR 9, 10, 32", for_personal_data("N9.special", "yes")),
    Rule("impact", "GDPR 35", for_personal_data("N9.dpia", "exists", "not_needed")),
    Rule(
        "narrower",
        "GDPR 5.1 c",
        lambda case: official(case) or said(case, "N10", "none", "condition"),
    ),
    Rule("narrowed", "GDPR 5.1 c", is_narrowed),
    Rule("length", "legal.md 0 p. 3", length_within),
    Rule(
        "no conditions on documents",
        "TF 2:15, OSL 10:14",
        lambda case: not official(case) or case["conditions"] == 0,
    ),
    Rule(
        "part",
        "legal.md 1.8",
        lambda case: (
            case["outcome"] != "partially_granted" or bool(case["scope"].strip())
        ),
    ),
    Rule(
        "reservation",
        "OSL 10:14, 12:2",
        lambda case: (
            (case["outcome"] == "granted_with_reservation")
            == (case["reservations"] > 0)
        ),
    ),
    Rule("freeze", "a stop for approvals", lambda case: not case["frozen"]),
)


def _is_open(case: Case) -> bool:
    """Was it tested, and found not to be secret by any provision?"""
    outcomes = {test["outcome"] for test in case["tests"]}
    return "does_not_apply" in outcomes and not hindering(case)


def _told(case: Case) -> bool:
    return bool(case["answers"].get("N7"))


OF_REFUSALS = (
    Rule("no ground", "legal.md 1.8", lambda case: not case["ground"]),
    Rule("no length", "legal.md 1.8", lambda case: case["minutes"] is None),
    Rule("no scope", "legal.md 1.8", lambda case: not case["scope"]),
    Rule("no conditions", "legal.md 1.8", lambda case: case["conditions"] == 0),
    Rule("no reservations", "legal.md 1.8", lambda case: case["reservations"] == 0),
    Rule(
        "handed out",
        "TF 2:15",
        lambda case: (
            case["outcome"] != "refused" or not official(case) or not _is_open(case)
        ),
    ),
    Rule(
        "who asks",
        "TF 2:18",
        lambda case: (
            case["outcome"] != "dismissed"
            or not official(case)
            or not said(case, "N0", "no")
        ),
    ),
)


def broken(case: Case) -> list[str]:
    """The rules that forbid what is wanted, by name."""
    rules = OF_GRANTS if case["outcome"] in GRANTS else OF_REFUSALS
    return [rule.name for rule in rules if not rule.is_kept(case)]
