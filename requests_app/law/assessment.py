"""What has been assessed in a review, read once for all that is asked of it."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from audit_app.prewritten import Prewritten
from requests_app.models import (
    AssessmentAnswer,
    Consent,
    HarmTest,
    Part,
    SecrecyReview,
)


class Assessment(NamedTuple):
    answers: list[AssessmentAnswer]
    harm_tests: list[HarmTest]
    consents: list[Consent]
    # Of what is asked for, where they are tested by themselves.
    parts: Sequence[Part] = ()


def assessment_of(review: SecrecyReview) -> Assessment:
    """The assessment as the law asks for it. Three queries, and one for the parts."""
    return Assessment(
        _read_answers(review.pk),
        _read_harm_tests(review.pk),
        _read_consents(review.pk),
        _parts(review),
    )


def assessment_with_texts(review: SecrecyReview) -> Assessment:
    """The assessment as pages show it, with its reasons and people. Three queries."""
    return Assessment(
        _read_answers_with_texts(review.pk),
        _read_harm_tests_with_texts(review.pk),
        _read_consents_with_texts(review.pk),
        _parts(review),
    )


def _parts(review: SecrecyReview) -> list[Part]:
    return list(_read_parts(review.pk)) if review.is_divided else []


def _answers(review: int) -> QuerySet[AssessmentAnswer]:
    return AssessmentAnswer.objects.filter(review=review)


def _harm_tests(review: int) -> QuerySet[HarmTest]:
    """Without those of parts that have ended, or are as the whole is."""
    rows = HarmTest.objects.filter(review=review, part__ended_at=None)
    rows = rows.exclude(outcome=HarmTest.Outcome.AS_WHOLE)
    return rows.select_related("provision")


def _consents(review: int) -> QuerySet[Consent]:
    return Consent.objects.filter(review=review).select_related("provision")


@Prewritten
def _read_parts(review: int) -> QuerySet[Part]:
    rows = Part.objects.standing().filter(review=review)
    return rows.select_related("requested_object__cloud_object")


_read_answers = Prewritten(_answers)
_read_harm_tests = Prewritten(_harm_tests)
_read_consents = Prewritten(_consents)


@Prewritten
def _read_answers_with_texts(review: int) -> QuerySet[AssessmentAnswer]:
    return _answers(review).select_related("motivation", "answered_by")


@Prewritten
def _read_harm_tests_with_texts(review: int) -> QuerySet[HarmTest]:
    return _harm_tests(review).select_related(
        "provision__statute_paragraph",
        "part",
        "motivation",
        "facts_for",
        "facts_against",
        "answered_by",
    )


@Prewritten
def _read_consents_with_texts(review: int) -> QuerySet[Consent]:
    return _consents(review).select_related(
        "whom",
        "what",
        "reservation",
        "withdrawal",
        "recorded_by",
        "withdrawal_recorded_by",
    )
