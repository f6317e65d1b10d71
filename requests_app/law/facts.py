"""What decides whether a grant is lawful, read from a review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from requests_app.catalogue.tree import Tree, tree
from requests_app.law.assessment import Assessment, assessment_of
from requests_app.law.case import Circumstances, Facts, Part, Test
from requests_app.law.harm_tests import parts_of, tests_of
from requests_app.law.outdated import disqualified, outdated
from requests_app.law.presets import ProposedAnswer, Reliance
from requests_app.law.proposed_answers import (
    has_personal_data,
    information_sets,
    is_in_force,
    propose_answers,
    reliance_for,
)
from requests_app.law.proposed_provisions import read_proposed
from requests_app.law.questions import ABROAD, DUMPS
from requests_app.law.reach import reach_of
from requests_app.law.recipient import is_inside, is_provider_itself
from requests_app.models import (
    AccessRequest,
    AssessmentAnswer,
    Consent,
    InformationSet,
    Provision,
    SecrecyReview,
    StandingRecipient,
)
from requests_app.models.assessment import Ground
from requests_app.models.standing_recipient import same_name
from requests_app.permissions.freeze import freezes_over


@dataclass(frozen=True)
class Basis:
    """A review's ground to stand on: what is known, and the facts as answered."""

    tree: Tree
    proposed_answers: dict[str, ProposedAnswer]
    reliance: Reliance
    proposed: list[Provision]
    # As it was read: with its texts, for whoever drafts from it.
    assessment: Assessment
    facts: Facts


def basis_of(review: SecrecyReview, assessment: Assessment | None = None) -> Basis:
    """Read everything once; nine queries, whatever the review holds, and three less for
    whoever has its assessment at hand; one more for a request that was revised."""
    assessment = assessment or assessment_of(review)
    rows, harm_tests, consents = assessment[:3]
    parts = parts_of(assessment)
    sets = information_sets(review)
    reliance = reliance_for(review, sets)
    version = tree(review.tree)
    reach = reach_of(review)
    proposed = read_proposed(review, reach.unmapped)
    proposed_answers = propose_answers(review, sets, reliance, reach, harm_tests)
    facts = facts_from(
        review,
        version,
        rows=rows,
        tests=tests_of(harm_tests, review, consents, parts),
        parts=parts,
        consents=consents,
        sets=sets,
        reliance=reliance,
        proposed=proposed,
        highest_class=reach.highest_class,
        minutes_beside=reach.minutes_beside,
        frozen=tuple(_freezes(review)),
        outdated=outdated(review, rows, consents, proposed_answers, reliance),
        by_disqualified=_by_disqualified(review, assessment),
    )
    return Basis(version, proposed_answers, reliance, proposed, assessment, facts)


def facts_of(review: SecrecyReview) -> Facts:
    return basis_of(review).facts


def facts_from(
    review: SecrecyReview,
    version: Tree,
    *,
    rows: Iterable[AssessmentAnswer],
    tests: tuple[Test, ...],
    consents: Iterable[Consent],
    sets: list[InformationSet],
    reliance: Reliance,
    proposed: Iterable[Provision],
    highest_class: int | None,
    minutes_beside: int,
    frozen: tuple[str, ...],
    outdated: frozenset[str],
    by_disqualified: frozenset[str] = frozenset(),
    parts: tuple[Part, ...] = (),
) -> Facts:
    """Put together what has been read; reads nothing, but for what the review holds."""
    request = review.access_request
    answers = {row.node: row.answer for row in rows}
    return Facts(
        questions=tuple(version.assessment_nodes),
        answers=answers,
        tests=tests,
        asks_once=version.asks_once,
        security_protection=review.security_protection,
        highest_class=highest_class,
        proposed_codes={row.code: str(row) for row in proposed},
        reliance=reliance.state,
        lacking=tuple(reliance.lacking),
        has_personal_data=has_personal_data(sets),
        frozen=frozen,
        asked_minutes=request.duration_minutes,
        longest_minutes=request.connection.product.access_minutes,
        has_approval=request.connection.product.abilities.has_approval,
        is_foreign_demand=review.matter == SecrecyReview.Matter.FOREIGN_DEMAND,
        employer_is_another=_is_another(request, reliance),
        minutes_beside=minutes_beside,
        consent_demands=_consent_demands(tests, consents),
        is_abroad=is_abroad(request.engineer_country, answers),
        settled=frozenset(
            name for name in (ABROAD, DUMPS) if getattr(review.authority, name)
        ),
        unreasoned=frozenset(
            row.node
            for row in rows
            if row.motivation_id is None and version.needs_reasons(row.node, row.answer)
        ),
        outdated=outdated,
        by_disqualified=by_disqualified,
        parts=parts,
    )


def _is_another(request: AccessRequest, reliance: Reliance) -> bool:
    """Is another company than the provider to do the work, by what its standing
    assessment says of it or, outside the EEA, by its name? Inside it the register often
    has the provider by the name that everybody uses."""
    provider, employer = request.connection.product.provider, request.employer_entity
    if not employer.strip() or is_provider_itself(provider, employer):
        return False
    named = [row for one in reliance.rows for row in one.recipients.all()]
    relations = {
        row.relation
        for row in named
        if same_name(row.legal_entity) == same_name(employer)
    }
    is_listed = bool(relations - {StandingRecipient.Relation.PROVIDER})
    return is_listed or not is_inside(request.engineer_country)


def circumstances_of(
    review: SecrecyReview, assessment: Assessment, *, is_personal: bool
) -> Circumstances:
    """What an assessment rests on, by the questions that it puts. `is_personal`:
    personal data are concerned."""
    parts = parts_of(assessment)
    return Circumstances(
        {row.node: row.answer for row in assessment.answers},
        tests_of(assessment.harm_tests, review, assessment.consents, parts),
        is_personal,
        tree(review.tree).asks_once,
        parts=parts,
    )


def _consent_demands(tests: Iterable[Test], consents: Iterable[Consent]) -> bool:
    """Does a consent that stands, and is chosen as ground, demand a reservation?"""
    chosen = {test.code for test in tests if test.ground == Ground.CONSENT}
    return any(
        row.reservation_id and row.withdrawn_at is None and row.provision.code in chosen
        for row in consents
    )


def is_abroad(country: str, answers: Mapping[str, str]) -> bool:
    """Does the engineer work outside Sweden, as far as is known?"""
    return country.upper() not in ("", "SE") or answers.get("N9.country") == "third"


def _by_disqualified(review: SecrecyReview, assessment: Assessment) -> frozenset[str]:
    answers, harm_tests = assessment.answers, assessment.harm_tests
    people = disqualified(review, [*answers, *harm_tests])
    tests = [row for row in harm_tests if is_in_force(row.provision)]
    return frozenset(
        [
            *(row.node for row in answers if row.answered_by_id in people),
            *(row.provision.code for row in tests if row.answered_by_id in people),
        ]
    )


def _freezes(review: SecrecyReview) -> list[str]:
    """Which authority has stopped approvals, and for what, is only its own to know.
    What is registered as a request for official documents waits for none (TF 2:2): an
    answer in the assessment alone opens no way past one."""
    if review.matter == SecrecyReview.Matter.DOCUMENTS:
        return []
    stops = []
    for freeze in freezes_over(review.access_request):
        if freeze.authority_id == review.authority_id or freeze.covers_all:
            stops.append(f"{freeze.scope}: {freeze.reason.rstrip('.')}")
        else:
            stops.append("")
    return stops
