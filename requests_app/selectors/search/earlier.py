"""The newest earlier case that was about the same, and how it was assessed."""

from typing import NamedTuple

from requests_app.law.assessment import assessment_with_texts
from requests_app.law.proposed_answers import is_in_force
from requests_app.models import AssessmentAnswer, HarmTest, SecrecyReview
from requests_app.models.standing_recipient import same_name
from requests_app.selectors.search.similar import SimilarCase


class EarlierCase(NamedTuple):
    """Answers by node, and tests of what was asked for as a whole by provision."""

    review: SecrecyReview
    answers: dict[str, AssessmentAnswer]
    tests: dict[int, HarmTest]


def earlier_case(
    review: SecrecyReview, similar: list[SimilarCase]
) -> EarlierCase | None:
    """Of those that the person may read: the same recipient at the same place asked
    for the same objects in the same product, by the same questions."""
    alike = [row.review for row in similar if _is_same(review, row.review)]
    newest = max(alike, key=lambda row: row.pk, default=None)
    if newest is None or newest.is_divided or review.is_divided:
        return None
    assessment = assessment_with_texts(newest)
    return EarlierCase(
        newest,
        {row.node: row for row in assessment.answers},
        {
            row.provision_id: row
            for row in assessment.harm_tests
            if is_in_force(row.provision)
        },
    )


def _is_same(review: SecrecyReview, other: SecrecyReview) -> bool:
    mine, theirs = review.access_request, other.access_request
    return (
        (review.authority_id, review.matter, review.tree)
        == (other.authority_id, other.matter, other.tree)
        and mine.connection.product_id == theirs.connection.product_id
        and same_name(mine.employer_entity) == same_name(theirs.employer_entity) != ""
        and mine.engineer_country.upper() == theirs.engineer_country.upper() != ""
        and _objects(review) == _objects(other) != {None}
    )


def _objects(review: SecrecyReview) -> set[int | None]:
    """An object that is not in the map may be anything: it is like no other."""
    rows = review.requested_objects.still_named()
    objects: set[int | None] = set(rows.values_list("cloud_object", flat=True))
    return {None} if None in objects else objects
