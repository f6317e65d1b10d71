"""What gives secrecy and what breaks it, in the statutes' own terms.

It knows nothing of the application: a case is a plain dict. It holds: answers
{node: value}, unreasoned (nodes answered without reasons), tests [{code, harm_test,
outcome, ground, consent}], named (codes that the information sets name), security,
reliance, highest_class, personal_data, frozen, abroad, settled (open points on which
the authority has taken a stand), foreign (an authority of another country demands it),
consent_demands, asked and longest (minutes); and what
is wanted: outcome, ground, minutes, scope, conditions, reservations.
"""

from collections.abc import Callable
from typing import Any

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
# “Uppgift som behövs för forsknings- eller statistikändamål … får dock lämnas ut, om det
# står klart”: OSL 24:8 third paragraph.
STATISTICS = ("OSL-24-8",)
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
    if case.get(
        "foreign"
    ):  # 8:3 is all of it, but for what is no secret any more (12:2)
        return {"osl-8-3"} | (set() if protects_the_public(code) else {"osl-12-2"})
    if code in IN_NO_CASE:
        settled = "tender_secrecy_yields" in case["settled"]
        return {"osl-10-2a"} if settled else set()
    grounds = {"osl-10-2a", "osl-10-2"}  # “sekretess hindrar inte”
    if code in STATISTICS:
        grounds.add("osl-24-8")  # “får dock lämnas ut, om det står klart”
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
    """OSL 12:2; of a minor's secrecy the guardian disposes, alone or by age and maturity
    together with the minor, unless it holds against the guardian: then the minor does
    (12:3)."""
    guardian = (
        said(case, "N7.12-2.minor", "guardians")
        and said(case, "N7.12-2.detriment", "no")
        and said(case, "N7.12-2.together", "not_needed", "given")
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
    "osl-24-8": lambda case: said(case, "N7.24-8.clear", "yes"),
    "osl-8-3": lambda case: True,  # whether the demand rests on it is asked beside
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


# -- What is asked of the tests and the answers --------------------------------------


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
