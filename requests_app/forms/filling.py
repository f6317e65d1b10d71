"""Buttons that answer several questions at once, in sight of whoever presses them:
each fills in what nobody has answered yet, and nothing is sent."""

from collections.abc import Iterable
from typing import Any

from requests_app.catalogue.tree import Kind, Tree
from requests_app.forms.known_answers import TECHNICAL
from requests_app.law.presets import AGAINST, FOR, HINDERING, NEUTRAL, STRONG
from requests_app.law.rules import PRESUMED
from requests_app.models import HarmTest, Provision
from requests_app.selectors.search.earlier import EarlierCase

Outcome = HarmTest.Outcome
STRENGTH = "N7.10-2a.strength"
ALTERNATIVES = "N7.10-2a.alternatives"
NARROWER = "N10"
Values = dict[str, Any]


def as_presumed(data: Any, provisions: Iterable[Provision]) -> Values:
    """That the law's presumption of publicity holds, where nobody has answered."""
    return {
        f"outcome_{row.pk}": Outcome.DOES_NOT_APPLY
        for row in public_unless_shown(provisions)
        if not data.get(f"outcome_{row.pk}")
    }


def public_unless_shown(provisions: Iterable[Provision]) -> list[Provision]:
    return [
        row
        for row in provisions
        if PRESUMED[Provision.HarmTest(row.harm_test)] == Outcome.DOES_NOT_APPLY
    ]


def as_tested(
    data: Any, provisions: Iterable[Provision], earlier: EarlierCase | None
) -> Values:
    """Outcome, reasons and ground of each provision as in the earlier case."""
    values: Values = {}
    for provision in provisions:
        was = earlier.tests.get(provision.pk) if earlier else None
        if was is None or data.get(f"outcome_{provision.pk}"):
            continue
        values[f"outcome_{provision.pk}"] = was.outcome
        values[f"ground_{provision.pk}"] = was.ground
        if was.motivation and not data.get(f"reasons_{provision.pk}"):
            values[f"reasons_{provision.pk}"] = was.motivation.text
    return values


def as_weighed(
    data: Any,
    provisions: Iterable[Provision],
    tree: Tree,
    known: dict[str, str],
    earlier: EarlierCase | None,
) -> Values:
    """Each factor as it is known to weigh, the strength by what applies here; and, as
    in the earlier case, that the measure is technical and how it was put in words."""
    weights = {**known, STRENGTH: strength(data, provisions)}
    values = _answered(data, weights.items())
    if earlier is None:
        return values
    now = {code: data.get(f"answer_{code}") or row for code, row in weights.items()}
    codes = [TECHNICAL, *(_sides(tree) if now == known else ())]
    was = [earlier.answers[code] for code in codes if code in earlier.answers]
    values |= _answered(data, ((r.node, r.answer) for r in was if r.node == TECHNICAL))
    return values | {
        f"motivation_{row.node}": row.motivation.text
        for row in was
        if row.motivation and not data.get(f"motivation_{row.node}")
    }


def rest_neutral(data: Any, provisions: Iterable[Provision], tree: Tree) -> Values:
    """No other factor speaks either way; the strength as what applies here makes it."""
    weights = {node.code: NEUTRAL for node in tree.nodes if node.is_factor}
    weights[STRENGTH] = strength(data, provisions)
    if data.get(f"answer_{ALTERNATIVES}") == FOR:
        weights[NARROWER] = "none"  # the same question, as the regulation puts it
    return _answered(data, weights.items())


def strength(data: Any, provisions: Iterable[Provision]) -> str:
    """It follows from the provisions that are said to apply."""
    is_strong = any(
        data.get(f"outcome_{row.pk}") in HINDERING and row.harm_test in STRONG
        for row in provisions
    )
    return AGAINST if is_strong else NEUTRAL


def _answered(data: Any, answers: Iterable[tuple[str, str]]) -> Values:
    return {
        f"answer_{code}": answer
        for code, answer in answers
        if not data.get(f"answer_{code}")
    }


def _sides(tree: Tree) -> list[str]:
    return [node.code for node in tree.nodes if node.kind == Kind.WEIGHED]
