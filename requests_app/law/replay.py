"""Decisions tried anew under a premise: what comes out differently, and why. Pure.

No rule stands here: the facts are built as the premise has them, and the rules of
every proposal are asked.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from requests_app.catalogue.tree import Kind, Tree, tree
from requests_app.law.as_decided import AsDecided
from requests_app.law.case import Facts, IntendedDecision, Obstacle, Part
from requests_app.law.facts import facts_from
from requests_app.law.grounds import lawful_ground
from requests_app.law.harm_tests import tests_of
from requests_app.law.outdated import of_another, outdated_answers
from requests_app.law.premise import NOTHING, Premise
from requests_app.law.presets import (
    ProposedAnswer,
    Reliance,
    of_engineer,
    of_reliance,
)
from requests_app.law.proposed_answers import is_in_force
from requests_app.law.proposed_provisions import (
    PROTECTED_IDENTITIES,
    codes_for_unmapped,
    proposes,
)
from requests_app.law.rules import obstacles
from requests_app.models import (
    AssessmentAnswer,
    Outcome,
    Provision,
    ReplayedCase,
    SecrecyReview,
)

Result = ReplayedCase.Result


class Difference(NamedTuple):
    """How a decision would come out, and the reasons that the premise gives."""

    result: str
    reasons: list[str]


def difference(
    case: AsDecided, premise: Premise, catalogue: Mapping[int, Provision]
) -> Difference | None:
    """None where it would come out as it did.

    Counted is only what the premise brings: with none, that is today's law.
    """
    facts = facts_under(case, premise, catalogue)
    before = facts_under(case, NOTHING, catalogue) if premise else None
    if case.grants:
        decision = _as_proposed(case)
        known = obstacles(before, decision) if before else []
        return _of_grant(
            [row for row in obstacles(facts, decision) if row not in known]
        )
    if case.proposal.outcome == Outcome.REFUSED and before:
        return _of_refusal(obstacles_to_any(before), obstacles_to_any(facts))
    return None


def _as_proposed(case: AsDecided) -> IntendedDecision:
    row = case.proposal
    return IntendedDecision(
        outcome=row.outcome,
        ground=row.ground,
        minutes=row.granted_minutes,
        scope=row.granted_scope,
        conditions=getattr(row, "condition_count", 0),
        reservations=getattr(row, "reservation_count", 0),
    )


def _of_grant(rows: list[Obstacle]) -> Difference | None:
    if not rows:
        return None
    forbidding = [row for row in rows if not row.to_assess and not row.field]
    if forbidding:
        result = Result.NOT_GRANTED
    elif any(row.to_assess for row in rows):
        result = Result.NOT_ASSESSED
    else:
        result = Result.OTHER_TERMS
    return Difference(result, list(dict.fromkeys(row.text for row in rows)))


def _of_refusal(before: list[Obstacle], now: list[Obstacle]) -> Difference | None:
    if now or not before:
        return None
    return Difference(Result.GRANTABLE, [row.text for row in before])


def obstacles_to_any(facts: Facts) -> list[Obstacle]:
    """To a grant of what was asked for, for as long as the product allows."""
    ground = lawful_ground(facts, reserved=False)
    minutes = facts.longest_asked or 1
    return obstacles(facts, IntendedDecision(Outcome.GRANTED, ground, minutes))


def facts_under(
    case: AsDecided, premise: Premise, catalogue: Mapping[int, Provision]
) -> Facts:
    """The facts that the decision was made on, but for what the premise supposes."""
    review = _under(case.review, premise)
    version = tree(premise.tree or review.tree)
    rows = [row for row in case.answers if _can_be_answered(row, version)]
    parts = tuple(Part(row.pk, row.name) for row in case.parts)
    day = premise.provisions
    tests = tests_of(case.harm_tests, review, case.consents, parts, day)
    reliance = _reliance(case, premise)
    facts = facts_from(
        review,
        version,
        rows=rows,
        tests=tests,
        parts=parts,
        consents=case.consents,
        sets=case.sets,
        reliance=reliance,
        proposed=_proposed(case, premise.provisions, catalogue.values()),
        # Class, freeze, stop and sum are no law: the decision was made past them.
        highest_class=None,
        minutes_beside=0,
        frozen=(),
        outdated=_outdated(case, review, reliance),
    )
    return facts if version.version == case.review.tree else _summed(facts, version)


def _under(review: SecrecyReview, premise: Premise) -> SecrecyReview:
    """A copy, never saved, whose recipient is the premise's."""
    supposed, request = copy(review), copy(review.access_request)
    request.engineer_country = premise.country or request.engineer_country
    request.employer_entity = premise.employer or request.employer_entity
    supposed.access_request = request
    return supposed


def _can_be_answered(row: AssessmentAnswer, version: Tree) -> bool:
    """What another tree asks otherwise, or has no such answer to, nobody answered."""
    try:
        return row.answer in dict(version.node(row.node).choices)
    except KeyError:
        return False


def _summed(facts: Facts, version: Tree) -> Facts:
    """What a tree sums up is no answer given: the ground of each provision, and the
    factors that speak one way."""
    answers = dict(facts.answers)
    for node in version.assessment_nodes:
        if node.kind == Kind.GROUNDS:
            answers.pop(node.code, None)
            if facts.summed_ground:
                answers[node.code] = facts.summed_ground
        if node.kind == Kind.WEIGHED and facts.is_asked(node.asked):
            # Where each factor has words of its own, those are the words of its side.
            answers.setdefault(node.code, "weighed")
    return replace(facts, answers=answers)


def _reliance(case: AsDecided, premise: Premise) -> Reliance:
    """What was relied on stood when it was decided, unless the premise revokes it."""
    revoked = [row for row in case.relied_on if row.pk in premise.revoked]
    names = [str(row.information_set or row.authority) for row in revoked]
    return Reliance("revoked" if revoked else "valid", case.relied_on, names)


def _proposed(
    case: AsDecided, day: date | None, provisions: Iterable[Provision]
) -> list[Provision]:
    provisions = list(provisions)
    named = [row for row in provisions if row.pk in case.named]
    protected = any(row.protected_identities_possible for row in case.sets)
    codes = codes_for_unmapped(case.review, case.unmapped)
    return [
        row
        for row in provisions
        if (
            any(proposes(other, row) for other in named)
            or (protected and row.code in PROTECTED_IDENTITIES)
            or (row.code in codes and row.holds_against_provider)
        )
        and is_in_force(row, day)
    ]


# -- What was answered of another recipient ----------------------------------------


def _outdated(
    case: AsDecided, review: SecrecyReview, reliance: Reliance
) -> frozenset[str]:
    before = _known(case.review, case)
    now = _known(review, case)
    moved = {code for code in {*before, *now} if before.get(code) != now.get(code)}
    rows = [row for row in case.answers if row.node in moved]
    requests = case.review.access_request, review.access_request
    return frozenset(
        [
            *outdated_answers(rows, now, reliance),
            *of_another(case.answers, *requests, now),
        ]
    )


def _known(review: SecrecyReview, case: AsDecided) -> dict[str, ProposedAnswer]:
    relied_on = case.relied_on
    settled = of_reliance(review, relied_on, case.level) if relied_on else {}
    return {**of_engineer(review), **settled}
