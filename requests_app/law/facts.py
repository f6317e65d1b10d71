"""What decides whether a grant is lawful, read from a review."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from requests_app import permissions
from requests_app.catalogue.tree import Tree, tree
from requests_app.law.case import Facts, Test
from requests_app.law.proposed_answers import (
    ProposedAnswer,
    Reliance,
    has_personal_data,
    information_sets,
    is_in_force,
    propose_answers,
    proposed_provisions,
    reliance_for,
)
from requests_app.models import (
    AssessmentAnswer,
    InformationSet,
    Provision,
    SecrecyReview,
)


@dataclass(frozen=True)
class Basis:
    """A review's ground to stand on: what is known, and the facts as answered."""

    tree: Tree
    proposed_answers: dict[str, ProposedAnswer]
    reliance: Reliance
    proposed: list[Provision]
    facts: Facts


def basis_of(review: SecrecyReview) -> Basis:
    """Read everything once; nine queries, whatever the review holds."""
    sets = list(information_sets(review))
    reliance = reliance_for(review, sets)
    proposed = list(proposed_provisions(review).select_related("statute_paragraph"))
    version = tree(review.tree)
    proposed_answers = propose_answers(review, sets, reliance)
    facts = _facts(review, version, sets, reliance, proposed_answers, proposed)
    return Basis(version, proposed_answers, reliance, proposed, facts)


def facts_of(review: SecrecyReview) -> Facts:
    return basis_of(review).facts


def _facts(
    review: SecrecyReview,
    version: Tree,
    sets: list[InformationSet],
    reliance: Reliance,
    proposed_answers: dict[str, ProposedAnswer],
    proposed: list[Provision],
) -> Facts:
    request = review.access_request
    tests = list(review.harm_tests.select_related("provision"))
    rows = list(review.answers.all())
    return Facts(
        questions=tuple(version.assessment_nodes),
        answers={row.node: row.answer for row in rows},
        outcomes=frozenset(row.outcome for row in tests),
        tests=tuple(
            Test(
                row.provision.code,
                str(row.provision),
                row.harm_test,
                row.outcome,
                row.provision.blocks_approval,
                is_in_force(row.provision),
            )
            for row in tests
        ),
        security_protection=review.security_protection,
        highest_class=permissions.highest_class(review),
        proposed_codes={row.code: str(row) for row in proposed},
        reliance=reliance.state,
        lacking=tuple(reliance.lacking),
        has_personal_data=has_personal_data(sets),
        frozen=tuple(_freezes(review)),
        asked_minutes=request.duration_minutes,
        longest_minutes=request.connection.product.access_minutes,
        outdated=frozenset(_outdated(rows, proposed_answers, reliance)),
    )


def _outdated(
    rows: Iterable[AssessmentAnswer],
    proposed_answers: dict[str, ProposedAnswer],
    reliance: Reliance,
) -> Iterator[str]:
    """Answers that were given on something else than what is known now.

    How the standing assessment is (N2) is asked by itself, each time.
    """
    for row in rows:
        now = proposed_answers.get(row.node)
        if row.node == "N2" or now and now.answer in (row.proposed, row.answer):
            continue
        gone = reliance.state == "valid" and row.proposed == row.answer
        if now or gone:
            yield row.node


def _freezes(review: SecrecyReview) -> list[str]:
    """Which authority has stopped approvals, and for what, is only its own to know."""
    stops = []
    for freeze in permissions.freezes_over(review.access_request):
        if freeze.authority_id == review.authority_id or freeze.covers_all:
            stops.append(f"{freeze.scope}: {freeze.reason.rstrip('.')}")
        else:
            stops.append("")
    return stops
