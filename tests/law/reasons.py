"""Which answers are given with reasons (FL 32 §), for the oracle."""

from tests.law.statute import FACTORS, Case, chosen, hindering, said

# FL 32 §: what the outcome turns on is answered with reasons.
REASONED = {
    "osl-10-2a": (
        "N7.10-2a.technical",
        "N7.10-2a.suitable",
    ),
    "osl-10-2": ("N7.10-2.necessary",),
    "osl-12-2": ("N7.12-2.given", "N7.12-2.minor", "N7.12-2.reserved"),
    "osl-24-8": ("N7.24-8.clear",),
    "osl-10-14": ("N8",),
}


def reasoned(case: Case) -> bool:
    """Each answer that the outcome turns on, agreed with the proposal or not."""
    nodes = {node for ground in chosen(case) for node in REASONED.get(ground, ())}
    if hindering(case) and not (len(chosen(case)) == 1 and chosen(case) <= {*REASONED}):
        nodes.add("N7")
    if "osl-10-2a" in chosen(case):
        # What the factors come to: one text for each side that something speaks for.
        weights = {case["answers"].get(f"N7.10-2a.{factor}") for factor in FACTORS}
        sides = {f"N7.10-2a.{side}" for side in weights & {"for", "against"}}
        if not all(case["answers"].get(side) for side in sides):
            return False
        nodes |= sides
    if "osl-12-2" in chosen(case):
        by_minor = {
            "guardians": ("detriment", "together"),
            "child": ("against_guardian",),
        }
        asked = by_minor.get(case["answers"].get("N7.12-2.minor") or "", ())
        nodes |= {f"N7.12-2.{node}" for node in asked}
    if said(case, "N0.foreign", "yes"):
        nodes.add("N0.foreign.told")
    if said(case, "N5.whistle", "tested"):
        nodes.add("N5.whistle.circle")
    return not any(case["answers"].get(node) for node in nodes & case["unreasoned"])
