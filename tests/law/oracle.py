"""What the law forbids, as a truth table written from the statutes' own terms.

It knows nothing of the application: a case is a plain dict, and each row is one rule with
its place in law. The tests hold `law.obstacles` against it.

A case holds: answers {node: value}, unreasoned (nodes answered without reasons), tests
[{code, harm_test, outcome, ground, consent}], named (codes that the information sets
name), security, reliance, highest_class, personal_data, frozen, abroad, settled (open
points on which the authority has taken a stand), consent_demands, asked and longest
(minutes); and what is wanted: outcome, ground, minutes, scope, conditions, reservations.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

Case = dict[str, Any]

GRANTS = ("granted", "granted_with_reservation", "partially_granted")
HINDERS = ("applies", "applies_unless_reserved")
# Information that may be security-classified: OSL 15:1 b, 15:2, 35:1 first st. 3.
SECURITY_PROVISIONS = ("OSL-15-1b", "OSL-15-2", "OSL-35-1-st1p3")
# “I förhållande till den som anmälan avser” (25:7, 26:5), “röjs för den som kontrollen
# avser” (17:2): no secrecy against anybody else.
AGAINST_ONE = ("OSL-17-2", "OSL-25-7", "OSL-26-5")
# “Inte i något fall”, OSL 19:3 second paragraph.
IN_NO_CASE = ("OSL-19-3-st2",)
# Processing in breach of the data protection regulation, OSL 21:7.
UNLAWFUL = ("OSL-21-7",)
WHISTLE = ("OSL-32-3b-st2p1", "OSL-32-3b-st2p2")
FACTORS = (
    "data",
    "strength",
    "persons",
    "silence",
    "foreign_law",
    "security",
    "alternatives",
    "expectations",
    "encryption",
    "interest",
)
# FL 32 §: what the outcome turns on is answered with reasons.
REASONED = {
    "osl-10-2a": (
        "N7.10-2a.technical",
        *(f"N7.10-2a.{factor}" for factor in FACTORS),
        "N7.10-2a.suitable",
    ),
    "osl-10-2": ("N7.10-2.necessary",),
    "osl-12-2": ("N7.12-2.given", "N7.12-2.minor", "N7.12-2.reserved"),
    "osl-10-14": ("N8",),
}


class Rule(NamedTuple):
    name: str
    basis: str
    is_kept: Callable[[Case], bool]


def said(case: Case, node: str, *values: str) -> bool:
    return case["answers"].get(node) in values


# -- Whom the secrecy protects, and what breaks it -----------------------------------------


def protects_the_public(code: str) -> bool:
    """OSL part IV (chapters 15–20) protects public interests, part V individuals."""
    return 15 <= int(code.split("-")[1]) <= 20


def breakable_by(case: Case, test: dict[str, Any]) -> set[str]:
    """What the statute lets break the secrecy that the provision gives."""
    code = test["code"]
    if code in UNLAWFUL:
        return set()
    if code in IN_NO_CASE:
        settled = "tender_secrecy_yields" in case["settled"]
        return {"osl-10-2a"} if settled else set()
    grounds = {"osl-10-2a", "osl-10-2"}  # “sekretess hindrar inte”
    if not protects_the_public(code):
        grounds.add("osl-12-2")  # “som gäller till skydd för honom eller henne”
    if test["harm_test"] != "absolute":
        grounds.add("osl-10-14")  # “sådan risk för skada, men eller annan olägenhet”
    return grounds


def hindering(case: Case) -> list[dict[str, Any]]:
    """All of them: each gives secrecy of its own (OSL 7:3)."""
    return [test for test in case["tests"] if test["outcome"] in HINDERS]


def chosen(case: Case) -> set[str]:
    return {test["ground"] for test in hindering(case)}


# -- The grounds ---------------------------------------------------------------------------


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
    """OSL 12:2; of a minor's secrecy the guardian disposes, unless it holds against the
    guardian: then the minor does (12:3)."""
    guardian = said(case, "N7.12-2.minor", "guardians") and said(
        case, "N7.12-2.detriment", "no"
    )
    child = said(case, "N7.12-2.minor", "child") and said(
        case, "N7.12-2.against_guardian", "yes"
    )
    disposes = said(case, "N7.12-2.minor", "adult") or guardian or child
    asked = said(case, "N7.12-2.reserved", "yes", "no")
    return said(case, "N7.12-2.given", "yes") and disposes and asked


BREAKING = {
    "osl-10-2a": technical_processing,
    "osl-10-2": necessary,
    "osl-12-2": consent,
}


def carries(case: Case, test: dict[str, Any]) -> bool:
    """Does what is chosen for the provision lead past it?"""
    ground = test["ground"]
    if ground not in breakable_by(case, test):
        return False
    if ground in BREAKING:
        return BREAKING[ground](case)
    reserved = case["outcome"] == "granted_with_reservation"
    avoidable = test["outcome"] == "applies_unless_reserved"
    return avoidable and reserved and said(case, "N8", "yes")


def lawful_ground(case: Case) -> str:
    """What a grant of this kind rests on; empty where for some provision nothing carries.

    | secrecy by     | each carried | a reservation is | reserved | ground              |
    |----------------|--------------|------------------|----------|---------------------|
    | no provision   | –            | –                | no       | no secrecy          |
    | no provision   | –            | –                | yes      | none: nothing to do |
    | one or several | all          | demanded         | yes      | theirs              |
    | one or several | all          | not demanded     | no       | theirs              |
    | one or several | all          | otherwise        |          | none                |
    | one or several | not all      | any              | any      | none                |
    """
    reserved = case["outcome"] == "granted_with_reservation"
    rows = hindering(case)
    if not rows:
        return "" if reserved else "not_secret"
    if not all(carries(case, test) for test in rows) or reserved != demanded(case):
        return ""
    grounds = chosen(case)
    return grounds.pop() if len(grounds) == 1 else "several"


def demanded(case: Case) -> bool:
    """A reservation: by a risk that it takes away (10:14), by a consent (12:2)."""
    on_condition = case["consent_demands"] or said(case, "N7.12-2.reserved", "yes")
    return "osl-10-14" in chosen(case) or ("osl-12-2" in chosen(case) and on_condition)


# -- Rows ----------------------------------------------------------------------------------


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


def none_hinders(*codes: str) -> Callable[[Case], bool]:
    return lambda case: all(test["code"] not in codes for test in hindering(case))


def consents_recorded(case: Case) -> bool:
    return all(
        test["consent"] for test in hindering(case) if test["ground"] == "osl-12-2"
    )


def reasoned(case: Case) -> bool:
    """Each answer that the outcome turns on, agreed with the proposal or not."""
    nodes = {node for ground in chosen(case) for node in REASONED.get(ground, ())}
    if hindering(case):
        nodes.add("N7")
    if "osl-12-2" in chosen(case):
        by_minor = {"guardians": "detriment", "child": "against_guardian"}
        asked = by_minor.get(case["answers"].get("N7.12-2.minor") or "")
        nodes |= {f"N7.12-2.{asked}"} if asked else set()
    return not any(case["answers"].get(node) for node in nodes & case["unreasoned"])


def silence_settled(case: Case) -> bool:
    """Whether 2020:914 and BrB 20:3 reach abroad is open, legal.md 8 p. 3."""
    speaks = said(case, "N7.10-2a.silence", "for") and "osl-10-2a" in chosen(case)
    return not (
        speaks and case["abroad"] and "silence_reaches_abroad" not in case["settled"]
    )


def dump_settled(case: Case) -> bool:
    """Whether reading a memory dump is “only” technical is open, legal.md 8 p. 2."""
    technical = said(case, "N7.10-2a.technical", "yes") and "osl-10-2a" in chosen(case)
    dump = said(case, "N4", "dump")
    return not (technical and dump and "dumps_are_technical" not in case["settled"])


def whistle_tested(case: Case) -> bool:
    tested = {test["code"] for test in case["tests"]}
    return not said(case, "N5.whistle", "tested") or set(WHISTLE) <= tested


def official(case: Case) -> bool:
    """Official documents are refused for secrecy alone: TF 2:2, GDPR 86."""
    return said(case, "N0.tf", "yes")


def no_data(case: Case) -> bool:
    return not case["personal_data"] or official(case)


def for_personal_data(node: str, *values: str) -> Callable[[Case], bool]:
    return lambda case: no_data(case) or said(case, node, *values)


def transfer_has_ground(case: Case) -> bool:
    """To another company in a third country, or to one established there; one's own
    staff of a company established here is none (EDPB 05/2021)."""
    is_transfer = said(case, "N9.entity", "provider_third") or (
        said(case, "N9.country", "third") and not said(case, "N9.entity", "provider")
    )
    has_ground = said(case, "N9.transfer", "adequacy", "clauses", "bcr")
    return no_data(case) or not is_transfer or has_ground


def of_adequacy(node: str, *values: str) -> Callable[[Case], bool]:
    """Decision (EU) 2023/1795 holds for certified recipients, for what that covers."""
    return lambda case: (
        no_data(case)
        or not said(case, "N9.transfer", "adequacy")
        or said(case, node, *values)
    )


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
    Rule("exposed", "TF 2:3", answered("N4", *EXPOSED)),
    Rule("transferred", "OSL 7:2, 11", answered("N5.transferred", "no", "tested")),
    Rule("patients", "patientdatalagen 4", answered("N5.patient", "no", "met")),
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


def _told(case: Case) -> bool:
    return bool(case["answers"].get("N7"))


OF_REFUSALS = (
    Rule("no ground", "legal.md 1.8", lambda case: not case["ground"]),
    Rule("no length", "legal.md 1.8", lambda case: case["minutes"] is None),
    Rule("no scope", "legal.md 1.8", lambda case: not case["scope"]),
    Rule("no conditions", "legal.md 1.8", lambda case: case["conditions"] == 0),
    Rule("no reservations", "legal.md 1.8", lambda case: case["reservations"] == 0),
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
